import type { PortType } from '../nodes/ports.ts';

/** The saved graph, `*.gradloom.json`. The schema that enforces these types is `schema.ts`; `docs/document-format.md` explains them. */
export const FORMAT = 'gradloom';
export const VERSION = 1;

export interface DocumentNode {
  readonly id: string;
  readonly kind: string;
  /** In a definition, `{ param: "h" }` stands for the value that an instance gives. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The block that holds it. */
  readonly parent?: string;
  /** Of an instance: the instance whose weights it shares. */
  readonly tiedTo?: string;
}

/** `linear1.output` → `relu1.input`. */
export interface Wire {
  readonly from: string;
  readonly to: string;
}

/** Nodes and their wires: a document has one, and so has each of its definitions. */
export interface Graph {
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly Wire[];
}

/** A setting that instances of a definition have. */
export type ModuleParam =
  | { readonly type: 'int' | 'float'; readonly default: number; readonly min?: number; readonly max?: number }
  | { readonly type: 'bool'; readonly default: boolean };
export interface ModulePort {
  readonly name: string;
  /** `tensor` by default. */
  readonly type?: PortType;
}

/**
 * A reusable definition; nodes of kind `module:NAME` are its instances. In its wires, `inputs.x` is the inner side of the input
 * `x`, and `outputs.y` that of the output `y`.
 */
export interface ModuleDefinition extends Graph {
  readonly params: Readonly<Record<string, ModuleParam>>;
  readonly ports: { readonly inputs: readonly ModulePort[]; readonly outputs: readonly ModulePort[] };
}

export const MODES = ['auto', 'dynamic', 'static'] as const;
export type Mode = (typeof MODES)[number];

export interface RunSettings {
  /**
   * Dynamic: the network is run afresh in every iteration. Static: an iteration is captured once and replayed. Auto: the same, and
   * nobody is warned where the loops can run in more ways than are captured.
   */
  readonly mode: Mode;
  readonly seed: number;
  /** One of the two: a count of iterations, or of passes over the data. */
  readonly steps?: number;
  readonly epochs?: number;
  /** Absent: the whole data in every iteration. */
  readonly batchSize?: number;
  /** Ports of scalar losses, the first of which is reported; absent: every loss node's. */
  readonly losses?: readonly string[];
  /**
   * Addresses of what is drawn, in the order of the draws, where it is another than that of `nodes`: what was grouped or moved
   * keeps its numbers. An untied loop stands here for all that is in it. What is not listed is drawn last.
   */
  readonly draws?: readonly string[];
}

export interface NodeView {
  readonly x: number;
  readonly y: number;
  readonly width?: number;
  readonly height?: number;
  readonly collapsed?: boolean;
  /** What the card calls the node; its id by default. */
  readonly label?: string;
}
export interface Note {
  readonly id: string;
  readonly text: { readonly en: string; readonly zh?: string };
  readonly node?: string;
  readonly x: number;
  readonly y: number;
  readonly width?: number;
}

/** Appearance of a graph. */
export interface GraphView {
  readonly nodes: Readonly<Record<string, NodeView>>;
  readonly notes?: readonly Note[];
}

/** What of a tensor, or of the run, a breakpoint looks at; `loss` is compared with that of the iteration before. */
export type BreakpointCondition =
  | { readonly of: 'norm' | 'mean' | 'max'; readonly above?: number; readonly below?: number }
  | { readonly of: 'nonFinite' }
  | { readonly of: 'risingLoss' };

/** Where a run stops. Nodes, blocks and parameters are named by their address without numbers of iterations. */
export type Breakpoint = {
  readonly condition?: BreakpointCondition;
  /** Stops from this hit on; absent: the first. */
  readonly hits?: number;
  readonly disabled?: true;
} & (
  | { readonly node: string; readonly pass: 'forward' | 'backward'; readonly when: 'before' | 'after' }
  /** As data passes from one port to another: `linear1.output→relu1.input`. */
  | { readonly wire: string }
  /** As something is added to its gradient: `linear1.weight`. */
  | { readonly parameter: string }
  /** As an iteration of a loop begins, forward or backward: every one, or the one of this number, from 1. */
  | { readonly block: string; readonly iteration?: number }
);

export interface GraphDocument extends Graph {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly name: string;
  /** Reusable definitions, by name. */
  readonly modules: Readonly<Record<string, ModuleDefinition>>;
  /** Files by the name that `file` settings use. */
  readonly data: Readonly<Record<string, { readonly path: string; readonly sha256?: string }>>;
  readonly run: RunSettings;
  readonly view: GraphView & {
    /** How the bodies of definitions look, by name. */
    readonly modules?: Readonly<Record<string, GraphView>>;
    readonly breakpoints?: readonly Breakpoint[];
    /** False: a run does not stop where the first NaN or infinity was made. */
    readonly pauseOnNonFinite?: false;
  };
}

/** Something wrong with a document or a run: always with a place and a remedy. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** The definition in which `node` stands; absent: the document itself. */
  readonly module?: string;
  readonly node?: string;
  readonly port?: string;
  readonly message: string;
  readonly hint: string;
  /** What message and hint were filled with: other languages fill their own. */
  readonly values?: Readonly<Record<string, string | number>>;
}

export const emptyDocument = (name = 'untitled'): GraphDocument => ({
  format: FORMAT,
  version: VERSION,
  name,
  modules: {},
  nodes: [],
  wires: [],
  data: {},
  run: { mode: 'auto', seed: 0, steps: 1000 },
  view: { nodes: {} },
});

/** Splits `id.port`. Ids hold no dot. */
export function splitPort(address: string): { node: string; port: string } {
  const dot = address.lastIndexOf('.');
  return { node: address.slice(0, dot), port: address.slice(dot + 1) };
}
