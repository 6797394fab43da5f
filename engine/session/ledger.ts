import type { NDArray } from '../backends/backend.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import type { Moment } from './moment.ts';
import { distance } from './since.ts';
import type { LedgerRow } from './summary.ts';

/** What a ledger is written from. */
export interface LedgerSource {
  readonly moment: Moment;
  /** `linear1.weight` */
  readonly parameter: string;
  /** Its values as the iteration began; undefined where nobody remembers. */
  readonly start: TypedArray | undefined;
  /** Its values now. */
  readonly now: NDArray | undefined;
  /** What its owner remembers of it now: `expAvg`, `momentumBuffer`. */
  readonly memory: Readonly<Record<string, NDArray>>;
  read(array: NDArray): TypedArray;
}

/**
 * How a parameter's gradient came together in this iteration, `W.grad = g₁ + g₂ + …`, one row for each use; zeroing and the update
 * are rows too.
 */
export function writeLedger({ moment, parameter, start, now, memory, read }: LedgerSource): LedgerRow[] {
  const { entries, done } = moment;
  const rows: LedgerRow[] = [];
  const slot = [...entries.parameters].find(([, address]) => address === parameter)?.[0];
  if (slot === undefined) return rows;
  const positions = (entries.accumulations.get(slot) ?? []).filter((position) => position < done);
  const sums = positions.map((position) => moment.pass.result(position - entries.start.backward));
  // A gradient that nobody cleared goes on growing; until the first use it is what there is.
  const before = positions.length === 0 ? moment.gradient(slot) : sums[0]?.[0];
  rows.push(before === undefined ? { kind: 'none' } : { kind: 'carried', norm: normOf(read(before)) });
  const last = sums.at(-1)?.[2];
  const total = last && read(last);
  for (const [i, position] of positions.entries()) {
    const [, added, sum] = sums[i] ?? [];
    const address = entries.list[position]?.address ?? '';
    if (added === undefined || sum === undefined) continue;
    const values = read(added);
    rows.push({
      kind: 'added',
      position,
      address,
      norm: normOf(values),
      cosine: total === undefined ? Number.NaN : cosine(values, total),
      sum: normOf(read(sum)),
    });
  }
  for (const [position, { phase, op, address, inputs, outputs }] of entries.list.entries()) {
    if (phase !== 'update' || position >= done) continue;
    const writes = outputs.some((ref) => ref.of === 'value' && ref.slot === slot);
    const clears = op === 'ZeroGrad' && inputs.some((ref) => ref.of === 'gradient' && ref.slot === slot);
    if (clears) rows.push({ kind: 'cleared', position, address });
    else if (writes) {
      // Empty memory, as SGD's without momentum, says nothing.
      const norms = Object.entries(memory).flatMap(([name, array]) => {
        const norm = normOf(read(array));
        return norm === 0 ? [] : [[name, norm] as const];
      });
      const row = { position, address, op, memory: Object.fromEntries(norms) };
      const isOptimizer = inputs.some((ref) => ref.of === 'gradient');
      if (isOptimizer && total === undefined && before === undefined) rows.push({ kind: 'skipped', ...row });
      else {
        const step = start === undefined || now === undefined ? {} : { step: distance(start, read(now)) };
        rows.push({ kind: 'updated', ...row, ...step });
      }
    }
  }
  return rows;
}

const normOf = (values: TypedArray): number => Math.sqrt(dot(values, values));

function dot(a: TypedArray, b: TypedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** 0 where one of them is zero: it points nowhere. */
function cosine(a: TypedArray, b: TypedArray): number {
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms === 0 ? 0 : dot(a, b) / norms;
}
