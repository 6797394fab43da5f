import type { Diagnostic } from '../graph/document.ts';
import { pump } from '../session/pump.ts';
import { Session } from '../session/session.ts';
import { stepDone } from '../session/stepping.ts';
import type { EntryReport, TensorReport } from '../session/summary.ts';
import { formatShape } from '../tensor/shape.ts';
import { compareAll, printComparison } from './compare.ts';
import { openSession, type RunOptions } from './open_session.ts';
import { EXIT, print, printDiagnostics, printJson } from './output.ts';

export interface StepOptions extends RunOptions {
  /** The iteration whose tape is printed, from 0. */
  readonly iteration: number;
  readonly json?: boolean;
  /** Also compares what it did with the reference. */
  readonly compare?: boolean;
}

/**
 * `gradloom step FILE`: trains up to an iteration and prints what that does, entry by entry. With `compare` it fails where the
 * reference makes something else of the same, and where the device is not the one that was asked for.
 */
export async function stepCommand(file: string, { iteration, ...options }: StepOptions): Promise<number> {
  let elsewhere: Diagnostic | undefined;
  const session = await openSession(file, { ...options, steps: iteration + 1 }, (problem) => {
    elsewhere = problem;
  });
  if (!(session instanceof Session)) {
    printDiagnostics(session);
    return EXIT.invalid;
  }
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  const isReached = () => session.cursor.iteration >= iteration && session.cursor.phase === 'batch';
  if (iteration > 0) await pump(session, { paused: () => interrupted, until: isReached });
  while (!interrupted && session.failure === undefined && session.cursor.iteration <= iteration) {
    await pump(session, { paused: () => interrupted, until: stepDone(session, 'entry') });
    // The update will change the weights that the pass reads.
    if (options.compare === true && session.cursor.phase === 'forward') session.rememberAll(true);
    tell(session, options.json === true);
  }
  const found = options.compare === true ? await compareAll(session, () => interrupted) : undefined;
  if (found !== undefined) printComparison(found, session.backend.device, { json: options.json === true, elsewhere });
  process.removeListener('SIGINT', interrupt);
  if (session.failure !== undefined) {
    printDiagnostics([session.failure]);
    return EXIT.failed;
  }
  if (interrupted) return EXIT.interrupted;
  // Who asks for the GPU to be checked is not to take the CPU for it.
  return found?.isWithin === false || (found !== undefined && elsewhere !== undefined) ? EXIT.failed : EXIT.ok;
}

/** Prints the entry that was done last. */
function tell(session: Session, json: boolean): void {
  const done = session.moment()?.done ?? 0;
  const entry = session.view.entry(done - 1);
  if (entry === undefined) return;
  const { position, phase, address, op, inputs, outputs, parameter } = entry;
  if (json) {
    const shapes = inputs.flatMap(({ statistics }) => (statistics === undefined ? [] : [statistics.shape]));
    const made = outputs.map(({ statistics: { shape = null, norm = null, nonFinite = 0 } = {} }) => ({
      shape,
      norm,
      // JSON has no infinity and no NaN: such a norm is null, and the count says why.
      ...(nonFinite > 0 && { nonFinite }),
    }));
    const [{ shape: output, ...rest } = { shape: null, norm: null }] = made;
    printJson({
      iteration: session.iteration,
      index: position,
      phase,
      address,
      op,
      inputs: shapes,
      output,
      ...rest,
      outputs: made,
      // Of a `+=` into a parameter's gradient, which one.
      ...(parameter !== undefined && { parameter }),
    });
  } else print(lineOf(entry));
}

function lineOf({ position, phase, address, op, inputs, outputs, parameter }: EntryReport): string {
  const shapes = (tensors: readonly TensorReport[]) =>
    tensors.flatMap(({ statistics }) => (statistics === undefined ? [] : [formatShape(statistics.shape)])).join(' ');
  const { norm, nonFinite = 0 } = outputs[0]?.statistics ?? {};
  const place = [String(position).padStart(4), phase.padEnd(8), address.padEnd(24), op.padEnd(12)].join('  ');
  const numbers = `${shapes(inputs)} → ${shapes(outputs)}${norm === undefined ? '' : `  norm ${figure(norm)}`}`;
  const others = nonFinite > 0 ? `  NaN or ∞ ${nonFinite}` : '';
  return `${place}  ${numbers}${others}${parameter === undefined ? '' : `  += ${parameter}.grad`}`;
}

const figure = (norm: number): string => (norm === Number.POSITIVE_INFINITY ? '∞' : norm.toPrecision(6));
