import { broadcastStrides, joinedAxes, numel } from '../../tensor/shape.ts';
import type { ProductSizes } from '../results.ts';
import { type Block, blockProduct, DEPTH } from './blocks.ts';
import { type Finish, type Launch, MOST_GROUPS, puts, Writer } from './launch.ts';
import { ENOUGH_GROUPS, piecesOf, type Staged } from './stages.ts';
import { ALONG_K, ALONG_LINES, vectorProduct } from './vectors.ts';

/** Sizes of the block of a result that a workgroup makes: narrow ones where more rows or columns would be beyond the last. */
const BLOCKS = {
  square: { rows: 64, columns: 64 },
  /** Where 64×64 blocks would be too few. */
  small: { rows: 32, columns: 32 },
  wide: { rows: 16, columns: 64 },
  tall: { rows: 64, columns: 16 },
  tiny: { rows: 16, columns: 16 },
} as const satisfies Record<string, Block>;
type Variant = keyof typeof BLOCKS | 'vector';

const blocksOf = (m: number, n: number, { rows, columns }: Block): number =>
  Math.ceil(m / rows) * Math.ceil(n / columns);

/** The first whose condition holds is taken. */
const CHOICES: readonly (readonly [Variant, (m: number, n: number, k: number, matrices: number) => boolean])[] = [
  ['vector', (m, n, k) => Math.min(m, n) === 1 && k >= ALONG_K.along],
  ['tiny', (m, n) => Math.max(m, n) <= 16],
  ['wide', (m) => m <= 16],
  ['tall', (_, n) => n <= 16],
  ['square', (m, n, _, matrices) => matrices * blocksOf(m, n, BLOCKS.square) >= ENOUGH_GROUPS],
  ['small', () => true],
];

/** So many steps along K are worth a workgroup, and another launch that adds what they came to. */
const LEAST_STEPS = 8 * DEPTH;

/** How a product is computed. */
export interface ProductPlan {
  readonly variant: Variant;
  /** Whether rows begin at multiples of four words in all three arrays: memory is then read and written in vectors. */
  readonly isAligned: boolean;
  /** K is cut into so many pieces of `span` steps, the sums over which are added afterwards. */
  readonly pieces: number;
  readonly span: number;
}

/** A pure function of the sizes: so the same sums are made in the same order every time. */
export function planOf({ m, n, k, batch, transposeA, transposeB }: ProductSizes): ProductPlan {
  const matrices = numel(batch);
  const [variant = 'small'] = CHOICES.find(([, fits]) => fits(m, n, k, matrices)) ?? [];
  const isAligned = variant !== 'vector' && [transposeA ? m : k, transposeB ? k : n, n].every((row) => row % 4 === 0);
  const lines = vectorOf(m, n, transposeA, transposeB);
  const [groups, least] =
    variant === 'vector'
      ? [Math.ceil(lines.count / lines.lanes.across), lines.lanes.along * DEPTH]
      : [blocksOf(m, n, BLOCKS[variant]), LEAST_STEPS];
  const wanted = piecesOf(groups * matrices, k, least);
  const span = Math.max(1, Math.ceil(k / wanted / DEPTH)) * DEPTH;
  return { variant, isAligned, span, pieces: Math.max(1, Math.ceil(k / span)) };
}

/** In a product of a matrix and a vector: how many lines of the matrix each make an element, and how invocations go along them. */
function vectorOf(m: number, n: number, transposeA: boolean, transposeB: boolean) {
  const ofRows = n === 1;
  const count = ofRows ? m : n;
  const isAlongK = count === 1 || (ofRows ? !transposeA : transposeB);
  return { ofRows, count, isAlongK, lanes: isAlongK ? ALONG_K : ALONG_LINES };
}

/** A · B, matrix by matrix of the batch; `a` and `b` are where they begin, in words. */
export function product(a: number, b: number, sizes: ProductSizes): Staged {
  const planned = planOf(sizes);
  const plan = { ...planned, isAligned: planned.isAligned && [a, b].every((at) => at % 4 === 0) };
  if (plan.pieces === 1) return { scratch: 0, launches: (finish) => sums(a, b, sizes, plan, finish) };
  const size = sizes.m * sizes.n * numel(sizes.batch);
  return {
    scratch: plan.pieces * size,
    launches: (finish, scratch) => [
      ...sums(a, b, sizes, plan, puts({ at: scratch, dtype: 'f32' }, 'f32')),
      added(scratch, size, plan.pieces, finish),
    ],
  };
}

/** The sums over each piece of K: those over the first, a whole result, then those over the second, and so on. */
function sums(a: number, b: number, sizes: ProductSizes, plan: ProductPlan, finish: Finish): Launch[] {
  const matrices = numel(sizes.batch);
  // Only few matrices are cut into pieces: these always fit.
  const most = Math.floor(MOST_GROUPS / plan.pieces);
  const launches: Launch[] = [];
  for (let first = 0; first < matrices; first += most)
    launches.push(some({ a, b }, sizes, plan, finish, { first, count: Math.min(most, matrices - first) }));
  return launches;
}

/** The sums of some matrices of the batch. */
function some(
  { a, b }: { readonly a: number; readonly b: number },
  sizes: ProductSizes,
  { variant, isAligned, pieces, span }: ProductPlan,
  finish: Finish,
  { first, count }: { readonly first: number; readonly count: number },
): Launch {
  const { m, n, k, transposeA, transposeB } = sizes;
  const writer = new Writer();
  writer.finish('f32', finish);
  const z = count * pieces;
  writer.line(`let rows = ${writer.whole(m)}; let columns = ${writer.whole(n)}; let depth = ${writer.whole(k)};`);
  writer.line(`let matrix = group.z / ${writer.whole(pieces)} + ${writer.whole(first)};`);
  writer.line(`let piece = group.z % ${writer.whole(pieces)};`);
  writer.line(`let begin = piece * ${writer.whole(span)}; let end = min(begin + ${writer.whole(span)}, depth);`);
  offsets(writer, a, b, sizes);
  const matrices = writer.whole(numel(sizes.batch));
  writer.line(`let begins = (piece * ${matrices} + matrix) * rows * columns;`);
  if (variant !== 'vector')
    return blockProduct(writer, BLOCKS[variant], { m, n, transposeA, transposeB, isAligned, to: finish.to, z });
  const { ofRows, count: lines, isAlongK, lanes } = vectorOf(m, n, transposeA, transposeB);
  return vectorProduct(writer, { ofRows, lines, isAlongK, lanes, z });
}

/** Where the matrices begin that are multiplied: `atA` and `atB`, in words. */
function offsets(writer: Writer, a: number, b: number, { m, n, k, batch, batchA, batchB }: ProductSizes): void {
  const { sizes, strides } = joinedAxes(batch, [broadcastStrides(batchA, batch), broadcastStrides(batchB, batch)]);
  const [ofA = [], ofB = []] = strides;
  writer.line(`var atA = ${writer.whole(a)}; var atB = ${writer.whole(b)};`);
  if (sizes.length > 0) writer.line('var rest = matrix;');
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const length = writer.whole(sizes[axis] ?? 1);
    writer.line(`atA += (rest % ${length}) * ${writer.whole((ofA[axis] ?? 0) * m * k)};`);
    writer.line(`atB += (rest % ${length}) * ${writer.whole((ofB[axis] ?? 0) * k * n)};`);
    writer.line(`rest = rest / ${length};`);
  }
}

/** Adds what the pieces came to, from the first to the last. */
function added(from: number, size: number, pieces: number, finish: Finish): Launch {
  const writer = new Writer();
  writer.finish('f32', finish);
  writer.line('var sum = 0.0;');
  writer.line(`for (var piece = 0u; piece < ${writer.whole(pieces)}; piece++) {`);
  writer.line(`  sum += bitcast<f32>(memory[${writer.whole(from)} + piece * ${writer.whole(size)} + i]);`);
  writer.line('}');
  writer.line('finish(i, sum);');
  return writer.perElement(size);
}
