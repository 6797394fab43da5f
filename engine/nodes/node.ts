import type { Builder, Value, Values } from './builder.ts';
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
  /**
   * A block holds other nodes. `chain`: its children follow each other in array order. `frame`: its children are wired, also to
   * the inner sides of its terminals and from outside. `module`: it is a use of a definition.
   */
  readonly block?: 'chain' | 'frame' | 'module';
  /** The inner sides of a block's terminals. */
  readonly inner?: InnerPorts;
  /** Where ports depend on settings: what takes the place of `inputs`, `outputs` and `inner`. */
  readonly ports?: (settings: Settings) => Pick<NodeKind, 'inputs' | 'outputs' | 'inner'>;
  /** How many copies of its body's weights a block has; absent: one. */
  readonly copies?: (settings: Settings) => number | undefined;
  /** `update`: it runs after the backward pass, and stands outside of blocks. */
  readonly phase?: 'update';
  /** Arrays of a parameter's size that an optimizer keeps for each: what memory is estimated from. */
  readonly remembers?: number;
  /**
   * What the node means. Inputs by port name; a missing optional input is undefined. Outputs by port name. A block gets its
   * `body`: values of the inner sources in, values of the inner targets out.
   */
  lower(b: Builder, inputs: Values, settings: Settings, body: Body): Record<string, Value>;
}

export interface InnerPorts {
  /** What the body can be wired from. */
  readonly sources: readonly PortSpec[];
  /** What the body has to feed. */
  readonly targets: readonly PortSpec[];
}

export type Body = (sources: Values) => Values;

/** For kinds that are no blocks. */
export const noBody: Body = () => {
  throw new Error('this kind of node has no body');
};

/** Declares a node kind; the identity, for inference. */
export const defineNode = (record: NodeKind): NodeKind => record;
