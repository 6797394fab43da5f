import { Worker } from 'node:worker_threads';
import { checkTrace, type FunctionVerdict } from '../functions/check.ts';
import { supervisedTracer } from '../functions/tracer.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { type FunctionUse, functionKey } from '../graph/functions.ts';
import { inputNames } from '../nodes/source_ports.ts';
import { nodeSandbox, SANDBOX } from '../protocol/sandbox_thread.ts';

/** Runs the code of functions in a thread, which is ended where it takes too long. */
export const traceInThread = supervisedTracer(() =>
  nodeSandbox(new Worker(new URL('../worker.ts', import.meta.url), { workerData: SANDBOX })),
);

/** A function where it stands, and what finite differences say of its backward. */
export interface CheckedFunction {
  readonly use: FunctionUse;
  readonly verdict: FunctionVerdict;
}

/** Checks every function that was traced, those of one source and signature once. */
export function checkFunctions(uses: readonly FunctionUse[]): CheckedFunction[] {
  const known = new Map<string, FunctionVerdict>();
  return uses.flatMap((use) => {
    if (use.traced === undefined || !use.traced.ok) return [];
    const key = functionKey(use.source, use.signature);
    const verdict = known.get(key) ?? checkTrace(use.traced.trace);
    known.set(key, verdict);
    return [{ use, verdict }];
  });
}

/** What keeps a document from being trained before the user insists. */
export function verdictProblems(functions: readonly CheckedFunction[]): Diagnostic[] {
  return functions.flatMap(({ use, verdict }) => {
    const place = { ...(use.module === undefined ? {} : { module: use.module }), node: use.node };
    switch (verdict.verdict) {
      case 'verified':
        return [];
      case 'wrong': {
        const { input, element, expected, got } = verdict;
        const name = inputNames(use.source)[input] ?? `input ${input}`;
        const values = { input: name, element: `[${element.join(', ')}]`, expected: short(expected), got: short(got) };
        return [diagnostic('function-wrong', place, { node: use.node, ...values })];
      }
      case 'failed': {
        const { code, message, hint, values } = verdict.problem;
        const said = { ...values, problem: code, said: message, remedy: hint };
        return [diagnostic('function-unchecked', place, { ...said, node: use.node })];
      }
      default:
        return verdict satisfies never;
    }
  });
}

const short = (x: number): string => x.toPrecision(6);

/** `relu1  verified: 64 of 6,400 elements, 2 kinks`. */
export function verdictLine({ use, verdict }: CheckedFunction): string {
  if (verdict.verdict === 'failed') return `${use.name}  not checked`;
  const { checked, elements, kinks } = verdict;
  return `${use.name}  ${verdict.verdict}: ${checked} of ${elements} elements, ${kinks} kinks`;
}
