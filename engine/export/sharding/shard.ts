import { diagnostic } from '../../graph/diagnostics.ts';
import type { Diagnostic } from '../../graph/document.ts';
import { normalizeAxes, numel } from '../../tensor/shape.ts';
import type { CodeValue, Place, Script, Statement } from '../script.ts';
import { readsOf, used } from '../statements.ts';
import { isRows } from './share.ts';
import { Shares } from './shares.ts';

/** The operation that adds up, over all processes, what each has of a value. */
export const SUMMED = 'summed';

export type Sharded =
  | {
      readonly script: Script;
      /** Of how many numbers a batch's means are: so many for each of its rows. Nothing makes these values. */
      readonly counts: ReadonlyMap<CodeValue, number>;
      readonly diagnostics?: undefined;
    }
  | { readonly script?: undefined; readonly diagnostics: readonly Diagnostic[] };

/**
 * A script for several processes, each of which works on its own rows of every batch. What its losses are of the whole batch is the
 * sum of what they are there: a mean over rows becomes a sum, divided by how many numbers the whole batch has. Gradients that were
 * worked out by hand are added up. What needs other rows than one's own is a diagnostic at its node.
 */
export function shard(script: Script): Sharded {
  const problems = unlikeData(script);
  const shares = new Shares(script);
  const written = writtenBy(script);
  const hints = new Map(script.hints);
  const counts = new Map<CodeValue, number>();
  const countOf = (elements: number, rows: number): CodeValue => {
    if (script.batches === undefined) return { shape: [], dtype: 'i32', constant: elements };
    const count: CodeValue = { shape: [], dtype: 'i32' };
    counts.set(count, elements / rows);
    return count;
  };
  const follow = (statements: readonly Statement[]): Statement[] =>
    statements.flatMap((statement) => {
      const { refused, isMeanOverRows } = shares.follow(statement);
      if (statement.outputs.some((value) => written.has(value)))
        problems.push(...refused.map((place) => problemAt('export-distributed', place)));
      if (!isMeanOverRows) return [statement];
      const { elements, rows } = averaged(statement, shares);
      return asSum(statement, countOf(elements, rows), hints);
    });
  const forward = follow(script.forward);
  const update = follow(script.update);
  problems.push(...lossProblems(script, shares), ...updateProblems(script, shares));
  if (problems.length > 0) return { diagnostics: problems };
  const sums = new Map<CodeValue, CodeValue>();
  for (const { gradient } of script.updates)
    if (shares.of(gradient) === 'part') sums.set(gradient, summedValue(gradient, hints));
  return {
    script: {
      ...script,
      forward: forward.flatMap((statement) => [statement, ...sumsBehind(statement, sums)]),
      update: update.flatMap((statement) => [statement, ...sumsBehind(statement, sums)]),
      updates: script.updates.map((one) => ({ ...one, gradient: sums.get(one.gradient) ?? one.gradient })),
      hints,
    },
    counts,
  };
}

const problemAt = (
  code: 'export-distributed' | 'export-distributed-loss',
  { id, module }: Pick<Place, 'id' | 'module'>,
): Diagnostic => diagnostic(code, { ...(module === undefined ? {} : { module }), node: id }, { node: id });

/** What the statements make that code is written of: nobody minds what is wrong with others. */
function writtenBy({ forward, update, updates, losses }: Script): ReadonlySet<CodeValue> {
  const gradients = updates.map(({ gradient }) => gradient);
  const later = used(update, gradients);
  const before = used(forward, [...losses, ...gradients, ...later.flatMap(readsOf)]);
  return new Set([...before, ...later].flatMap(({ outputs }) => outputs));
}

/** Without minibatches row i of one belongs to row i of the other only where all have as many. */
function unlikeData({ data, batches, forward, update }: Script): Diagnostic[] {
  if (batches !== undefined) return [];
  const read = new Set([...forward, ...update].flatMap(readsOf));
  const sets = data.filter(({ rows, outputs }) => rows !== undefined && outputs.some((value) => read.has(value)));
  const rows = sets[0]?.rows ?? 0;
  return sets
    .filter((one) => one.rows !== rows)
    .map(({ place, rows: others = 0 }) =>
      diagnostic('export-distributed-rows', { node: place.id }, { node: place.id, rows, others }),
    );
}

/** What does not come from rows every process would count again. */
function lossProblems({ losses, forward, data }: Script, shares: Shares): Diagnostic[] {
  const others = losses.filter((loss) => isRows(shares.of(loss)) || shares.of(loss) === 'all');
  return others.flatMap((loss) => {
    const maker = [...forward, ...data].find(({ outputs }) => outputs.includes(loss));
    return maker === undefined ? [] : [problemAt('export-distributed-loss', maker.place)];
  });
}

const updateProblems = ({ updates }: Script, shares: Shares): Diagnostic[] =>
  updates
    .filter(({ gradient }) => isRows(shares.of(gradient)))
    .map(({ place }) => problemAt('export-distributed', place));

/** How many numbers a mean over rows is of, and how many rows they are from. */
function averaged({ inputs, ...statement }: Statement, shares: Shares): { elements: number; rows: number } {
  // The target of a loss has one element for each number, also where there are several scores for it.
  const value = inputs.at(-1);
  const share = value === undefined ? 'all' : shares.of(value);
  if (value === undefined || !isRows(share)) throw new Error('a mean over rows is not of rows');
  const { shape } = value;
  const axes = statement.kind === 'operation' ? statement.attrs.axes : undefined;
  const reduced = normalizeAxes(Array.isArray(axes) ? axes : undefined, shape.length);
  return { elements: numel(reduced.map((axis) => shape[axis] ?? 1)), rows: shape.at(share.axis) ?? 1 };
}

/** A mean as the sum, divided by a count. */
function asSum(statement: Statement, count: CodeValue, hints: Map<CodeValue, string>): Statement[] {
  const { outputs, place } = statement;
  const sums = outputs.map(({ shape, dtype }): CodeValue => ({ shape, dtype }));
  for (const [i, sum] of sums.entries()) {
    const mean = outputs[i];
    hints.set(sum, `${(mean && hints.get(mean)) ?? place.name}_sum`);
  }
  const division: Statement = {
    kind: 'operation',
    op: 'div',
    attrs: {},
    place: { ...place, notes: [] },
    inputs: [...sums, count],
    outputs,
  };
  return [{ ...summing(statement), outputs: sums }, division];
}

function summing(statement: Statement): Statement {
  if (statement.kind === 'layer')
    return { ...statement, args: { ...statement.args, reduction: { value: 'sum', param: undefined } } };
  return statement.kind === 'operation' ? { ...statement, op: 'sum' } : statement;
}

function summedValue(part: CodeValue, hints: Map<CodeValue, string>): CodeValue {
  const sum: CodeValue = { shape: part.shape, dtype: part.dtype };
  hints.set(sum, hints.get(part) ?? '');
  return sum;
}

const sumsBehind = ({ outputs, place }: Statement, sums: ReadonlyMap<CodeValue, CodeValue>): Statement[] =>
  outputs.flatMap((part): Statement[] => {
    const sum = sums.get(part);
    if (sum === undefined) return [];
    return [
      { kind: 'operation', op: SUMMED, attrs: {}, place: { ...place, notes: [] }, inputs: [part], outputs: [sum] },
    ];
  });
