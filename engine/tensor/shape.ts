/** Shapes and the rules by which they combine: PyTorch's broadcasting semantics. Nothing here computes on elements. */
export type Shape = readonly number[];

/** Numbers in one value: 1 GiB of f32, of which a run keeps several copies. */
export const MAX_ELEMENTS = 2 ** 28;

/** A shape that does not fit. `expected` and `got` are shown to the user as they stand. */
export class ShapeError extends Error {
  override name = 'ShapeError';
  readonly expected: string;
  readonly got: string;
  constructor(message: string, expected: string, got: string) {
    super(message);
    this.expected = expected;
    this.got = got;
  }
}

/** `64×100`; a scalar prints as `scalar`. */
export const formatShape = (shape: Shape): string => (shape.length === 0 ? 'scalar' : shape.join('×'));

/** Number of elements. */
export const numel = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** @throws ShapeError for a size that is not a whole number of at least 0 */
export function requireSizes(shape: Shape): void {
  for (const [axis, size] of shape.entries())
    if (!Number.isInteger(size) || size < 0)
      throw new ShapeError(`${size} at axis ${axis} is no size`, 'whole numbers of at least 0', formatShape(shape));
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i] ?? 1;
  }
  return strides;
}

/** The shape both operands are expanded to, aligned at the last axis. @throws ShapeError */
export function broadcastShapes(...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    shape.forEach((d, i) => {
      const at = offset + i;
      const have = out[at] ?? 1;
      if (have === 1) out[at] = d;
      else if (d !== 1 && d !== have)
        throw new ShapeError(
          `shapes ${shapes.map(formatShape).join(' and ')} cannot be broadcast together`,
          `sizes equal to ${have} or 1 at axis ${at - rank}`,
          `${d}`,
        );
    });
  }
  return out;
}

/** `axis` counted from the front; negative axes count from the end, a scalar is seen as one axis. @throws ShapeError */
export function normalizeAxis(axis: number, rank: number): number {
  const size = Math.max(rank, 1);
  const at = axis < 0 ? axis + size : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= size)
    throw new ShapeError(`axis ${axis} is out of range`, `an axis from ${-size} to ${size - 1}`, `${axis}`);
  return at;
}

/** Axes to reduce, normalised, sorted and distinct; `undefined` means all of them. */
export function normalizeAxes(axes: readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  return [...new Set(axes.map((a) => normalizeAxis(a, rank)))].filter((a) => a < rank).sort((a, b) => a - b);
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return keepDims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : shape.filter((_, i) => !axes.includes(i));
}

/** How many elements one output of a reduction over `axes` gathers. */
export const countAlong = (shape: Shape, axes: readonly number[]): number =>
  numel(axes.map((axis) => shape[axis] ?? 1));

/** Strides of `shape` as it is read through `target`: 0 along the axes that broadcast. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const offset = target.length - shape.length;
  return target.map((_, i) => (i < offset || shape[i - offset] === 1 ? 0 : (own[i - offset] ?? 0)));
}

/** Axes that all operands run through as one are joined: what is left are runs and repetitions. */
export function joinedAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { sizes: number[]; strides: number[][] } {
  const kept: number[] = [];
  const keptStrides: number[][] = strides.map(() => []);
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const last = kept.length - 1;
    const joins = last >= 0 && strides.every((own, o) => keptStrides[o]?.[last] === (own[axis] ?? 0) * size);
    if (joins) kept[last] = (kept[last] ?? 1) * size;
    else kept.push(size);
    for (const [o, own] of strides.entries()) {
      const into = keptStrides[o] ?? [];
      if (joins) into[last] = own[axis] ?? 0;
      else into.push(own[axis] ?? 0);
    }
  }
  return { sizes: kept, strides: keptStrides };
}
