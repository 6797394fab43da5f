import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { Exported } from '../../engine/export/exported.ts';
import { hasErrors } from '../../engine/graph/check.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import type { FunctionTraces } from '../../engine/graph/functions.ts';
import { type GivenWeights, stateName } from '../../engine/program/given_weights.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import { Session } from '../../engine/session/session.ts';
import type { StoredTensor } from '../../engine/tensor/safetensors/decode.ts';

/** What an exporter makes of a document that passes the check. */
export async function exportedBy(
  exporter: (document: GraphDocument, traces: FunctionTraces) => Exported,
  document: GraphDocument,
) {
  const traced = new TracedFunctions();
  const { diagnostics } = await traced.check(document);
  if (hasErrors(diagnostics)) throw new Error(JSON.stringify(diagnostics));
  const exported = exporter(document, traced.lookup);
  if (exported.files === undefined) throw new Error(JSON.stringify(exported.diagnostics));
  return exported;
}

/** The document with so many steps to run, whatever it says itself. */
export const withSteps = (document: GraphDocument, steps: number): GraphDocument => {
  const { epochs: _, ...run } = document.run;
  return { ...document, run: { ...run, steps } };
};

/** The losses of a run, which may start from what another has learned. */
export async function trained(document: GraphDocument, weights?: GivenWeights): Promise<number[]> {
  return (await learned(document, weights)).losses;
}

/** The losses of a run, and what it has learned. */
export async function learned(document: GraphDocument, weights?: GivenWeights) {
  const sources = { backend: createWasmBackend(), files: nodeFiles('.') };
  const { session, diagnostics } = await Session.create(document, {
    ...sources,
    ...(weights === undefined ? {} : { weights }),
  });
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  const losses: number[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.run();
  const tensors = new Map(
    session.program.parameters.map(({ address, shape }): [string, StoredTensor] => {
      const array = session.parameter(address);
      if (array === undefined) throw new Error(`the run has no ${address}`);
      const values = Float32Array.from(session.backend.readSync(array));
      return [stateName(address), { dtype: 'F32', shape, values }];
    }),
  );
  session.close();
  return { losses, weights: { file: 'learned', tensors } satisfies GivenWeights };
}
