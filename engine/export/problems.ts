import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { bodyClass, copiesOf, parametersIn } from './members.ts';
import type { DataStatement, OwnFunction, Script, Statement } from './script.ts';
import { reachedBy } from './sharding/reached.ts';
import { drawsNumbers, readsOf } from './statements.ts';

/** What no language can say, or this one cannot: `hasRecipe` tells whether it can make or read the data of a node. */
export function problemsOf(script: Script, hasRecipe: (data: DataStatement) => boolean): Diagnostic[] {
  if (script.losses.length === 0) return [diagnostic('no-loss', {})];
  const unknown = script.data.flatMap((statement) => {
    const { place, source } = statement;
    if (hasRecipe(statement) || source.kind !== 'dataset') return [];
    return [diagnostic('export-data', { node: place.id }, { node: place.id })];
  });
  return [...unknown, ...untiedProblems(script), ...unevenProblems(script), ...absentProblems(script)];
}

/** Parameters of which a loop has several copies have no path of their own. */
function untiedProblems(script: Script): Diagnostic[] {
  // What an optimizer updates, it also clears.
  const cleared = new Set(script.optimizers.flatMap(({ parameters }) => parameters));
  const own = new Set(script.forward.flatMap(copiedParameters).filter((address) => !cleared.has(address)));
  const byHand = [...script.updates, ...script.zeroGrads].filter(({ parameters }) =>
    parameters.some((one) => own.has(one)),
  );
  return byHand.map(({ place }) => diagnostic('export-untied', { node: place.id }, { node: place.id }));
}

/** A function of the user's own may do something else with the last batch of an epoch, where it is smaller. */
function unevenProblems({ batches, forward, update }: Script): Diagnostic[] {
  if (batches === undefined) return [];
  const functions = [...forward, ...update]
    .flatMap(functionsIn)
    .flatMap(({ isUneven, place }) => (isUneven ? [place] : []));
  const uneven = [...new Map(functions.map((place) => [`${place.module} ${place.id}`, place])).values()];
  const values = { batch: batches.size, rest: batches.samples % batches.size };
  return uneven.map(({ id, module }) =>
    diagnostic('export-uneven', { ...(module === undefined ? {} : { module }), node: id }, { node: id, ...values }),
  );
}

/**
 * A loop or a module that computes with a gradient which some passes lack would be left out as a whole; the document leaves out what
 * needs that gradient, and draws as often as ever.
 */
function absentProblems(script: Script): Diagnostic[] {
  const sure = reachedBy(script, 'every').parameters;
  const absent = new Set([...script.gradients].flatMap(([value, address]) => (sure.has(address) ? [] : [value])));
  const problems: Diagnostic[] = [];
  for (const statement of script.update) {
    if (!readsOf(statement).some((value) => absent.has(value))) continue;
    for (const value of statement.outputs) absent.add(value);
    const { inputs, outputs, place } = statement;
    const isWhole = inputs.length === 1 && outputs.length === 1 && !drawsNumbers(statement);
    if (statement.kind !== 'operation' && statement.kind !== 'function' && !isWhole)
      problems.push(diagnostic('export-absent', { node: place.owner }, { node: place.owner }));
  }
  return problems;
}

function copiedParameters(statement: Statement): string[] {
  if (statement.kind === 'loop' && copiesOf(statement) !== undefined)
    return parametersIn(bodyClass(statement), []).map(({ address }) => address);
  return bodyOf(statement).flatMap(copiedParameters);
}

const functionsIn = (statement: Statement): OwnFunction[] =>
  statement.kind === 'function' ? [statement] : bodyOf(statement).flatMap(functionsIn);

const bodyOf = (statement: Statement): readonly Statement[] =>
  statement.kind === 'instance' ? statement.definition.body : 'body' in statement ? statement.body : [];
