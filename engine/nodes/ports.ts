/** English and Simplified Chinese: the tutorial's readers. */
export interface LocalText {
  readonly en: string;
  readonly zh: string;
}

/** What travels along a wire. `scalar` losses may feed optimizers; `labels` are i32 class indices. */
export type PortType = 'tensor' | 'labels' | 'mask' | 'loss';

export interface PortSpec {
  readonly name: string;
  readonly type: PortType;
  readonly help?: LocalText;
  /** An input that may stay unwired. */
  readonly optional?: boolean;
}

/** May a wire run from an output of type `from` to an input of type `to`? A loss is a scalar tensor too. */
export function typesFit(from: PortType, to: PortType): boolean {
  return (
    from === to || (to === 'tensor' && (from === 'loss' || from === 'mask')) || (from === 'tensor' && to === 'mask')
  );
}
