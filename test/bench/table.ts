import { inColumns } from './columns.ts';

export type Unit = 'µs' | 'ns' | 'bytes' | 'GFLOP/s' | 'Hz' | 'exponent';

export interface Measured {
  readonly name: string;
  /** NaN where it could not be measured. */
  readonly value: number;
  /** Why it could not. */
  readonly failure?: string | undefined;
}

/** What a ratio is to reach. */
export type Bound = { readonly most: number } | { readonly least: number };

/** One comparison. */
export interface Row {
  readonly workload: string;
  readonly unit: Unit;
  /** Gradloom's, the first of which counts. */
  readonly ours: readonly [Measured, ...Measured[]];
  readonly peer: Measured;
  readonly bound?: Bound | undefined;
}

const ratio = ({ ours: [own], peer }: Row): number => own.value / peer.value;

const isReached = (value: number, bound: Bound): boolean =>
  'most' in bound ? value <= bound.most : value >= bound.least;

/** For programs: one object per row. */
export function asJson(row: Row): string {
  const { workload, unit, ours, peer, bound } = row;
  const failure = ours[0].failure ?? peer.failure;
  return JSON.stringify({
    workload,
    unit,
    ours: ours[0].value,
    peer: peer.name,
    theirs: peer.value,
    ratio: ratio(row),
    ...(failure !== undefined && { failure }),
    ...(bound && { bound, reached: isReached(ratio(row), bound) }),
    measured: Object.fromEntries(ours.map(({ name, value }) => [name, value])),
  });
}

const amounts: Readonly<Record<Unit, (value: number) => string>> = {
  µs: (value) => (value < 2000 ? `${value.toFixed(0)} µs` : `${(value / 1000).toFixed(2)} ms`),
  ns: (value) => `${value.toFixed(0)} ns`,
  bytes: (value) => `${value.toFixed(0)} bytes`,
  'GFLOP/s': (value) => `${value.toFixed(value < 10 ? 3 : 1)} GFLOP/s`,
  Hz: (value) => `${value.toFixed(1)} Hz`,
  exponent: (value) => value.toFixed(2),
};

const HEAD = ['Workload', 'Gradloom', 'Compared with', 'Ratio'];
const BOUNDED_HEAD = [...HEAD, 'To reach'];

function boundInWords(value: number, bound: Bound | undefined): string {
  if (bound === undefined) return '';
  return `${'most' in bound ? `≤ ${bound.most}` : `≥ ${bound.least}`}${isReached(value, bound) ? '' : ', missed'}`;
}

/** For people: columns side by side; what is compared several times is said once. */
export function asTable(rows: readonly Row[]): string {
  const isBounded = rows.some(({ bound }) => bound !== undefined);
  const cells = rows.map((row, i) => {
    const { workload, unit, ours, peer, bound } = row;
    const said = ({ name, value, failure }: Measured) =>
      failure === undefined ? `${amounts[unit](value)} ${name}` : `${name} failed: ${failure}`;
    const isSame = rows[i - 1]?.workload === workload && Object.is(rows[i - 1]?.ours[0].value, ours[0].value);
    const value = ratio(row);
    return [
      isSame ? '' : workload,
      isSame ? '' : ours.map(said).join(', '),
      said(peer),
      Number.isNaN(value) ? '' : value.toFixed(3),
      ...(isBounded ? [boundInWords(value, bound)] : []),
    ];
  });
  return inColumns([isBounded ? BOUNDED_HEAD : HEAD, ...cells]);
}
