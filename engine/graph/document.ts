/** The saved graph, `*.gradloom.json`. The schema that enforces these types is `schema.ts`; `docs/document-format.md` explains them. */
export const FORMAT = 'gradloom';
export const VERSION = 1;

export interface DocumentNode {
  readonly id: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The block that holds it. */
  readonly parent?: string;
}

/** `linear1.output` → `relu1.input`. */
export interface Wire {
  readonly from: string;
  readonly to: string;
}

export interface RunSettings {
  readonly mode: 'dynamic';
  readonly seed: number;
  /** One of the two: a count of iterations, or of passes over the data. */
  readonly steps?: number;
  readonly epochs?: number;
  /** Absent: the whole data in every iteration. */
  readonly batchSize?: number;
  /** Ports of scalar losses, the first of which is reported; absent: every loss node's. */
  readonly losses?: readonly string[];
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

export interface GraphDocument {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly name: string;
  /** Reusable definitions; empty in version 1 of the app. */
  readonly modules: Readonly<Record<string, never>>;
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly Wire[];
  /** Files by the name that `file` settings use. */
  readonly data: Readonly<Record<string, { readonly path: string; readonly sha256?: string }>>;
  readonly run: RunSettings;
  readonly view: {
    readonly nodes: Readonly<Record<string, NodeView>>;
    readonly notes?: readonly Note[];
  };
}

/** Something wrong with a document or a run: always with a place and a remedy. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly node?: string;
  readonly port?: string;
  readonly message: string;
  readonly hint: string;
}

export const emptyDocument = (name = 'untitled'): GraphDocument => ({
  format: FORMAT,
  version: VERSION,
  name,
  modules: {},
  nodes: [],
  wires: [],
  data: {},
  run: { mode: 'dynamic', seed: 0, steps: 1000 },
  view: { nodes: {} },
});

/** Splits `id.port`. Ids hold no dot. */
export function splitPort(address: string): { node: string; port: string } {
  const dot = address.lastIndexOf('.');
  return { node: address.slice(0, dot), port: address.slice(dot + 1) };
}
