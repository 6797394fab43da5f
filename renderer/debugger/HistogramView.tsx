import type { Statistics } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../nodes/figures.ts';
import { histogramPath } from '../nodes/histogram.ts';
import css from './Debugger.module.css';
import { useWords } from './words.ts';

const WIDTH = 284;
const HEIGHT = 64;
/** Nearer to either end than this share of the axis, the zero would stand in the way of the numbers there. */
const END = 0.22;

/** How the elements of a tensor are spread: the bounds of its axis, where zero is, and how many the highest bar counts. */
export function HistogramView({
  statistics: { bins, low, high },
  tone,
}: {
  readonly statistics: Statistics;
  readonly tone: 'fwd' | 'bwd' | 'plain';
}) {
  const words = useWords();
  const zero = low < 0 && high > 0 ? -low / (high - low) : undefined;
  return (
    <div className={css.histogram} data-tone={tone}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={histogramPath(bins, WIDTH, HEIGHT)} />
        {zero !== undefined && <line x1={zero * WIDTH} x2={zero * WIDTH} y1={0} y2={HEIGHT} />}
      </svg>
      <span>{words.highestBar(Math.max(0, ...bins))}</span>
      <span style={{ left: 0 }}>{formatFigure(low, 4)}</span>
      {zero !== undefined && zero > END && zero < 1 - END && (
        <span style={{ left: `${100 * zero}%`, transform: 'translateX(-50%)' }}>0</span>
      )}
      <span style={{ right: 0 }}>{formatFigure(high, 4)}</span>
    </div>
  );
}
