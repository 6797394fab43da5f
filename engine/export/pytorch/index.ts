import { diagnostic } from '../../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../../graph/document.ts';
import type { FunctionTraces } from '../../graph/functions.ts';
import { bodyClass, copiesOf, parametersIn } from '../members.ts';
import { readScript } from '../read.ts';
import type { Script, Statement } from '../script.ts';
import { hasRecipe } from './data.ts';
import { sameDraws, trainScript } from './train.ts';

export type Exported =
  | {
      /** By their paths in the folder of the export. */
      readonly files: ReadonlyMap<string, string>;
      /** Files of data sets that go beside them, by the names under which these have them. */
      readonly data: readonly string[];
      readonly diagnostics?: undefined;
    }
  | { readonly files?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** The document as one `train.py`, or why there is none. It has to pass the check, and its functions have to be traced. */
export function exportPyTorch(document: GraphDocument, traces: FunctionTraces): Exported {
  const script = readScript(document, traces);
  const problems = problemsOf(script);
  if (problems.length > 0) return { diagnostics: problems };
  const written = trainScript(script);
  if (!sameDraws(written, script)) {
    const at = script.draws.findIndex((address, i) => address !== written.draws[i]);
    const [node = ''] = (script.draws[at] ?? '').split(/[./]/);
    return { diagnostics: [diagnostic('export-draws', { node }, { node })] };
  }
  return { files: new Map([['train.py', written.text]]), data: written.files };
}

function problemsOf(script: Script): Diagnostic[] {
  if (script.losses.length === 0) return [diagnostic('no-loss', {})];
  const unknown = script.data.flatMap((statement) => {
    const { place, source } = statement;
    if (hasRecipe(statement) || source.kind !== 'dataset') return [];
    return [diagnostic('export-data', { node: place.id }, { node: place.id })];
  });
  // What an optimizer updates, it also clears.
  const cleared = new Set(script.optimizers.flatMap(({ parameters }) => parameters));
  const own = new Set(script.forward.flatMap(copiedParameters).filter((address) => !cleared.has(address)));
  const byHand = [...script.updates, ...script.zeroGrads].filter(({ parameters }) =>
    parameters.some((one) => own.has(one)),
  );
  const untied = byHand.map(({ place }) => diagnostic('export-untied', { node: place.id }, { node: place.id }));
  const { batches } = script;
  if (batches === undefined || batches.samples % batches.size === 0) return [...unknown, ...untied];
  const functions = script.forward.flatMap(functionsIn).map(({ place }) => place);
  const uneven = [...new Map(functions.map((place) => [`${place.module} ${place.id}`, place])).values()];
  const values = { batch: batches.size, rest: batches.samples % batches.size };
  return [
    ...unknown,
    ...untied,
    ...uneven.map(({ id, module }) =>
      diagnostic('export-uneven', { ...(module === undefined ? {} : { module }), node: id }, { node: id, ...values }),
    ),
  ];
}

/** Parameters of which a loop has several copies. */
function copiedParameters(statement: Statement): string[] {
  if (statement.kind === 'loop' && copiesOf(statement) !== undefined)
    return parametersIn(bodyClass(statement), []).map(({ address }) => address);
  const body = statement.kind === 'instance' ? statement.definition.body : 'body' in statement ? statement.body : [];
  return body.flatMap(copiedParameters);
}

function functionsIn(statement: Statement): Statement[] {
  if (statement.kind === 'function') return [statement];
  const body = statement.kind === 'instance' ? statement.definition.body : 'body' in statement ? statement.body : [];
  return body.flatMap(functionsIn);
}
