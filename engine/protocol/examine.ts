import type { FunctionSignature } from '../functions/trace.ts';
import { type Tracer, traceHere } from '../functions/tracer.ts';
import type { FunctionReport } from './messages.ts';

/** Traces a function and checks its backward. */
export async function examineFunction(
  source: string,
  signature: FunctionSignature,
  trace: Tracer = traceHere,
): Promise<FunctionReport> {
  const traced = await trace(source, signature);
  if (!traced.ok) return { traced, verdict: { verdict: 'failed', problem: traced.problem } };
  const { checkTraceInTurns } = await import('../functions/check.ts');
  return { traced, verdict: await checkTraceInTurns(traced.trace, nextTurn) };
}

/** Runs and requests that wait go first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
