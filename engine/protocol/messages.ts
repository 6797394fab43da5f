import type { Device } from '../backends/device.ts';
import type { FunctionVerdict } from '../functions/check.ts';
import type { FunctionSignature, TraceResult } from '../functions/trace.ts';
import type { DeviceChoice } from '../graph/device.ts';
import type { Breakpoint, Diagnostic, GraphDocument } from '../graph/document.ts';
import type { Ref } from '../program/entries.ts';
import type { Comparison, ComparisonProgress } from '../session/comparison.ts';
import type { Place, StepKind } from '../session/stepping.ts';
import type { Evaluation, NodeTelemetry, RunState, StopReport } from '../session/summary.ts';
import type { Weight } from '../session/whole_weights.ts';

export type { Device } from '../backends/device.ts';
export type { FunctionVerdict } from '../functions/check.ts';
export type { Ref } from '../program/entries.ts';
export type { NoGradient } from '../program/no_gradient.ts';
export type { Comparison, ComparisonProgress, NodeComparison } from '../session/comparison.ts';
export type { GpuReport } from '../session/device.ts';
export type { Place, StepKind } from '../session/stepping.ts';
export type {
  BriefTape,
  CapturedPlan,
  Cause,
  EntryReport,
  Evaluation,
  Fault,
  LedgerRow,
  MetBreakpoint,
  NodeTelemetry,
  ParameterUpdate,
  Passing,
  RunState,
  Statistics,
  StopReason,
  StopReport,
  TapeList,
  TapeReport,
  TensorReport,
  TensorSlice,
  UnrolledGraph,
  UpdateReport,
} from '../session/summary.ts';
export { HISTOGRAM_BINS } from '../session/summary.ts';
export type { Weight } from '../session/whole_weights.ts';

/** Every message names the document it is about; one worker may hold several sessions. */
export type SessionId = string;

/** Renderer → engine. Requests carry an id and are answered by exactly one `reply`, in order. */
export type Request =
  /**
   * Lowers and initialises. An older session of the same id is dropped; where `keepWeights` asks for it, it is stopped,
   * its weights are carried over, and where the document is refused it stays. Files by name, those the document's `data`
   * lists. `run` marks whatever this session tells, so that it is not taken for word of an older one; 0 if left out. `device`:
   * what it is to compute on, `auto` if left out. `weights`: what it starts from instead of drawn ones, and what a reset leads back
   * to. The reply is a `CreatedSession`.
   */
  | {
      type: 'create';
      session: SessionId;
      document: GraphDocument;
      files: Readonly<Record<string, ArrayBuffer>>;
      keepWeights?: boolean;
      run?: number;
      device?: DeviceChoice;
      weights?: WeightsFile;
    }
  /** Trains until the document's count (or `steps` more); the reply comes at once, transitions follow. */
  | { type: 'train'; session: SessionId; steps?: number }
  /**
   * One step, or one entry back; the reply comes at once, the transition when it stands. Steps are done in order, those that still
   * wait at a pause or a reset not at all.
   */
  | { type: 'step'; session: SessionId; kind: StepKind | 'back' }
  /** To a moment of the past, or ahead. */
  | { type: 'travel'; session: SessionId; place: Place }
  /** Where a run stops from now on; `nonFinite`: also where the first NaN is made. */
  | { type: 'breakAt'; session: SessionId; list: readonly Breakpoint[]; nonFinite: boolean }
  /** The tape of the iteration it stands in, without the entries of the list that is `known`; null before the first. */
  | { type: 'tape'; session: SessionId; known?: number }
  /** One entry of that tape with its numbers; null where there is none. */
  | { type: 'entry'; session: SessionId; position: number }
  /** What passes the wires into the node whose entry was done last. */
  | { type: 'passing'; session: SessionId }
  /** How a parameter's gradient came together. */
  | { type: 'ledger'; session: SessionId; parameter: string }
  /** Elements of a tensor in row-major order; null where it is not there. */
  | { type: 'tensor'; session: SessionId; ref: Ref; start: number; count: number }
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
  /**
   * Does the operations of the iteration it stands in again with the reference, for some 50 ms: anew, or further from where the last
   * request came. Refused while anything runs, and where it has moved on since.
   */
  | { type: 'compare'; session: SessionId; isNew: boolean }
  /**
   * The weights as whole iterations have left them, the first piece of those of now, or the next of those that were `taken`. A run
   * that is under way goes on. The reply is a `WeightsPiece`.
   */
  | { type: 'weights'; session: SessionId; taken?: number }
  /** Traces a function of the user's own, and compares its backward with finite differences; it belongs to no session. */
  | { type: 'function'; source: string; signature: FunctionSignature }
  /** Looks for a GPU; it belongs to no session. */
  | { type: 'gpu' }
  | { type: 'ping' };

/** A safetensors file, and what messages call it. */
export interface WeightsFile {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

/** The answer to `compare`: all of it, or how far it has come. */
export type ComparisonSlice =
  | { readonly found: Comparison; readonly progress?: undefined }
  | { readonly progress: ComparisonProgress; readonly found?: undefined };

/** The answer to `weights`: with `taken`, the next piece is asked for. */
export interface WeightsPiece {
  readonly taken: number;
  readonly weights: readonly Weight[];
  readonly isLast: boolean;
}

/** The answer to `function`. */
export interface FunctionReport {
  readonly traced: TraceResult;
  readonly verdict: FunctionVerdict;
}

/** What a session computes on. */
export interface SessionDevice {
  readonly device: Device;
  /** Why that is no GPU where one was asked for; or what has become of the one that it was on. */
  readonly problem?: Diagnostic;
}

/** The answer to `create`. */
export interface CreatedSession extends SessionDevice {
  /** Where weights were to be kept, the addresses of the parameters that begin anew; absent: none. */
  readonly anew?: readonly string[];
}

export type ToEngine =
  | { kind: 'request'; id: number; request: Request }
  | { kind: 'ack'; session: SessionId; run: number };

export type Reply = { ok: true; value: unknown } | { ok: false; diagnostics: readonly Diagnostic[] };

/** Engine → renderer. Transitions are lossless and ordered; telemetry is latest-wins with one frame in flight until acked. */
export type FromEngine =
  | { kind: 'hello'; version: string; device: Device }
  | { kind: 'reply'; id: number; reply: Reply }
  | { kind: 'transition'; session: SessionId; run: number; transition: Transition }
  | { kind: 'telemetry'; session: SessionId; run: number; frame: TelemetryFrame };

export type Transition =
  /** `early`: finished are the iterations that Train asked for, and the document asks for more. `stepping`: what runs is a step. */
  | {
      type: 'state';
      state: RunState;
      step: number;
      epoch: number;
      early?: true;
      stepping?: true;
      message?: Diagnostic;
      stop?: StopReport;
    }
  | { type: 'evaluation'; result: Evaluation }
  /** The device has failed, and the run goes on with this one. */
  | { type: 'device'; told: SessionDevice };

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
