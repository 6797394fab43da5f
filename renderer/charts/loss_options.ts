import type uPlot from 'uplot';
import { formatFigure } from '../nodes/figures.ts';
import type { LossSeries } from '../stores/live.ts';

const token = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A logarithm has no place for zero and below; a chart has none for infinity: those points are gaps. */
export function plottable({ steps, values }: LossSeries, logarithmic: boolean): uPlot.AlignedData {
  const shown = values.map((value) => (Number.isFinite(value) && (!logarithmic || value > 0) ? value : null));
  return [steps as number[], shown];
}

interface Wanted {
  readonly width: number;
  readonly height: number;
  readonly logarithmic: boolean;
}

/** One thin line on faint rules, as in `look/`: the numbers stand inside, above their rule. */
export function chartOptions({ width, height, logarithmic }: Wanted): uPlot.Options {
  const font = '10px "JetBrains Mono Variable", monospace';
  // One rule per power of ten; where the range holds none, or few, uPlot's own.
  const decades = (splits: readonly number[]) => {
    const kept = splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
    return kept.filter((value) => value !== null).length < 2 ? [...splits] : kept;
  };
  const filter = (_: uPlot, splits: number[]) => (logarithmic ? decades(splits) : splits);
  const rules = { show: true, stroke: token('--line'), width: 1, filter };
  return {
    width,
    height,
    padding: [8, 6, 0, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3, log: 10 } : { distr: 1 } },
    axes: [
      { stroke: token('--faint'), font, size: 20, grid: { show: false }, ticks: { show: false } },
      {
        stroke: token('--faint'),
        font,
        size: 44,
        gap: 4,
        filter,
        grid: rules,
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => (value === null ? '' : short(value))),
      },
    ],
    series: [{}, { stroke: token('--text'), width: 1.6, points: { show: false }, spanGaps: false }],
  };
}

/** `1e3` for powers of ten far from one, else as on the cards. */
function short(value: number): string {
  const exponent = Math.log10(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) >= 3 ? `1e${exponent}` : formatFigure(value, 3);
}
