import { createReferenceBackend } from '../backends/reference/reference.ts';
import { nodeFiles } from '../data/node_files.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument, RunSettings } from '../graph/document.ts';
import { pump } from '../session/pump.ts';
import { Session } from '../session/session.ts';
import type { Evaluation } from '../session/summary.ts';
import { openDocument } from './documents.ts';
import { EXIT, ProgressBar, print, printDiagnostics, printJson } from './output.ts';

export interface TrainOptions {
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly device: string;
  readonly mode: string;
  readonly json?: boolean;
}

/** What this engine can run; the other devices and modes come with their backends. */
const AVAILABLE = { device: ['cpu', 'auto'], mode: ['dynamic'] } as const;

/** `gradloom train FILE`. Ctrl+C stops after the current piece of work. */
export async function trainCommand(file: string, options: TrainOptions): Promise<number> {
  const invalid = (diagnostics: readonly Diagnostic[]): number => {
    printDiagnostics(diagnostics);
    return EXIT.invalid;
  };
  for (const option of ['device', 'mode'] as const) {
    const known: readonly string[] = AVAILABLE[option];
    const value = options[option];
    if (!known.includes(value))
      return invalid([diagnostic('unsupported-option', {}, { option, value, known: known.join(', ') })]);
  }
  const opened = openDocument(file);
  if (opened.document === undefined) return invalid(opened.diagnostics);
  const document: GraphDocument = { ...opened.document, run: runOf(opened.document.run, options) };
  const paths = Object.fromEntries(Object.entries(document.data).map(([name, entry]) => [name, entry.path]));
  const created = await Session.create(document, {
    backend: createReferenceBackend(),
    files: nodeFiles(opened.folder, paths),
  });
  if (created.session === undefined) return invalid(created.diagnostics);
  return run(created.session, options.json === true);
}

function runOf({ steps, epochs, ...run }: RunSettings, options: TrainOptions): RunSettings {
  const count =
    options.steps !== undefined
      ? { steps: options.steps }
      : options.epochs !== undefined
        ? { epochs: options.epochs }
        : { ...(steps !== undefined && { steps }), ...(epochs !== undefined && { epochs }) };
  return { ...run, ...count, seed: options.seed ?? run.seed };
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
