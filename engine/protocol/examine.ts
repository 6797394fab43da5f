import type { FunctionExaminer } from './server.ts';

/**
 * Traces a function and checks its backward. The sandbox is loaded when the first one is asked for: documents without functions of
 * their own never pay for it.
 */
export const examineFunction: FunctionExaminer = async (source, signature) => {
  const { traceFunction } = await import('../functions/tracing.ts');
  const traced = await traceFunction(source, signature);
  if (!traced.ok) return { traced, verdict: { verdict: 'failed', problem: traced.problem } };
  const { checkTraceInTurns } = await import('../functions/check.ts');
  return { traced, verdict: await checkTraceInTurns(traced.trace, nextTurn) };
};

/** Runs and requests that wait go first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
