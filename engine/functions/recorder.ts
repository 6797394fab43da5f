import { inferOperation } from '../graph/infer.ts';
import type { Attributes } from '../ops/op.ts';
import { type DType, isFloat } from '../tensor/dtype.ts';
import { formatShape, MAX_ELEMENTS, numel, type Shape, ShapeError } from '../tensor/shape.ts';
import { type Argument, readCall, TracedValue, wordsFor } from './arguments.ts';
import type { TensorFunction } from './methods.ts';
import { functionProblem, ProblemError } from './problems.ts';
import type { TensorType, TracedOp } from './trace.ts';

/** More axes than any operation here needs; it bounds what a shape may cost. */
const MAX_RANK = 16;

/**
 * Writes down the operations of one part of a function, forward or backward. It trusts nothing that it is given: tensors are
 * those that it made itself.
 */
export class Recorder {
  readonly ops: TracedOp[] = [];
  readonly given: readonly TracedValue[];
  private readonly limit: number;

  /** @param limit how many operations the part may have */
  constructor(given: readonly TensorType[], limit: number) {
    this.given = given.map((type, id) => new TracedValue(this, id, type));
    this.limit = limit;
  }

  /** Does what a row of the table says. @throws ProblemError, ShapeError */
  apply(row: TensorFunction, as: 'method' | 'free', given: readonly Argument[]): TracedValue {
    const { inputs, attrs } = readCall(row, as, given);
    for (const x of inputs) if (x instanceof TracedValue) this.owned(x);
    const tensors = inputs.filter((x) => x instanceof TracedValue);
    const [first] = tensors;
    if (first !== undefined && row.rank !== undefined && first.shape.length !== row.rank)
      throw new ShapeError(`${row.name}() is for matrices`, `${row.rank} axes`, formatShape(first.shape));
    if (row.op === 'same' && first !== undefined) return first;
    if (row.op === 'full') return this.constant(attrs, first);
    if (row.op === 'oneHot' && first !== undefined) return this.oneHot(first, Number(attrs.numClasses));
    const like = tensors.find((x) => isFloat(x.dtype))?.dtype ?? tensors.find((x) => x.dtype !== 'bool')?.dtype;
    const values = inputs.map((x) => (typeof x === 'number' ? this.number(x, like) : x));
    return this.record(row.op, values, attrs, inferOperation(row.op, values, attrs));
  }

  /** The value, if it is one of this part. @throws ProblemError */
  owned(x: TracedValue): TracedValue {
    if (x.part !== this) throw new ProblemError(functionProblem('not-saved'));
    return x;
  }

  /** The value, if it is a tensor of this part; `place` says what it should be one for. @throws ProblemError */
  tensor(x: Argument, place: string): TracedValue {
    if (!(x instanceof TracedValue))
      throw new ProblemError(functionProblem('not-a-tensor', { place, got: wordsFor(x) }));
    return this.owned(x);
  }

  private constant(attrs: Attributes, like: TracedValue | undefined): TracedValue {
    const shape = like?.shape ?? (attrs.shape as Shape);
    if (shape.some((size) => size < 0))
      throw new ShapeError('a size is negative', 'sizes of 0 or more', formatShape(shape));
    return this.full(shape, Number(attrs.value), like?.dtype ?? 'f32');
  }

  /** PyTorch's `one_hot`, of floats: they stand beside other floats. */
  private oneHot(labels: TracedValue, classes: number): TracedValue {
    if (classes < 1) throw new ShapeError('oneHot() needs classes', '1 or more', `${classes}`);
    return this.record('oneHot', [labels], { classes }, { shape: [...labels.shape, classes], dtype: 'f32' });
  }

  /** A number beside tensors whose type is `like`, as `Tensor` lifts it. */
  private number(value: number, like: DType | undefined): TracedValue {
    return this.full([], value, like === 'i32' && Number.isInteger(value) ? 'i32' : 'f32');
  }

  private full(shape: Shape, value: number, dtype: DType): TracedValue {
    return this.record('full', [], { shape: [...shape], value, dtype }, { shape, dtype });
  }

  private record(op: string, inputs: readonly TracedValue[], attrs: Attributes, type: TensorType): TracedValue {
    const { shape, dtype } = type;
    if (shape.length > MAX_RANK || numel(shape) > MAX_ELEMENTS)
      throw new ProblemError(
        functionProblem('too-large', { shape: formatShape(shape), limit: MAX_ELEMENTS.toLocaleString('en-US') }),
      );
    if (this.ops.length >= this.limit)
      throw new ProblemError(functionProblem('too-many-operations', { limit: `${this.limit}` }));
    const output = this.given.length + this.ops.length;
    this.ops.push({ op, attrs, inputs: inputs.map((x) => x.id), output, shape: [...shape], dtype });
    return new TracedValue(this, output, type);
  }
}
