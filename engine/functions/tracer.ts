import { type FunctionProblem, functionProblem } from './problems.ts';
import type { FunctionSignature, TraceResult } from './trace.ts';

/** Something that runs the code of functions: in this thread, or in another one. */
export type Tracer = (source: string, signature: FunctionSignature) => Promise<TraceResult>;

/** Traces in this thread. The sandbox is loaded with the first: documents without functions of their own never pay for it. */
export const traceHere: Tracer = async (source, signature) => {
  const { traceFunction } = await import('./tracing.ts');
  return traceFunction(source, signature);
};

export interface TraceRequest {
  readonly source: string;
  readonly signature: FunctionSignature;
}

/** What a thread says: `ready` once it can trace, then one result for each request. */
export type FromTracer = 'ready' | TraceResult;

interface Channel<Outgoing, Incoming> {
  post(message: Outgoing): void;
  listen(listener: (message: Incoming) => void): () => void;
}

/** A thread that traces, as whoever ends it sees it. Both subscriptions return the function that ends them. */
export interface TracingThread {
  readonly port: Channel<TraceRequest, FromTracer>;
  onDeath(listener: (reason: string) => void): () => void;
  terminate(): void;
}

/** The thread's half. */
export function serveTraces(port: Channel<FromTracer, TraceRequest>): void {
  port.listen(({ source, signature }) => void traceHere(source, signature).then((result) => port.post(result)));
  port.post('ready');
}

/** Milliseconds that a thread may take to begin, and for one trace: what the sandbox allows itself, and as much again. */
const usual = { start: 30_000, trace: 4000 };
/** An answer may be waiting for this thread to be free: it goes first. */
const LAST_LOOK_MS = 100;

/**
 * Traces in a thread of its own, one function after the other, and ends a thread that does not answer in time. The sandbox asks its
 * clock once in thousands of instructions, some of which may copy megabytes; this bound is outside of it.
 */
export function supervisedTracer(start: () => TracingThread, limits = usual): Tracer {
  let thread: TracingThread | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function ask(request: TraceRequest): Promise<TraceResult> {
    let heard: Heard = { said: 'ready' };
    if (thread === undefined) {
      thread = start();
      const late = functionProblem('sandbox-failed', { reason: 'its thread did not start' });
      heard = await hear(thread, limits.start, late);
    }
    if (heard.problem === undefined) {
      const answer = hear(thread, limits.trace, functionProblem('too-slow'));
      thread.port.post(request);
      heard = await answer;
    }
    if (heard.problem === undefined && heard.said !== 'ready') return heard.said;
    thread.terminate();
    thread = undefined;
    return { ok: false, problem: heard.problem ?? functionProblem('sandbox-failed', { reason: 'it began anew' }) };
  }
  return (source, signature) => {
    const result = turn.then(() => ask({ source, signature }));
    turn = result.catch(() => undefined);
    return result;
  };
}

type Heard =
  | { readonly said: FromTracer; readonly problem?: undefined }
  | { readonly said?: undefined; readonly problem: FunctionProblem };

/** What a thread says next, or `late`, or how it died. */
function hear(thread: TracingThread, milliseconds: number, late: FunctionProblem): Promise<Heard> {
  return new Promise((resolve) => {
    const finish = (heard: Heard) => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      resolve(heard);
    };
    const stops = [
      thread.port.listen((said) => finish({ said })),
      thread.onDeath((reason) => finish({ problem: functionProblem('sandbox-failed', { reason }) })),
    ];
    let timer = setTimeout(() => {
      timer = setTimeout(() => finish({ problem: late }), LAST_LOOK_MS);
    }, milliseconds);
  });
}
