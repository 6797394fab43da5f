import type { ProblemCode } from '../functions/problems.ts';
import type { FunctionSignature } from '../functions/trace.ts';
import { functionFailed } from './diagnostics.ts';
import type { Diagnostic } from './document.ts';
import type { FunctionTraces, FunctionUse } from './functions.ts';
import type { Structure } from './structure.ts';

/** For nothing at all: what is wrong before `forward` runs is wrong for whatever comes to it. */
const NOTHING: FunctionSignature = { inputs: [] };
const BEFORE_IT_RUNS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'syntax',
  'source-too-long',
  'big-integer',
  'no-function',
  'async-function',
  'generator-function',
]);

/** Functions of the user's own to which no shapes come, in definitions too: their code can be read all the same. */
export function unreachedFunctions(
  structure: Structure,
  reached: readonly FunctionUse[],
  traces: FunctionTraces,
): FunctionUse[] {
  const placeOf = (node: string, module: string | undefined) => JSON.stringify([module ?? null, node]);
  const known = new Set(reached.map(({ node, module }) => placeOf(node, module)));
  return [structure, ...structure.modules.values()].flatMap(({ nodes, module }) =>
    [...nodes].flatMap(([id, { node, kind }]): FunctionUse[] => {
      const [setting, { default: usual } = { default: null }] =
        Object.entries(kind.settings).find(([, { type }]) => type === 'code') ?? [];
      if (setting === undefined || known.has(placeOf(id, module))) return [];
      const source = node.settings[setting] ?? usual;
      if (typeof source !== 'string') return [];
      const place = module === undefined ? {} : { module };
      return [{ name: id, node: id, ...place, source, signature: NOTHING, traced: traces(source, NOTHING) }];
    }),
  );
}

/** Is there something wrong with its code whatever comes to it? */
export const isUnreadable = ({ traced }: FunctionUse): boolean =>
  traced?.ok === false && BEFORE_IT_RUNS.has(traced.problem.code);

export const unreadable = (unreached: readonly FunctionUse[]): Diagnostic[] =>
  unreached.flatMap((use) =>
    use.traced?.ok === false && isUnreadable(use)
      ? [
          functionFailed(
            { ...(use.module === undefined ? {} : { module: use.module }), node: use.node },
            use.traced.problem,
          ),
        ]
      : [],
  );
