import type { Backend } from '../backends/backend.ts';
import type { FileSource } from '../data/dataset.ts';
import type { Tracer } from '../functions/tracer.ts';
import { needOf } from '../graph/check.ts';
import type { Need } from '../graph/device.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { FunctionUse } from '../graph/functions.ts';
import { type GivenWeights, weightsByAddress } from '../program/given_weights.ts';
import { lowerDocument } from '../program/lower.ts';
import type { Program } from '../program/program.ts';
import { TracedFunctions } from '../program/traced_functions.ts';
import { TorchGenerator } from '../random/torch.ts';
import { BatchPrograms } from './batch_programs.ts';
import { loadMaterial, type Material } from './material.ts';

/** Where a run takes what it is made of. */
export interface Sources {
  /** One backend per session: scopes are a stack. Or what makes it, once it is known what the run asks of it. */
  readonly backend: Backend | ((need: Need) => Promise<Backend>);
  readonly files: FileSource;
  /** Runs the code of the document's own functions; absent: in this thread. */
  readonly trace?: Tracer;
  /** What to start from; absent: the parameters are drawn. They are drawn anyway: all random numbers after them stay the same. */
  readonly weights?: GivenWeights;
}

/** What is executed, once it is loaded, drawn and traced. */
export interface Ingredients {
  readonly document: GraphDocument;
  readonly program: Program;
  readonly backend: Backend;
  readonly generator: TorchGenerator;
  readonly material: Material;
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly programs: BatchPrograms;
  readonly functions: readonly FunctionUse[];
}

/** Traces, lowers, loads and draws what a run is made of. */
export async function ingredientsOf(
  document: GraphDocument,
  { files, trace, weights, ...options }: Sources,
): Promise<Ingredients | { readonly diagnostics: readonly Diagnostic[] }> {
  const traced = new TracedFunctions(trace);
  const checked = await traced.check(document);
  const lowered = lowerDocument(document, traced.lookup, checked);
  if (lowered.program === undefined) return lowered;
  const { program } = lowered;
  const given = weights === undefined ? new Map<string, Float32Array>() : weightsByAddress(program.parameters, weights);
  if (!(given instanceof Map)) return { diagnostics: given };
  const backend = typeof options.backend === 'function' ? await options.backend(needOf(checked)) : options.backend;
  const generator = new TorchGenerator(document.run.seed);
  const loaded = await loadMaterial(program, backend, files, generator, document.run.batchSize);
  if ('diagnostics' in loaded) return loaded;
  const { functions } = checked;
  const programs = new BatchPrograms(document, program, loaded.material, traced);
  const diagnostics = await programs.prepare(functions);
  if (diagnostics.length > 0) return { diagnostics };
  const { material } = loaded;
  const initial = new Map([...loaded.initial, ...given]);
  return { material, initial, document, program, backend, generator, programs, functions };
}
