import type { Backend } from '../../engine/backends/backend.ts';
import type { FileSource } from '../../engine/data/dataset.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';

/** How far a loss on a GPU may be from the CPU's, relative to it. */
const LOSS = 1e-3;

/** The losses of so many steps of a document. @throws Error where it cannot be trained */
async function lossesOf(
  document: GraphDocument,
  steps: number,
  backend: Backend,
  files: FileSource,
): Promise<readonly number[]> {
  const { epochs: _, ...run } = document.run;
  const { session, diagnostics } = await Session.create({ ...document, run: { ...run, steps } }, { backend, files });
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  const losses: number[] = [];
  session.onStep = (_, loss) => losses.push(loss);
  session.run();
  if (session.failure !== undefined) throw new Error(session.failure.message);
  return losses;
}

/** The first loss of a GPU that is not the other's, in words; undefined if all are. */
export async function curveDifference(
  document: GraphDocument,
  steps: number,
  [gpu, cpu]: readonly [Backend, Backend],
  files: FileSource,
): Promise<string | undefined> {
  const expected = await lossesOf(document, steps, cpu, files);
  const losses = await lossesOf(document, steps, gpu, files);
  if (losses.length !== steps || expected.length !== steps)
    return `${losses.length} and ${expected.length} losses instead of ${steps}`;
  for (const [i, loss] of losses.entries()) {
    const other = expected[i] ?? Number.NaN;
    if (!(Math.abs(loss / other - 1) < LOSS)) return `step ${i}: ${loss}, ${cpu.name} has ${other}`;
  }
  return undefined;
}
