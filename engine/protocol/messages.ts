import type { FunctionVerdict } from '../functions/check.ts';
import type { FunctionSignature, TraceResult } from '../functions/trace.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { Evaluation, NodeTelemetry, RunState } from '../session/summary.ts';

export type { FunctionVerdict } from '../functions/check.ts';
export type {
  CapturedPlan,
  Evaluation,
  NodeTelemetry,
  RunState,
  Statistics,
  UnrolledGraph,
} from '../session/summary.ts';
export { HISTOGRAM_BINS } from '../session/summary.ts';

/** Every message names the document it is about; one worker may hold several sessions. */
export type SessionId = string;

/** Renderer → engine. Requests carry an id and are answered by exactly one `reply`, in order. */
export type Request =
  /**
   * Lowers and initialises. An older session of the same id is dropped; where `keepWeights` asks for it, it is stopped,
   * its weights are carried over, and where the document is refused it stays. Files by name, those the document's `data`
   * lists. `run` marks whatever this session tells, so that it is not taken for word of an older one; 0 if left out.
   */
  | {
      type: 'create';
      session: SessionId;
      document: GraphDocument;
      files: Readonly<Record<string, ArrayBuffer>>;
      keepWeights?: boolean;
      run?: number;
    }
  /** Trains until the document's count (or `steps` more); the reply comes at once, transitions follow. */
  | { type: 'train'; session: SessionId; steps?: number }
  | { type: 'pause'; session: SessionId }
  | { type: 'reset'; session: SessionId }
  | { type: 'close'; session: SessionId }
  /** A live setting of a node, from the next iteration on. */
  | { type: 'set'; session: SessionId; node: string; setting: string; value: number }
  /** Which nodes' values are summarised into telemetry, by address. */
  | { type: 'watch'; session: SessionId; nodes: readonly string[] }
  /** The exact statistics of the last finished iteration: what tests compare the cards with. */
  | { type: 'inspect'; session: SessionId; node: string }
  /** The graph of the last pass with its loops written out; null before the first. */
  | { type: 'unrolled'; session: SessionId }
  /** What static mode has captured. */
  | { type: 'captured'; session: SessionId }
  /** Traces a function of the user's own, and compares its backward with finite differences; it belongs to no session. */
  | { type: 'function'; source: string; signature: FunctionSignature }
  | { type: 'ping' };

/** The answer to `function`. */
export interface FunctionReport {
  readonly traced: TraceResult;
  readonly verdict: FunctionVerdict;
}

export type ToEngine =
  | { kind: 'request'; id: number; request: Request }
  | { kind: 'ack'; session: SessionId; run: number };

export type Reply = { ok: true; value: unknown } | { ok: false; diagnostics: readonly Diagnostic[] };

/** Engine → renderer. Transitions are lossless and ordered; telemetry is latest-wins with one frame in flight until acked. */
export type FromEngine =
  | { kind: 'hello'; version: string; device: string }
  | { kind: 'reply'; id: number; reply: Reply }
  | { kind: 'transition'; session: SessionId; run: number; transition: Transition }
  | { kind: 'telemetry'; session: SessionId; run: number; frame: TelemetryFrame };

export type Transition =
  /** `early`: finished are the iterations that Train asked for, and the document asks for more. */
  | { type: 'state'; state: RunState; step: number; epoch: number; early?: true; message?: Diagnostic }
  | { type: 'evaluation'; result: Evaluation };

export interface TelemetryFrame {
  /** Iterations finished, of how many; epoch is 0 without minibatches. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly stepsPerSecond: number;
  /** Losses since the last frame: step and value, alternating. */
  readonly losses: Float64Array;
  readonly memoryBytes: number;
  /** How often each loop ran in the last iteration, by its address. */
  readonly loops: Readonly<Record<string, number>>;
  /** By address, in a loop with the number of the iteration: `middle#2/linear1`. */
  readonly nodes: Readonly<Record<string, NodeTelemetry>>;
}
