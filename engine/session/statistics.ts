import type { Backend, NDArray, Tally } from '../backends/backend.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { numel, type Shape } from '../tensor/shape.ts';
import { HISTOGRAM_BINS, type NodeTelemetry, type Statistics } from './summary.ts';

/** Tallies elements one by one. */
function tally(values: TypedArray): Tally {
  let finite = 0;
  let zeros = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  const rest = { sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  for (const value of values) {
    squares += value * value;
    if (!Number.isFinite(value)) {
      rest.sum += value;
      rest.min = Math.min(rest.min, value);
      rest.max = Math.max(rest.max, value);
      continue;
    }
    finite++;
    if (value === 0) zeros++;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
  }
  const mean = finite === 0 ? 0 : sum / finite;
  const bins = new Array<number>(HISTOGRAM_BINS).fill(0);
  const scale = high > low ? HISTOGRAM_BINS / (high - low) : 0;
  let deviations = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    deviations += (value - mean) * (value - mean);
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((value - low) * scale));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { finite, zeros, low, high, sum, squares, rest, deviations, bins };
}

/**
 * Summary of a tensor's elements, as PyTorch has it: a NaN or an infinity is in the extremes, the mean, the deviation and the norm.
 * `std` is divided by n − 1 (0 for a single element). Only the histogram is taken over the finite elements; its bins are equal
 * slices of [low, high], the last one closed.
 */
export function summarize(values: TypedArray, shape: Shape): Statistics {
  return statisticsOf(shape, tally(values));
}

/** Summaries of arrays on a backend, which is asked once for all of them. */
function summarizeArrays(backend: Backend, arrays: readonly NDArray[]): Statistics[] {
  const tallies = backend.talliesSync?.(arrays, HISTOGRAM_BINS) ?? [];
  return arrays.map((x, i) => {
    const tallied = tallies[i];
    return tallied === undefined ? summarize(backend.readSync(x), x.shape) : statisticsOf(x.shape, tallied);
  });
}

/** Summary of an array on a backend. */
export function summarizeArray(backend: Backend, x: NDArray): Statistics {
  const [summary] = summarizeArrays(backend, [x]);
  if (summary === undefined) throw new Error('an array has a summary');
  return summary;
}

function statisticsOf(
  shape: Shape,
  { finite, zeros, low, high, sum, squares, rest, deviations, bins }: Tally,
): Statistics {
  const count = numel(shape);
  const [min, max] = count === 0 ? [0, 0] : [Math.min(low, rest.min), Math.max(high, rest.max)];
  const isWhole = finite === count;
  return {
    shape: [...shape],
    count,
    min,
    max,
    mean: !isWhole ? rest.sum : finite === 0 ? 0 : sum / finite,
    std: !isWhole ? Number.NaN : finite > 1 ? Math.sqrt(deviations / (finite - 1)) : 0,
    norm: Math.sqrt(squares),
    zeros,
    nonFinite: count - finite,
    low: finite === 0 ? 0 : low,
    high: finite === 0 ? 0 : high,
    bins,
  };
}

/** The arrays that a card speaks of; those that are not there are left out of its telemetry. */
export interface NodeArrays {
  readonly output: NDArray | undefined;
  readonly gradient: NDArray | undefined;
  readonly parameters: readonly {
    readonly spec: { readonly name: string };
    readonly value: NDArray;
    readonly grad: NDArray | undefined;
  }[];
}

/** All of them that are there. */
const arraysOf = ({ output, gradient, parameters }: NodeArrays): NDArray[] =>
  [output, gradient, ...parameters.flatMap(({ value, grad }) => [value, grad])].filter((x) => x !== undefined);

/** How many numbers a card speaks of. */
export const numbersIn = (node: NodeArrays): number => arraysOf(node).reduce((sum, x) => sum + numel(x.shape), 0);

/** Summarises what cards show. */
export function summarizeNodes(backend: Backend, nodes: readonly NodeArrays[]): NodeTelemetry[] {
  const arrays = [...new Set(nodes.flatMap(arraysOf))];
  const summaries = summarizeArrays(backend, arrays);
  const known = new Map(arrays.flatMap((x, i) => (summaries[i] === undefined ? [] : [[x, summaries[i]] as const])));
  return nodes.map((node) => told(node, known));
}

function told({ output, gradient, parameters }: NodeArrays, known: ReadonlyMap<NDArray, Statistics>): NodeTelemetry {
  const of = (x: NDArray) => known.get(x) ?? summarize(new Float32Array(0), [0]);
  const rows = parameters.map(
    ({ spec, value, grad }) => [spec.name, { value: of(value), ...(grad && { gradient: of(grad) }) }] as const,
  );
  return {
    ...(output && { output: of(output) }),
    ...(gradient && { gradient: of(gradient) }),
    ...(rows.length > 0 && { parameters: Object.fromEntries(rows) }),
  };
}
