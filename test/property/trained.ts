import { expect } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument, Mode } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';

/** Everything a run ends with: losses and weights, as bits. */
export async function trained(
  document: GraphDocument,
  mode: Mode = 'dynamic',
): Promise<{ losses: number[]; weights: number[][] }> {
  const run = { ...document.run, mode };
  const options = { backend: createReferenceBackend(), files: nodeFiles('.') };
  const { session, diagnostics } = await Session.create({ ...document, run }, options);
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  const losses: number[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.run();
  const weights = session.program.parameters.map(({ address }) => [
    ...session.backend.readSync(session.parameter(address) ?? expect.fail(`no ${address}`)),
  ]);
  session.close();
  return { losses, weights };
}

export const lossesOf = async (document: GraphDocument) => (await trained(document)).losses;
