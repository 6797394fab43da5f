import { Context } from '../../engine/autograd/context.ts';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import type { OpCase, OpRecord } from '../../engine/ops/op.ts';
import { formatShape, sameShape } from '../../engine/tensor/shape.ts';
import { difference } from './difference.ts';
import { materialise, toNumber, type Written, type WrittenArray } from './material.ts';

/** One case of an operation beside PyTorch, wherever there is a backend: in Node and in a browser's worker. */

interface GoldenArray {
  readonly shape: readonly number[];
  readonly values: readonly Written[];
}
interface Golden {
  readonly expression: string;
  readonly output: GoldenArray;
  readonly grads?: readonly (GoldenArray | null)[];
}
/** By operation, in the order of its cases: what `goldens/ops.json` holds. */
export type Goldens = Readonly<Record<string, readonly Golden[]>>;

/** How far a value may be from PyTorch's on the CPU, and a gradient anywhere. */
const VALUE = 1e-5;
const GRADIENT = 1e-4;
/** How much further a GPU's values may be. */
export const GPU_SLACK = 10;

/**
 * Values whose zeros PyTorch signs now so, now otherwise: `gelu` of one −0 is −0, of several, which oneDNN computes, 0;
 * which of a tied 0 and −0 `amax` returns depends on the vector lanes they fall into.
 */
const ZERO_OF_EITHER_SIGN: ReadonlySet<string> = new Set(['gelu', 'max']);

export function leaf(context: Context, array: WrittenArray, requiresGrad: boolean): Tensor {
  const float = array.dtype === 'f32';
  const value = context.kernels.upload(array.values.map(toNumber), array.shape, float ? undefined : array.dtype);
  return context.tensor(value, { requiresGrad: requiresGrad && float });
}

/** The case in PyTorch's words: `torch.matmul(x0, x1)`. */
export const expressionOf = (record: OpRecord, { inputs, attrs = {} }: OpCase): string =>
  record.torch(
    inputs.map((_, i) => `x${i}`),
    attrs,
  );

/** `torch.matmul(x0, x1) of [3,4], [4,5]`. */
export const titleOf = (record: OpRecord, one: OpCase): string =>
  `${expressionOf(record, one)} of ${one.inputs.map(({ shape }) => `[${shape}]`).join(', ')}`;

/** What of a case, value and gradients, is not PyTorch's on this backend, in words; undefined if all is. */
export function caseDifference(
  backend: Backend,
  record: OpRecord,
  one: OpCase,
  golden: Golden | undefined,
  slack: number,
): string | undefined {
  if (golden === undefined) return 'no golden: run goldens/make.py';
  const { inputs, upstream } = materialise(record, one);
  const context = new Context(new Kernels(backend));
  const leaves = inputs.map((x) => leaf(context, x, record.backward !== undefined));
  const [output] = context.apply(record, leaves, one.attrs);
  const value = arrayDifference(output, golden.output, VALUE * slack, ZERO_OF_EITHER_SIGN.has(record.name));
  if (value !== undefined) return `the value: ${value}`;
  if (golden.grads === undefined || output === undefined) return undefined;
  const seed = leaf(context, upstream[0] ?? { shape: [], dtype: 'f32', values: [] }, false);
  output.backward({ gradient: seed });
  for (const [i, expected] of golden.grads.entries()) {
    const gradient = gradientDifference(leaves[i]?.grad ?? undefined, expected);
    if (gradient !== undefined) return `the gradient of input ${i}: ${gradient}`;
  }
  return undefined;
}

function gradientDifference(gradient: Tensor | undefined, expected: GoldenArray | null): string | undefined {
  if (expected !== null) return arrayDifference(gradient, expected, GRADIENT);
  return gradient === undefined ? undefined : 'there is one, PyTorch has none';
}

function arrayDifference(
  found: Tensor | undefined,
  { shape, values }: GoldenArray,
  relative: number,
  anyZero = false,
): string | undefined {
  if (found === undefined) return 'there is none';
  if (!sameShape(found.shape, shape)) return `${formatShape(found.shape)}, PyTorch has ${formatShape(shape)}`;
  return difference(found.data(), values, relative, anyZero);
}
