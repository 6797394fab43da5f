import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeDevice } from '../backends/device.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { stateName } from '../program/given_weights.ts';
import { pump } from '../session/pump.ts';
import { Session } from '../session/session.ts';
import type { Evaluation } from '../session/summary.ts';
import { encodeSafetensors } from '../tensor/safetensors/encode.ts';
import { DeviceNews } from './device_news.ts';
import { isFolder } from './documents.ts';
import { openSession, type RunOptions } from './open_session.ts';
import { EXIT, ProgressBar, print, printDiagnostics, printJson, reasonOf } from './output.ts';
import { Pace } from './pace.ts';

export interface TrainOptions extends RunOptions {
  /** Where the final weights go. */
  readonly save?: string;
  readonly json?: boolean;
}

/** `gradloom train FILE`. Ctrl+C stops after the current piece of work. */
export async function trainCommand(file: string, options: TrainOptions): Promise<number> {
  const { save } = options;
  // Told before the run, not after hours of it.
  const unsavable = save === undefined ? undefined : folderProblem(save);
  const news = new DeviceNews();
  const session =
    unsavable === undefined
      ? await openSession(file, options, (problem, backend) => news.heard(problem, backend))
      : [unsavable];
  if (!(session instanceof Session)) {
    printDiagnostics(session);
    return EXIT.invalid;
  }
  const exit = await run(session, options.json === true ? news : undefined, (failure) =>
    withCommand(failure, file, options),
  );
  const unsaved = save === undefined || exit === EXIT.failed ? undefined : saveWeights(session, save);
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
    return array === undefined ? [] : [{ name: stateName(address), shape, values: session.backend.readSync(array) }];
  });
  try {
    writeFileSync(file, encodeSafetensors(tensors));
  } catch (error) {
    return diagnostic('cannot-save', {}, { file, reason: reasonOf(error) });
  }
  return undefined;
}

/** With `news` of the device each iteration and each evaluation is an object. */
async function run(
  session: Session,
  news: DeviceNews | undefined,
  told: (failure: Diagnostic) => Diagnostic,
): Promise<number> {
  const json = news !== undefined;
  const bar = new ProgressBar(!json);
  const pace = new Pace();
  const every = Math.max(1, Math.round(session.target / 10));
  const tell = (step: number, loss: number) => {
    bar.clear();
    print(`step ${step}  loss ${loss.toPrecision(6)}`);
  };
  /** The last step, where it was not told. */
  let untold: (() => void) | undefined;
  session.onStep = (step, loss) => {
    pace.stepped(session.rows?.length);
    untold = json || step % every === 0 ? undefined : () => tell(step, loss);
    if (json) printJson({ step, loss, ...news.next(session.backend) });
    else if (step % every === 0) tell(step, loss);
    bar.update(step + 1, session.target, `loss ${loss.toPrecision(4)}`);
  };
  session.onEvaluation = (result) => {
    pace.evaluated();
    bar.clear();
    if (json) printJson({ ...result, ...news.next(session.backend) });
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
  untold?.();
  const described = pace.describe();
  if (!json && described !== undefined) {
    print(describeDevice(session.backend.device));
    print(described);
  }
  if (session.failure !== undefined) {
    printDiagnostics([told(session.failure)]);
    return EXIT.failed;
  }
  return interrupted ? EXIT.interrupted : EXIT.ok;
}

/** The app goes back to where a loss stopped being a number; here a command shows it. */
function withCommand(failure: Diagnostic, file: string, { seed, weights }: TrainOptions): Diagnostic {
  // It cannot start from weights of a file.
  if (failure.code !== 'loss-not-finite' || weights !== undefined) return failure;
  const name = /^[\w./-]+$/.test(file) ? file : `'${file}'`;
  const options = seed === undefined ? '' : ` --seed ${seed}`;
  const command = `gradloom step ${name} --iteration ${failure.values?.step}${options}`;
  const hint = `\`${command}\` counts NaN and ∞ by operation; often it is a logarithm of zero, a division by zero or too high a learning rate`;
  return { ...failure, hint };
}

const describe = ({ epoch, split, loss, accuracy }: Evaluation): string =>
  `epoch ${epoch}  ${split}  loss ${loss.toPrecision(6)}${accuracy === undefined ? '' : `  accuracy ${(accuracy * 100).toFixed(2)} %`}`;
