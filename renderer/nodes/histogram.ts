import { HISTOGRAM_BINS } from '../../engine/protocol/messages.ts';

/** A histogram drawn as one path into an SVG that React made once; updating it touches one attribute. */

const GAP = 0.2;

/**
 * The outline of `bins` as bars in a `width` × `height` box, the tallest bar full height. With `axis`, empty bins keep a hairline, so
 * that the axis stays visible; without, they are left out.
 */
export function histogramPath(
  bins: readonly number[],
  width: number,
  height: number,
  tallest = Math.max(1, ...bins),
  axis = true,
): string {
  const count = bins.length || HISTOGRAM_BINS;
  const step = width / count;
  const bar = step * (1 - GAP);
  let path = '';
  for (let i = 0; i < count; i++) {
    if (!axis && (bins[i] ?? 0) === 0) continue;
    const tall = 0.6 + ((bins[i] ?? 0) / tallest) * (height - 1);
    path += `M${(i * step).toFixed(2)} ${height}v-${tall.toFixed(2)}h${bar.toFixed(2)}v${tall.toFixed(2)}z`;
  }
  return path;
}

/** Splits `bins` over [low, high] at zero: bars below it and bars above it, for a diverging scale. */
export function signedBins(
  bins: readonly number[],
  low: number,
  high: number,
): { negative: number[]; positive: number[] } {
  const width = (high - low) / Math.max(1, bins.length);
  const isNegative = (i: number) => low + (i + 0.5) * width < 0;
  return {
    negative: bins.map((n, i) => (isNegative(i) ? n : 0)),
    positive: bins.map((n, i) => (isNegative(i) ? 0 : n)),
  };
}
