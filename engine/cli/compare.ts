import { setImmediate as macrotask } from 'node:timers/promises';
import { type Device, describeDevice } from '../backends/device.ts';
import type { Diagnostic } from '../graph/document.ts';
import type { Comparison, NodeComparison } from '../session/comparison.ts';
import type { Session } from '../session/session.ts';
import { print, printJson } from './output.ts';

/** Compares the iteration that the session stands at with the reference; undefined where there is nothing, or when it is interrupted. */
export async function compareAll(session: Session, isInterrupted: () => boolean): Promise<Comparison | undefined> {
  const next = session.view.compare();
  while (next !== undefined && !isInterrupted()) {
    const step = next();
    if (step === undefined) break;
    if (step.done === true) return step.value;
    await macrotask();
  }
  return undefined;
}

interface Told {
  readonly json: boolean;
  /** Why it is not the device that was asked for. */
  readonly elsewhere: Diagnostic | undefined;
}

/** A line for each node, and one for all, which names what was compared: where there is no GPU it is the CPU. */
export function printComparison({ nodes, ...all }: Comparison, device: Device, { json, elsewhere }: Told): void {
  if (json) {
    for (const { worst, ...node } of nodes) printJson({ ...node, ...(worst && { worst: told(worst) }) });
    const problem = elsewhere && { problem: elsewhere };
    printJson({ device: device.name, ...problem, ...all, ...(all.worst && { worst: told(all.worst) }) });
    return;
  }
  for (const node of nodes) print(lineOf(node));
  const skipped = all.skipped === 0 ? '' : `; ${all.skipped} could not be done again`;
  const count = `${all.compared} operations`;
  const sentence = all.isWithin
    ? `All ${count} agree with the reference to ${all.tolerance} of the largest element`
    : `Not all of ${count} agree with the reference to ${all.tolerance} of the largest element`;
  print(
    `${describeDevice(device)}. ${sentence}${skipped}.${elsewhere ? ' The GPU that was asked for was not checked.' : ''}`,
  );
}

/** JSON has no infinity: what is infinitely far apart is null, and `nonFinite` says why. */
function told({ apart, nonFinite, ...place }: NonNullable<NodeComparison['worst']>): object {
  return { ...place, apart: Number.isFinite(apart) ? apart : null, ...(nonFinite > 0 && { nonFinite }) };
}

function lineOf({ address, compared, skipped, worst, isWithin }: NodeComparison): string {
  const verdict = isWithin ? (compared === 0 ? 'left out' : 'agrees') : 'DIFFERS';
  const counts = `${String(compared).padStart(4)} compared${skipped === 0 ? '' : `, ${skipped} left out`}`;
  const place = `${address.padEnd(24)}  ${verdict.padEnd(8)}  ${counts}`;
  if (worst === undefined) return place;
  const { apart, nonFinite, phase, op } = worst;
  if (apart === 0) return `${place}  no difference`;
  const distance = nonFinite > 0 ? `NaN or ∞ in one alone: ${nonFinite}` : `largest difference ${apart.toPrecision(3)}`;
  return `${place}  ${distance} (${phase} ${op})`;
}
