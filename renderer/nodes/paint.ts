import type { NodeKind } from '../../engine/nodes/node.ts';
import type { NodeTelemetry, Statistics } from '../../engine/protocol/messages.ts';
import type { Language } from '../stores/preferences.ts';
import { formatFigure, formatShare, formatZeros } from './figures.ts';
import { histogramPath, signedBins } from './histogram.ts';

/**
 * Draws live numbers into elements that React made once and never touches again. Elements say what they show:
 * `data-histogram="output"`, `data-stat="output.std"`; the exact number stands in `data-value`.
 */

export const HISTOGRAM = { width: 62, height: 17 } as const;

/** The number a card prints for a node's output: the loss itself, the dead share of a ReLU, else the spread. */
export function headlineOf(kind: NodeKind): 'mean' | 'zeros' | 'std' {
  if (kind.category === 'loss') return 'mean';
  return kind.kind === 'ReLU' ? 'zeros' : 'std';
}

type StatName = 'min' | 'max' | 'mean' | 'std' | 'norm' | 'zeros' | 'nonFinite' | 'count';
const prefixes: Partial<Record<StatName, string>> = { std: 'σ ', norm: '‖g‖ ' };

/** Text of one statistic as cards print it. */
export function statText(name: StatName, statistics: Statistics, compact: boolean, language: Language): string {
  if (name === 'zeros')
    return compact
      ? formatZeros(statistics.zeros, statistics.count, language)
      : formatShare(statistics.zeros, statistics.count);
  const value = statistics[name];
  // A card's line holds ten characters: small numbers give up a figure.
  return compact ? (prefixes[name] ?? '') + formatFigure(value, Math.abs(value) < 0.1 ? 2 : 3) : formatFigure(value);
}

const isStatName = (name: string): name is StatName =>
  ['min', 'max', 'mean', 'std', 'norm', 'zeros', 'nonFinite', 'count'].includes(name);

/** The tensor that `output`, `gradient`, `weight.value` or `weight.gradient` names. */
export function tensorOf(telemetry: NodeTelemetry | undefined, path: string): Statistics | undefined {
  if (path === 'output') return telemetry?.output;
  if (path === 'gradient') return telemetry?.gradient;
  const dot = path.lastIndexOf('.');
  const parameter = telemetry?.parameters?.[path.slice(0, dot)];
  return path.slice(dot + 1) === 'gradient' ? parameter?.gradient : parameter?.value;
}

/** What of `root` is live; found once per mount. */
export interface Painter {
  paint(telemetry: NodeTelemetry | undefined): void;
}

export function createPainter(root: HTMLElement | SVGElement, language: Language): Painter {
  const stats = [...root.querySelectorAll<HTMLElement>('[data-stat]')].flatMap((element) => {
    const path = element.dataset.stat ?? '';
    const dot = path.lastIndexOf('.');
    const name = path.slice(dot + 1);
    return isStatName(name)
      ? [{ element, tensor: path.slice(0, dot), name, compact: element.dataset.compact === 'true' }]
      : [];
  });
  const histograms = [...root.querySelectorAll<SVGSVGElement>('svg[data-histogram]')].map((svg) => ({
    tensor: svg.dataset.histogram ?? '',
    width: svg.viewBox.baseVal.width,
    height: svg.viewBox.baseVal.height,
    all: svg.querySelector('path[data-part=all]'),
    negative: svg.querySelector('path[data-part=negative]'),
    positive: svg.querySelector('path[data-part=positive]'),
  }));

  return {
    paint(telemetry) {
      root.dataset.live = telemetry ? 'true' : 'false';
      for (const { element, tensor, name, compact } of stats) {
        const statistics = tensorOf(telemetry, tensor);
        // A single number has no spread: it is shown itself.
        const shown = name === 'std' && compact && statistics?.count === 1 ? 'mean' : name;
        const text = statistics ? statText(shown, statistics, compact, language) : '–';
        element.dataset.stat = `${tensor}.${shown}`;
        if (element.firstChild instanceof Text) element.firstChild.data = text;
        else element.textContent = text;
        if (statistics) element.dataset.value = String(statistics[shown]);
        else delete element.dataset.value;
        element.dataset.alarm = statistics && statistics.nonFinite > 0 ? 'true' : 'false';
      }
      for (const { tensor, width, height, all, negative, positive } of histograms) {
        const statistics = tensorOf(telemetry, tensor);
        const bins = statistics?.bins ?? [];
        all?.setAttribute('d', histogramPath(bins, width, height));
        if (negative && positive) {
          const parts = signedBins(bins, statistics?.low ?? 0, statistics?.high ?? 1);
          const tallest = Math.max(1, ...bins);
          negative.setAttribute('d', histogramPath(parts.negative, width, height, tallest, false));
          positive.setAttribute('d', histogramPath(parts.positive, width, height, tallest, false));
        }
      }
    },
  };
}
