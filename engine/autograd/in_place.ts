import type { Operand } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { isFloat, typeBeside } from '../tensor/dtype.ts';
import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import type { Tensor, TensorLike } from './tensor.ts';

export interface ScaledOptions {
  /** What the other operand is multiplied by first. */
  readonly alpha?: number;
}

/** alpha · x, as an Update node multiplies a gradient by its rate. */
export function scaled(k: Kernels, x: Operand, alpha: number): Operand {
  if (alpha === 1) return x;
  return typeof x === 'number' ? x * alpha : k.mul(x, alpha);
}

/**
 * What changes in place has no history: backward would differentiate with values that are not those it was computed from.
 * @throws Error where autograd would have to know of the change, ShapeError where the operand is not of the target's shape
 */
export function requireChangeable(method: string, target: Tensor, other: TensorLike): void {
  const { gradFn, context } = target;
  if (gradFn !== null)
    throw new Error(`${method}: only leaves change in place, and this was made by ${gradFn.entry.op.name}: clone() it`);
  if (context.gradEnabled && target.requiresGrad)
    throw new Error(`${method}: a leaf that requires a gradient changes within noGrad(() => …) only`);
  requireType(method, target, other);
  if (typeof other === 'number') return;
  if (context.gradEnabled && other.requiresGrad)
    throw new Error(
      `${method}: the gradient of what it takes would be lost: call it within noGrad(() => …), or detach() that`,
    );
  const fits = method === 'copy_' ? sameShape(other.shape, target.shape) : reaches(other, target);
  if (!fits) throw new ShapeError(`${method} keeps its shape`, formatShape(target.shape), formatShape(other.shape));
}

/** What would be computed is of the target's type: whole numbers take no fractions. @throws TypeError */
function requireType(method: string, { dtype, context }: Tensor, other: TensorLike): void {
  const { floatType } = context.kernels;
  const given = typeof other === 'number' ? typeBeside(other, dtype, floatType) : other.dtype;
  const computed = method === 'div_' ? floatType : given;
  if (isFloat(dtype) || method === 'zero_' || !isFloat(computed)) return;
  throw new TypeError(`${method}: ${dtype} elements cannot take ${computed} ones: call float() first`);
}

/** Does `other` broadcast to the shape of `target`? */
const reaches = (other: Tensor, target: Tensor): boolean =>
  other.shape.length <= target.shape.length &&
  other.shape.every((size, i) => size === 1 || size === target.shape[target.shape.length - other.shape.length + i]);
