import type { Builder, Value } from './builder.ts';
import type { LocalText, PortSpec } from './ports.ts';
import type { Settings, SettingsSchema } from './settings.ts';

export type Category = 'data' | 'layers' | 'activations' | 'tensor' | 'loss' | 'optimizer' | 'blocks';

/** One kind of node: palette entry, inspector form, card, check, lowering and docs page all read this record. */
export interface NodeKind {
  /** The word in documents and on cards: PyTorch's, where it has one (`Linear`, `MSELoss`, `SGD`). */
  readonly kind: string;
  readonly category: Category;
  readonly help: LocalText;
  readonly inputs: readonly PortSpec[];
  readonly outputs: readonly PortSpec[];
  readonly settings: SettingsSchema;
  /** The settings shown on the card when there is no live value: `['lr', 'momentum']`. */
  readonly summary?: readonly string[];
  /** A block holds other nodes (their `parent`); Sequential chains them in array order. */
  readonly block?: 'sequential';
  /** What the node means. Inputs by port name; a missing optional input is undefined. Outputs by port name. */
  lower(b: Builder, inputs: Readonly<Record<string, Value>>, settings: Settings): Record<string, Value>;
}

/** Declares a node kind; the identity, for inference. */
export const defineNode = (record: NodeKind): NodeKind => record;
