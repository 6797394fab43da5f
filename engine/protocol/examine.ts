import type { FunctionExaminer } from './server.ts';

/**
 * Traces a function and checks its backward. The sandbox is loaded when the first one is asked for: documents without functions of
 * their own never pay for it.
 */
export const examineFunction: FunctionExaminer = async (source, signature) => {
  const { traceFunction } = await import('../functions/tracing.ts');
  const traced = await traceFunction(source, signature);
  if (!traced.ok) return { traced, verdict: { verdict: 'failed', problem: traced.problem } };
  const { checkTrace } = await import('../functions/check.ts');
  return { traced, verdict: checkTrace(traced.trace) };
};
