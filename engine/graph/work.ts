import type { FunctionTrace, TensorType } from '../functions/trace.ts';
import type { Attributes } from '../ops/op.ts';
import { numel, type Shape } from '../tensor/shape.ts';

/**
 * How much a forward pass computes, estimated from shapes alone while a document is checked: multiplications and additions of its
 * matrix products, with every iteration of loops at their highest counts. A backward pass takes about twice as much again. All
 * else is a few operations for each element, and takes its time by memory rather than by arithmetic.
 */
export class WorkCount {
  #flops = 0;

  /** An operation that a pass runs `times` times. */
  operation(name: string, inputs: readonly TensorType[], output: TensorType, attrs: Attributes, times: number): void {
    if (name === 'matmul') this.#flops += 2 * numel(output.shape) * summed(inputs[0]?.shape, attrs) * times;
  }

  /** A function of the user's own computes what its trace lists. */
  custom({ signature, forward }: FunctionTrace, times: number): void {
    const values: TensorType[] = [...signature.inputs];
    for (const { op, inputs, output, attrs, shape, dtype } of forward) {
      const made = { shape, dtype };
      values[output] = made;
      const given = inputs.flatMap((input) => values[input] ?? []);
      this.operation(op, given, made, attrs, times);
    }
  }

  get flops(): number {
    return this.#flops;
  }
}

/** How many products a matmul adds up for each element: the columns of its first operand, or its rows where it is transposed. */
const summed = (shape: Shape = [], { transposeA }: Attributes): number => shape.at(transposeA === true ? -2 : -1) ?? 1;
