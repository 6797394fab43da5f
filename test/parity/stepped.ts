import type { Backend } from '../../engine/backends/backend.ts';
import type { FileSource } from '../../engine/data/dataset.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';
import type { EntryReport, TensorReport } from '../../engine/session/summary.ts';
import type { Findings } from './findings.ts';

/** How far an element may be from the other's, relative to the largest of its tensor. */
const ELEMENT = 1e-4;

async function open(document: GraphDocument, backend: Backend, files: FileSource): Promise<Session> {
  const { session, diagnostics } = await Session.create(document, { backend, files });
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  session.start();
  return session;
}

/** Everything that an entry's report names, in order. */
const tensorsOf = ({ inputs, outputs, update }: EntryReport): TensorReport[] => [
  ...inputs,
  ...outputs,
  ...(update?.parameters.flatMap(({ tensors }) => tensors.map(({ tensor }) => tensor)) ?? []),
];

function distance(found: ArrayLike<number>, expected: ArrayLike<number>): string | undefined {
  if (found.length !== expected.length) return `${found.length} elements instead of ${expected.length}`;
  let [largest, worst] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [a = Number.NaN, e = Number.NaN] = [found[i], expected[i]];
    largest = Math.max(largest, Math.abs(e));
    worst = Math.max(worst, Math.abs(a - e));
  }
  return worst <= ELEMENT * largest ? undefined : `${worst} apart, where the largest is ${largest}`;
}

/** Steps through an iteration on both, entry by entry, and compares every tensor that an entry names. */
export async function compareSteps(
  document: GraphDocument,
  [gpu, reference]: readonly [Backend, Backend],
  files: FileSource,
): Promise<Findings> {
  const [session, other] = [await open(document, gpu, files), await open(document, reference, files)];
  const differences: string[] = [];
  let compared = 0;
  do {
    const went = [session.advance(), other.advance()];
    const places = [session, other].map(({ cursor }) => JSON.stringify(cursor));
    if (!went.every(Boolean) || places[0] !== places[1]) {
      differences.push(`they stand at ${places.join(' and ')}`);
      break;
    }
    if (session.position === 0) continue;
    const [found, expected] = [session, other].map((one) => one.view.entry(one.position - 1));
    if (found === undefined || expected === undefined) continue;
    const others = tensorsOf(expected);
    for (const [i, { ref }] of tensorsOf(found).entries()) {
      const where = `${found.phase} ${found.address} ${found.op} ${JSON.stringify(ref)}`;
      if (JSON.stringify(ref) !== JSON.stringify(others[i]?.ref)) differences.push(`${where} has no counterpart`);
      const [values, wanted] = [session.view.elements(ref), other.view.elements(ref)];
      if (values === undefined || wanted === undefined) continue;
      const apart = distance(values.values, wanted.values);
      if (apart !== undefined) differences.push(`${where}: ${apart}`);
      compared++;
    }
  } while (session.position > 0 || session.cursor.phase !== 'batch');
  return { compared, differences };
}
