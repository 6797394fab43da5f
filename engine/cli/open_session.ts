import type { Backend } from '../backends/backend.ts';
import { createCpuBackend } from '../backends/cpu.ts';
import { nodeFiles } from '../data/node_files.ts';
import { DEVICES } from '../graph/device.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import { type Diagnostic, type GraphDocument, MODES, type RunSettings } from '../graph/document.ts';
import { RunDevice } from '../session/device.ts';
import { Session } from '../session/session.ts';
import { startGpuThread, startPoolThread } from '../threads/start.ts';
import { openDocument, pathsOf } from './documents.ts';
import { checkFunctions, traceInThread, verdictProblems } from './functions.ts';
import { printDiagnostics } from './output.ts';
import { readWeightsFile } from './weights.ts';

/** What a command may say about a run; the document says the rest. */
export interface RunOptions {
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly device?: string;
  readonly mode?: string;
  /** A file of weights to start from. */
  readonly weights?: string;
  /** Also where the backward of a function of the user's own is wrong. */
  readonly insist?: boolean;
}

/** What this engine can run. */
const AVAILABLE = { device: DEVICES, mode: MODES } as const;
const machine = { createCpu: () => createCpuBackend({ startThread: startPoolThread }), startGpu: startGpuThread };

/**
 * A session of the document, or what is wrong with it or with the options. Where it is not on the GPU that was asked for, or has to go
 * on elsewhere, a sentence says so, and `heard` is told.
 */
export async function openSession(
  file: string,
  options: RunOptions,
  heard: (problem: Diagnostic, backend: Backend) => void = () => undefined,
): Promise<Session | readonly Diagnostic[]> {
  for (const option of ['device', 'mode'] as const) {
    const known: readonly string[] = AVAILABLE[option];
    const value = options[option];
    if (value !== undefined && !known.includes(value))
      return [diagnostic('unsupported-option', {}, { option, value, known: known.join(', ') })];
  }
  const opened = openDocument(file);
  if (opened.document === undefined) return opened.diagnostics;
  const document: GraphDocument = { ...opened.document, run: runOf(opened.document.run, options) };
  const weights = options.weights === undefined ? undefined : readWeightsFile(options.weights);
  if (Array.isArray(weights)) return weights;
  const choice = DEVICES.find((choice) => choice === options.device) ?? 'auto';
  const device = new RunDevice(choice, machine, (problem, backend) => {
    printDiagnostics([problem]);
    heard(problem, backend);
  });
  const created = await Session.create(document, {
    backend: device.open,
    renew: device.renew,
    files: nodeFiles(opened.folder, pathsOf(document)),
    trace: traceInThread,
    ...(weights === undefined ? {} : { weights }),
  });
  if (created.session === undefined) return created.diagnostics;
  const doubtful = verdictProblems(checkFunctions(created.session.functions));
  if (doubtful.length > 0 && options.insist !== true) return doubtful;
  printDiagnostics(doubtful.map((problem) => ({ ...problem, severity: 'warning' })));
  return created.session;
}

function runOf({ steps, epochs, ...run }: RunSettings, options: RunOptions): RunSettings {
  const count =
    options.steps !== undefined
      ? { steps: options.steps }
      : options.epochs !== undefined
        ? { epochs: options.epochs }
        : { ...(steps !== undefined && { steps }), ...(epochs !== undefined && { epochs }) };
  const mode = MODES.find((mode) => mode === options.mode) ?? run.mode;
  return { ...run, ...count, mode, seed: options.seed ?? run.seed };
}
