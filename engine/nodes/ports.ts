/** English and Simplified Chinese: the tutorial's readers. */
export interface LocalText {
  readonly en: string;
  readonly zh: string;
}

/**
 * What travels along a wire. A `loss` is what backward starts from where it is a scalar; `labels` are i32 class indices. An input
 * that takes all of these is of type `any`.
 */
export type PortType = 'tensor' | 'labels' | 'mask' | 'loss' | 'any';

export interface PortSpec {
  readonly name: string;
  readonly type: PortType;
  readonly help?: LocalText;
  /** An input that may stay unwired. */
  readonly optional?: boolean;
  /** Its value is there only after the backward pass: what is wired to it runs in the update phase. */
  readonly phase?: 'update';
}

const floats: ReadonlySet<PortType> = new Set(['tensor', 'loss']);

/**
 * May a wire run from an output of type `from` to an input of type `to`? A loss is a tensor, and a tensor may be a loss: whether
 * it is a scalar only its shape tells.
 */
export function typesFit(from: PortType, to: PortType): boolean {
  return (
    from === to ||
    to === 'any' ||
    (floats.has(from) && floats.has(to)) ||
    (from === 'mask' && to === 'tensor') ||
    (from === 'tensor' && to === 'mask')
  );
}
