import { perceptron, type Workload } from '../workloads.ts';

/** One kind of work in growing amounts: what it costs should grow no faster. */
export interface Growth {
  readonly name: string;
  readonly points: readonly (Workload & { readonly size: number })[];
}

const powers = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);

function grow(
  name: string,
  sizes: readonly number[],
  shape: (size: number) => [rows: number, widths: number[]],
): Growth {
  return {
    name,
    points: sizes.map((size) => ({
      name: `${name}: ${size}`,
      size,
      document: () => perceptron(name, ...shape(size)),
      bounds: {},
    })),
  };
}

export const growing: readonly Growth[] = [
  grow('depth 2…128 layers of 64, batch 64, Adam', powers(2, 128), (depth) => [64, new Array(depth + 1).fill(64)]),
  grow('batch 64…4096 of 784-512-512-10, Adam', powers(64, 4096), (rows) => [rows, [784, 512, 512, 10]]),
];

/** What an iteration spends beside its arithmetic: what is left to be collected, and the time of a call on arrays of four numbers. */
export const overheads = {
  garbage: {
    name: 'garbage of a static step, 2-16-1, Adam',
    document: () => perceptron('small', 32, [2, 16, 1]),
    bounds: {},
  },
  calls: {
    name: 'a call in dynamic mode, 64 layers of 2, batch 2, SGD',
    document: () => perceptron('tiny', 2, new Array(65).fill(2), 'SGD'),
    bounds: {},
  },
} satisfies Record<string, Workload>;

/** The slope of the line through the logarithms: 1 where twice the work takes twice the time. */
export function slope(points: readonly { readonly size: number; readonly time: number }[]): number {
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ time }) => Math.log(time));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const across = xs.reduce((sum, one, i) => sum + (one - x) * ((ys[i] ?? y) - y), 0);
  return across / xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
}
