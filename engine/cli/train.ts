import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import { nodeFiles } from '../data/node_files.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument, RunSettings } from '../graph/document.ts';
import { pump } from '../session/pump.ts';
import { Session } from '../session/session.ts';
import type { Evaluation } from '../session/summary.ts';
import { isFolder, openDocument } from './documents.ts';
import { checkFunctions, traceInThread, verdictProblems } from './functions.ts';
import { EXIT, ProgressBar, print, printDiagnostics, printJson, reasonOf } from './output.ts';
import { safetensors } from './safetensors.ts';

export interface TrainOptions {
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly device: string;
  /** By default as the document says. */
  readonly mode?: string;
  /** Where the final weights go. */
  readonly save?: string;
  /** Also where the backward of a function of the user's own is wrong. */
  readonly insist?: boolean;
  readonly json?: boolean;
}

/** What this engine can run; the other devices and modes come with their backends. */
const AVAILABLE = { device: ['cpu', 'auto'], mode: ['dynamic', 'static'] } as const;

/** `gradloom train FILE`. Ctrl+C stops after the current piece of work. */
export async function trainCommand(file: string, options: TrainOptions): Promise<number> {
  const invalid = (diagnostics: readonly Diagnostic[]): number => {
    printDiagnostics(diagnostics);
    return EXIT.invalid;
  };
  for (const option of ['device', 'mode'] as const) {
    const known: readonly string[] = AVAILABLE[option];
    const value = options[option];
    if (value !== undefined && !known.includes(value))
      return invalid([diagnostic('unsupported-option', {}, { option, value, known: known.join(', ') })]);
  }
  const { save } = options;
  // Told before the run, not after hours of it.
  const unsavable = save === undefined ? undefined : folderProblem(save);
  if (unsavable !== undefined) return invalid([unsavable]);
  const opened = openDocument(file);
  if (opened.document === undefined) return invalid(opened.diagnostics);
  const document: GraphDocument = { ...opened.document, run: runOf(opened.document.run, options) };
  const paths = Object.fromEntries(Object.entries(document.data).map(([name, entry]) => [name, entry.path]));
  const created = await Session.create(document, {
    backend: createReferenceBackend(),
    files: nodeFiles(opened.folder, paths),
    trace: traceInThread,
  });
  if (created.session === undefined) return invalid(created.diagnostics);
  const doubtful = verdictProblems(checkFunctions(created.session.functions));
  if (doubtful.length > 0 && options.insist !== true) return invalid(doubtful);
  printDiagnostics(doubtful.map((problem) => ({ ...problem, severity: 'warning' })));
  const exit = await run(created.session, options.json === true);
  const unsaved = save === undefined || exit === EXIT.failed ? undefined : saveWeights(created.session, save);
  if (unsaved === undefined) return exit;
  printDiagnostics([unsaved]);
  return EXIT.failed;
}

function folderProblem(file: string): Diagnostic | undefined {
  const reason = isFolder(file) ? 'it is a folder' : isFolder(dirname(file)) ? undefined : 'its folder does not exist';
  return reason === undefined ? undefined : diagnostic('cannot-save', {}, { file, reason });
}

/** Writes the weights of whole iterations. Returns what went wrong, if anything. */
function saveWeights(session: Session, file: string): Diagnostic | undefined {
  // An interruption may fall between two optimizers.
  while (session.cursor.phase === 'update' && session.advance());
  const tensors = session.program.parameters.flatMap(({ address, shape }) => {
    const array = session.parameter(address);
    return array === undefined ? [] : [{ address, shape, values: session.backend.readSync(array) }];
  });
  try {
    writeFileSync(file, safetensors(tensors));
  } catch (error) {
    return diagnostic('cannot-save', {}, { file, reason: reasonOf(error) });
  }
  return undefined;
}

function runOf({ steps, epochs, ...run }: RunSettings, options: TrainOptions): RunSettings {
  const count =
    options.steps !== undefined
      ? { steps: options.steps }
      : options.epochs !== undefined
        ? { epochs: options.epochs }
        : { ...(steps !== undefined && { steps }), ...(epochs !== undefined && { epochs }) };
  const mode = options.mode === 'static' || options.mode === 'dynamic' ? options.mode : run.mode;
  return { ...run, ...count, mode, seed: options.seed ?? run.seed };
}

async function run(session: Session, json: boolean): Promise<number> {
  const bar = new ProgressBar(!json);
  const every = Math.max(1, Math.round(session.target / 10));
  session.onStep = (step, loss) => {
    if (json) printJson({ step, loss });
    else if (step % every === 0) {
      bar.clear();
      print(`step ${step}  loss ${loss.toPrecision(6)}`);
    }
    bar.update(step + 1, session.target, `loss ${loss.toPrecision(4)}`);
  };
  session.onEvaluation = (result) => {
    bar.clear();
    if (json) printJson(result);
    else print(describe(result));
  };
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  await pump(session, { paused: () => interrupted });
  process.removeListener('SIGINT', interrupt);
  bar.clear();
  if (session.failure !== undefined) {
    printDiagnostics([session.failure]);
    return EXIT.failed;
  }
  return interrupted ? EXIT.interrupted : EXIT.ok;
}

const describe = ({ epoch, split, loss, accuracy }: Evaluation): string =>
  `epoch ${epoch}  ${split}  loss ${loss.toPrecision(6)}${accuracy === undefined ? '' : `  accuracy ${(accuracy * 100).toFixed(2)} %`}`;
