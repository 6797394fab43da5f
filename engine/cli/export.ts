import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataErrorsOf } from '../data/data_error.ts';
import { nodeFiles } from '../data/node_files.ts';
import { type Exported, type ExportOptions, WEIGHTS } from '../export/exported.ts';
import { exportPyTorch } from '../export/pytorch/index.ts';
import { exportTypeScript } from '../export/typescript/index.ts';
import { weightsFile } from '../export/weights_file.ts';
import { hasErrors } from '../graph/check.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { FunctionTraces } from '../graph/functions.ts';
import { engineTarball } from '../pack/engine_tarball.ts';
import { packWebgpu } from '../pack/webgpu.ts';
import { TracedFunctions } from '../program/traced_functions.ts';
import { type Opened, openDocument, pathsOf } from './documents.ts';
import { checkFunctions, traceInThread, verdictProblems } from './functions.ts';
import { EXIT, print, printDiagnostics, reasonOf } from './output.ts';
import { readWeightsFile } from './weights.ts';
import { fileInTheWay, writeFiles } from './write_files.ts';

export interface ExportCommandOptions {
  readonly to: string;
  readonly out: string;
  /** Replaces the files that it writes, where they are there, and no other. */
  readonly force?: boolean;
  /** Also where the backward of a function of the user's own is wrong. */
  readonly insist?: boolean;
  /** For several processes that share every batch; only PyTorch has them. */
  readonly distributed?: boolean;
  /** Trained weights that the code starts from, as `train --save` writes them. */
  readonly weights?: string;
}

interface Format {
  write(document: GraphDocument, traces: FunctionTraces, options: ExportOptions): Exported;
  /** Are there packages beside the code? */
  readonly hasPackages: boolean;
  /** Is there code for several processes? */
  readonly isDistributed: boolean;
}

/** By the names that `--to` takes. */
const formats: ReadonlyMap<string, Format> = new Map([
  ['pytorch', { write: exportPyTorch, hasPackages: false, isDistributed: true }],
  ['typescript', { write: exportTypeScript, hasPackages: true, isDistributed: false }],
]);

const namesOf = (which: (format: Format) => boolean): string =>
  [...formats].flatMap(([name, format]) => (which(format) ? [name] : [])).join(', ');

/** WebGPU for Node, where it is installed. */
const WEBGPU = fileURLToPath(new URL('../../node_modules/webgpu', import.meta.url));

/** `gradloom export FILE --to FORMAT --out FOLDER`. Either everything is written, or nothing. */
export async function exportCommand(file: string, options: ExportCommandOptions): Promise<number> {
  const format = formats.get(options.to);
  if (format === undefined)
    return refused([diagnostic('export-format', {}, { format: options.to, known: namesOf(() => true) })]);
  if (options.distributed === true && !format.isDistributed) return refused([notDistributed(options.to)]);
  const opened = openDocument(file);
  if (opened.document === undefined) return refused(opened.diagnostics);
  const traced = new TracedFunctions(traceInThread);
  const { diagnostics, functions } = await traced.check(opened.document);
  if (hasErrors(diagnostics)) return refused(diagnostics);
  const doubtful = verdictProblems(checkFunctions(functions));
  if (doubtful.length > 0 && options.insist !== true) return refused(doubtful);
  const given = options.weights === undefined ? undefined : readWeightsFile(options.weights);
  if (Array.isArray(given)) return refused(given);
  const webgpu = format.hasPackages ? await packWebgpu(WEBGPU) : undefined;
  const exported = format.write(opened.document, traced.lookup, {
    withWeights: given !== undefined,
    withWebgpu: webgpu !== undefined,
    distributed: options.distributed === true,
  });
  if (exported.files === undefined) return refused(exported.diagnostics);
  const weights = given === undefined ? undefined : weightsFile(exported.state, given);
  if (Array.isArray(weights)) return refused(weights);
  const data = await read(exported.data, opened);
  if (!(data instanceof Map)) return refused(data);
  const code = [...exported.files].map(([path, { text }]) => [path, text] as const);
  const packed = { engine: engineTarball, webgpu: async () => webgpu?.bytes ?? new Uint8Array() };
  const packages = await Promise.all(
    [...exported.packages].map(async ([path, name]) => [path, await packed[name]()] as const),
  );
  const trained = weights === undefined ? [] : [[WEIGHTS, weights] as const];
  return write(new Map<string, string | Uint8Array>([...data, ...trained, ...packages, ...code]), options);
}

const notDistributed = (format: string): Diagnostic =>
  diagnostic(
    'unsupported-option',
    {},
    { option: '--distributed with --to', value: format, known: namesOf(({ isDistributed }) => isDistributed) },
  );

function refused(diagnostics: readonly Diagnostic[]): number {
  printDiagnostics(diagnostics);
  return EXIT.invalid;
}

/** The files of data sets, by their paths beside the code. */
async function read(
  names: ReadonlyMap<string, string>,
  { document, folder }: Extract<Opened, { readonly document: object }>,
) {
  const files = nodeFiles(folder, pathsOf(document));
  const found = new Map<string, Uint8Array>();
  try {
    for (const [path, name] of names) found.set(path, new Uint8Array(await files.read(name)));
  } catch (error) {
    const errors = dataErrorsOf(error);
    if (errors === undefined) throw error;
    return errors.map(({ code, message, hint }): Diagnostic => ({ code, severity: 'error', message, hint }));
  }
  return found;
}

function write(files: ReadonlyMap<string, string | Uint8Array>, { out, force = false }: ExportCommandOptions): number {
  const file = force ? undefined : fileInTheWay(out, files.keys());
  if (file !== undefined) return refused([diagnostic('export-exists', {}, { file })]);
  try {
    writeFiles(out, files, force);
  } catch (error) {
    return refused([diagnostic('export-unwritable', {}, { file: out, reason: reasonOf(error) })]);
  }
  for (const name of files.keys()) print(join(out, name));
  return EXIT.ok;
}
