import type { Tensor } from '../autograd/tensor.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';

/** Tensors by their names: `inputLinear.weight`. */
export type StateDict = ReadonlyMap<string, Tensor>;

/**
 * Has every tensor of `own` take the elements of that of its name in `state`.
 * @throws Error that lists every name that is missing, not expected, or of another shape or type; nothing was taken then
 */
export function takeState(own: StateDict, state: StateDict, what: string): void {
  const problems = [...own].flatMap(([name, { shape, dtype }]) => {
    const given = state.get(name);
    if (given === undefined) return [`${name} is missing`];
    return sameShape(given.shape, shape) && given.dtype === dtype
      ? []
      : [`${name} is ${formatShape(given.shape)} ${given.dtype}, not ${formatShape(shape)} ${dtype}`];
  });
  for (const name of state.keys()) if (!own.has(name)) problems.push(`${name} is not expected`);
  if (problems.length > 0) throw new Error(`the state does not fit ${what}: ${problems.join('; ')}`);
  for (const [name, target] of own) {
    const source = state.get(name);
    if (source !== undefined) target.context.noGrad(() => target.copy_(source));
  }
}
