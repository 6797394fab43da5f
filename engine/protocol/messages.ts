import type { Diagnostic, GraphDocument } from '../graph/document.ts';

/** Every message names the document it is about; one worker may hold several sessions. */
export type SessionId = string;

/** Renderer → engine. Requests carry an id and are answered by exactly one `reply`, in order. */
export type Request =
  /** Lowers and initialises; an older session of the same id is dropped. Files by name, those the document's `data` lists. */
  | { type: 'create'; session: SessionId; document: GraphDocument; files: Readonly<Record<string, ArrayBuffer>> }
  /** Trains until the document's count (or `steps` more); the reply comes at once, transitions follow. */
  | { type: 'train'; session: SessionId; steps?: number }
  | { type: 'pause'; session: SessionId }
  | { type: 'reset'; session: SessionId }
  | { type: 'close'; session: SessionId }
  /** A live setting of a node, from the next iteration on. */
  | { type: 'set'; session: SessionId; node: string; setting: string; value: number }
  /** Which nodes' values are summarised into telemetry. */
  | { type: 'watch'; session: SessionId; nodes: readonly string[] }
  /** The exact statistics of the last finished iteration: what tests compare the cards with. */
  | { type: 'inspect'; session: SessionId; node: string }
  | { type: 'ping' };

export type ToEngine = { kind: 'request'; id: number; request: Request } | { kind: 'ack'; session: SessionId };

export type Reply = { ok: true; value: unknown } | { ok: false; diagnostics: readonly Diagnostic[] };

export type RunState = 'idle' | 'running' | 'paused' | 'finished' | 'failed';

/** Engine → renderer. Transitions are lossless and ordered; telemetry is latest-wins with one frame in flight until acked. */
export type FromEngine =
  | { kind: 'hello'; version: string; device: string }
  | { kind: 'reply'; id: number; reply: Reply }
  | { kind: 'transition'; session: SessionId; transition: Transition }
  | { kind: 'telemetry'; session: SessionId; frame: TelemetryFrame };

export type Transition =
  | { type: 'state'; state: RunState; step: number; epoch: number; message?: Diagnostic }
  | { type: 'evaluation'; result: Evaluation };

/** Means over a split, with dropout off and under no-grad. */
export interface Evaluation {
  readonly epoch: number;
  readonly split: 'train' | 'test';
  readonly loss: number;
  readonly accuracy?: number;
}

/** Bins of every histogram on the wire; a card draws them as they come. */
export const HISTOGRAM_BINS = 20;

/** Summary of one tensor. `low` and `high` bound the histogram (finite values only). */
export interface Statistics {
  readonly shape: readonly number[];
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** Euclidean norm. */
  readonly norm: number;
  /** How many elements are exactly zero, and how many NaN or infinite. */
  readonly zeros: number;
  readonly nonFinite: number;
  readonly low: number;
  readonly high: number;
  readonly bins: readonly number[];
}

/** What a card shows: the node's first output, the gradient of that output, and its parameters by name. */
export interface NodeTelemetry {
  readonly output?: Statistics;
  readonly gradient?: Statistics;
  readonly parameters?: Readonly<Record<string, { value: Statistics; gradient?: Statistics }>>;
}

export interface TelemetryFrame {
  /** Iterations finished, of how many; epoch is 0 without minibatches. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly stepsPerSecond: number;
  /** Losses since the last frame: step and value, alternating. */
  readonly losses: Float64Array;
  readonly memoryBytes: number;
  readonly nodes: Readonly<Record<string, NodeTelemetry>>;
}
