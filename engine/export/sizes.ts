import type { Value } from '../nodes/builder.ts';
import type { Settings } from '../nodes/settings.ts';
import { operations } from '../ops/index.ts';
import { sameShape } from '../tensor/shape.ts';

/** Operations that the library also has as modules. */
export const isActivation = (op: string): boolean => operations.get(op)?.node?.category === 'activations';

const ELEMENTWISE: ReadonlySet<string> = new Set(
  'abs add clamp detach div exp log log1p mul neg pow sqrt sub'.split(' '),
);
/** Does each element stay where it is? What has the shape of an input then has its sizes, whatever these are. */
export const isElementwise = (op: string): boolean => isActivation(op) || ELEMENTWISE.has(op);

/**
 * Which values have a last size that is a param of the definition around them: a layer that takes one is written with the param, so
 * that its class can be made with another. What holds in one instance is no concern of another: `within` are the settings of one.
 */
export class Sizes {
  readonly #known = new WeakMap<Value, { readonly param: string; readonly within: Settings }>();

  of(value: Value, within: Settings | undefined): string | undefined {
    const found = this.#known.get(value);
    return found !== undefined && found.within === within ? found.param : undefined;
  }

  note(value: Value, param: string | undefined, within: Settings | undefined): void {
    if (param !== undefined && within !== undefined) this.#known.set(value, { param, within });
  }

  /** `value` has the size of the first of these inputs that has its shape and a size that is known. */
  pass(value: Value, inputs: readonly Value[], within: Settings | undefined): void {
    const from = inputs.find((input) => this.of(input, within) !== undefined && sameShape(input.shape, value.shape));
    if (from !== undefined) this.note(value, this.of(from, within), within);
  }
}
