import type uPlot from 'uplot';
import { formatFigure } from '../nodes/figures.ts';
import type { LossSeries } from '../stores/loss_series.ts';
import { decadeRange, decadeRules } from './decades.ts';

const token = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A logarithm has no place for zero and below; a chart has none for infinity: those points are gaps. */
export function plottable(
  { steps, values }: Pick<LossSeries, 'steps' | 'values'>,
  logarithmic: boolean,
): uPlot.AlignedData {
  const shown = values.map((value) => (Number.isFinite(value) && (!logarithmic || value > 0) ? value : null));
  return [steps, shown];
}

interface Wanted {
  readonly width: number;
  readonly height: number;
  readonly logarithmic: boolean;
}

/** One thin line on faint rules, as in `look/`: the numbers stand inside, above their rule. */
export function chartOptions({ width, height, logarithmic }: Wanted): uPlot.Options {
  const font = '10px "JetBrains Mono Variable", monospace';
  return {
    width,
    height,
    // Without losses there is no axis below, and the lowest number needs the room.
    padding: [8, ({ scales }) => labelRoom(scales.x?.max ?? 0), null, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3, log: 10, range } : { distr: 1 } },
    axes: [
      { stroke: token('--faint'), font, size: 20, incrs: WHOLE, grid: { show: false }, ticks: { show: false } },
      {
        stroke: token('--faint'),
        font,
        size: 44,
        gap: 4,
        ...(logarithmic
          ? { splits: (_: uPlot, __: number, low: number, high: number) => decadeRules(low, high), filter: all }
          : {}),
        grid: { show: true, stroke: token('--line'), width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map(short),
      },
    ],
    series: [
      {},
      {
        stroke: token('--text'),
        width: 1.6,
        points: { show: isAlone, size: 6, fill: token('--text') },
        spanGaps: false,
      },
    ],
  };
}

/** One loss makes no line: it is a dot. */
const isAlone = ({ data: [steps] }: uPlot): boolean => steps.length === 1;

/** Steps between labels below: there is no half iteration. */
const WHOLE = Array.from({ length: 10 }, (_, decade) => [1, 2, 5].map((n) => n * 10 ** decade)).flat();

const CHARACTER = 6;

/** Pixels beside the plot in which the last label below it ends: it stands around its rule, and that may be the last step. */
export const labelRoom = (lastStep: number): number =>
  Math.max(6, Math.ceil((lastStep.toLocaleString('en').length * CHARACTER) / 2) + 2);

/** Before there is a loss, one decade around 1. */
const range = (_: uPlot, low: number | null, high: number | null): [number, number] => decadeRange(low ?? 1, high ?? 1);
const all = (_: uPlot, splits: number[]) => splits;

/** `1e3` for powers of ten far from one, else as on the cards. */
function short(value: number): string {
  const exponent = Math.log10(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) >= 3 ? `1e${exponent}` : formatFigure(value, 3);
}
