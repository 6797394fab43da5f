import { type DType, isFloat, type TypedArray } from './dtype.ts';
import { numel, type Shape, stridesOf } from './shape.ts';

/** PyTorch's: how many elements are printed whole, how many of the ends of an axis else, and how wide a line is. */
const MOST_WHOLE = 1000;
const EDGE = 3;
export const LINE_WIDTH = 80;

/** How one element is written, and how wide the widest is. */
interface Writing {
  readonly write: (x: number) => string;
  readonly width: number;
}

/**
 * Elements in row-major order as PyTorch prints them: `[[1., 2.],\n [3., 4.]]`. Four digits, all elements in one manner: whole,
 * decimal or scientific. Past 1000 elements the three at each end of an axis; lines behind the first begin `indent` to the right.
 */
export function elementsText(elements: TypedArray, shape: Shape, dtype: DType, indent: number): string {
  if (elements.length === 0) return '[]';
  const isWhole = numel(shape) <= MOST_WHOLE;
  const strides = stridesOf(shape);
  const shown = shape.map((size) => (isWhole || size <= 2 * EDGE ? places(0, size) : ends(size)));
  const { write, width } = writingOf(shownElements(elements, shown, strides), dtype);
  const written = (x: number) => write(x).padStart(width);
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent - shape.length + 1) / (width + 2)));

  const text = (axis: number, from: number): string => {
    const step = strides[axis];
    if (step === undefined) return written(elements[from] ?? Number.NaN);
    const isLast = axis === shape.length - 1;
    const parts = (shown[axis] ?? []).map((place) =>
      place === null ? (isLast ? ' ...' : '...') : text(axis + 1, from + place * step),
    );
    const margin = ' '.repeat(indent + axis + 1);
    if (!isLast) return `[${parts.join(`,${'\n'.repeat(shape.length - 1 - axis)}${margin}`)}]`;
    const lines = places(0, Math.ceil(parts.length / perLine)).map((line) =>
      parts.slice(line * perLine, (line + 1) * perLine).join(', '),
    );
    return `[${lines.join(`,\n${margin}`)}]`;
  };
  return text(0, 0);
}

const places = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
/** The first and the last of an axis, and null for what is between. */
const ends = (size: number): (number | null)[] => [...places(0, EDGE), null, ...places(size - EDGE, size)];

/** The elements that will be seen: only they say how wide a number is. */
function shownElements(
  elements: TypedArray,
  shown: readonly (readonly (number | null)[])[],
  strides: readonly number[],
): number[] {
  const offsets = shown.reduce<number[]>(
    (found, axis, i) =>
      found.flatMap((from) => axis.flatMap((place) => (place === null ? [] : from + place * (strides[i] ?? 0)))),
    [0],
  );
  return offsets.map((offset) => elements[offset] ?? Number.NaN);
}

function writingOf(elements: readonly number[], dtype: DType): Writing {
  if (!isFloat(dtype)) {
    const write = dtype === 'bool' ? (x: number) => String(x !== 0) : String;
    return { write, width: widest(elements, write) };
  }
  const counting = elements.filter((x) => Number.isFinite(x) && x !== 0);
  if (counting.length === 0) return { write: whole, width: 1 };
  const sizes = counting.map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const areWhole = counting.every(Number.isInteger);
  const write =
    most / least > 1000 || most > 1e8 || (!areWhole && least < 1e-4) ? scientific : areWhole ? whole : decimal;
  return { write, width: widest(counting, write) };
}

const widest = (elements: readonly number[], write: (x: number) => string): number =>
  elements.reduce((width, x) => Math.max(width, write(x).length), 1);

/** Writes the finite ones by `digits`, which JavaScript gives no minus for −0. */
const float =
  (digits: (x: number) => string) =>
  (x: number): string =>
    Number.isFinite(x) ? `${Object.is(x, -0) ? '-' : ''}${digits(x)}` : nonFinite(x);
const nonFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf');

const whole = float((x) => `${x.toFixed(0)}.`);
const decimal = float((x) => halfToEven(x.toFixed(4), x.toFixed(60)));
const scientific = float((x) => halfToEven(x.toExponential(4), x.toExponential(60)).replace(/(e[+-])(\d)$/, '$10$2'));

/** What is just between two numbers of four digits is rounded to the even one, as in Python; JavaScript takes the larger. */
function halfToEven(rounded: string, exact: string): string {
  const [, even, exponent = ''] = /^(-?\d+\.\d{3}[02468])50*(e.+)?$/.exec(exact) ?? [];
  return even === undefined ? rounded : even + exponent;
}
