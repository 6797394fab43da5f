import type { Attributes } from '../../ops/op.ts';
import { normalizeAxes, normalizeAxis } from '../../tensor/shape.ts';
import type { CodeValue } from '../script.ts';
import { type Given, isRows, type Share } from './share.ts';

/** What a process has of the result; undefined where rows that other processes have would be needed. */
export type Rule = (given: readonly Given[], attrs: Attributes, output: CodeValue) => Share | undefined;

const areAll = (given: readonly Given[]): boolean => given.every(({ share }) => share === 'all');

/** Each element from those at its place: rows stay rows, beside values without any. */
export const elementwise: Rule = (given) => {
  if (areAll(given)) return 'all';
  const rows = given.map(({ share }) => share).find(isRows);
  const meets = ({ value: { shape }, share }: Given) =>
    isRows(share) ? share.axis === rows?.axis : share === 'all' && (shape.at(rows?.axis ?? 0) ?? 1) === 1;
  return rows !== undefined && given.every(meets) ? rows : undefined;
};

/** Parts may be added to parts: what each process has is a summand again. */
const sum: Rule = (given, attrs, output) =>
  given.every(({ share }) => share === 'part') ? 'part' : elementwise(given, attrs, output);

/** A part times what is the same everywhere is a part. */
const product: Rule = (given, attrs, output) => {
  const parts = given.filter(({ share }) => share === 'part');
  if (parts.length === 0) return elementwise(given, attrs, output);
  return parts.length === 1 && areAll(given.filter(({ share }) => share !== 'part')) ? 'part' : undefined;
};

const quotient: Rule = (given, attrs, output) =>
  given[1]?.share === 'part' ? undefined : product(given, attrs, output);

/** What is done to one value without regard to its rows, and is a sum of what is done to its summands. */
const linear: Rule = ([x]) => x?.share;

/** A sum over rows is a sum over processes of their sums. A mean is taken for a sum here: it is one, divided by how many there are. */
const reduction =
  (overRows: Share | undefined): Rule =>
  ([x], { axes, keepDims }) => {
    if (x === undefined || !isRows(x.share))
      return x?.share === 'part' && overRows === undefined ? undefined : x?.share;
    const rank = x.value.shape.length;
    const reduced = new Set(normalizeAxes(Array.isArray(axes) ? axes : undefined, rank));
    const axis = rank + x.share.axis;
    if (reduced.has(axis)) return overRows;
    const behind = [...reduced].filter((one) => one > axis).length;
    return { axis: x.share.axis + (keepDims === true ? 0 : behind) };
  };

const along: Rule = ([x], { dim }) => {
  if (x === undefined || x.share === 'part') return undefined;
  const rank = x.value.shape.length;
  return isRows(x.share) && normalizeAxis(Number(dim ?? -1), rank) - rank === x.share.axis ? undefined : x.share;
};

const gather: Rule = (given, attrs, output) => {
  const [x, index] = given;
  if (x === undefined || index === undefined) return undefined;
  // Of a table that is the same everywhere, row i belongs to row i of the index.
  return isRows(x.share) === isRows(index.share) && along([x], attrs, output)
    ? elementwise(given, attrs, output)
    : undefined;
};

/**
 * Rows of the left operand become rows of the product, columns of the right one its columns. Where both have rows along the axis
 * that is summed over, the product is a sum over rows: the gradient of a weight.
 */
const matmul: Rule = (given, { transposeA, transposeB }) => {
  const [a, b] = given;
  if (a === undefined || b === undefined) return undefined;
  if (given.some(({ share }) => share === 'part')) return product(given, {}, a.value);
  if (areAll(given)) return 'all';
  const isRow = a.value.shape.length === 1;
  const isColumn = b.value.shape.length === 1;
  const inner = { a: isRow || transposeA !== true ? -1 : -2, b: isColumn || transposeB === true ? -1 : -2 };
  const left = isRows(a.share) ? a.share.axis : undefined;
  const right = isRows(b.share) ? b.share.axis : undefined;
  if (left === inner.a || right === inner.b) return left === inner.a && right === inner.b ? 'part' : undefined;
  if (isRow || isColumn)
    return left === -2 && isColumn ? { axis: -1 } : right === -1 && isRow ? { axis: -1 } : undefined;
  if (left !== undefined && left >= -2) return right === undefined ? { axis: -2 } : undefined;
  if (right !== undefined && right >= -2) return left === undefined ? { axis: -1 } : undefined;
  // A matrix for each row.
  return elementwise(given, {}, a.value);
};

const transpose: Rule = ([x], { axis0, axis1 }) => {
  if (x === undefined || !isRows(x.share)) return x?.share;
  const rank = x.value.shape.length;
  const [first, second] = [axis0, axis1].map((axis) => normalizeAxis(Number(axis), rank) - rank);
  const { axis } = x.share;
  return { axis: (axis === first ? second : axis === second ? first : axis) ?? axis };
};

/** Rows stay what they are where they come first and the shape leaves their number open. */
const reshape: Rule = ([x], { shape }, output) => {
  if (x === undefined || !isRows(x.share)) return x?.share;
  const { shape: from } = x.value;
  const isOpen = Array.isArray(shape) && shape[0] === -1 && output.shape[0] === from[0];
  return isOpen && x.share.axis === -from.length ? { axis: -output.shape.length } : undefined;
};

const oneHot: Rule = ([x]) => (x !== undefined && isRows(x.share) ? { axis: x.share.axis - 1 } : x?.share);

const named = (names: string, rule: Rule) => names.split(' ').map((name) => [name, rule] as const);

/** Of operations; what is not here is not known to leave rows to themselves. */
export const operationRules: ReadonlyMap<string, Rule> = new Map([
  ...named('abs bceWithLogits clamp eq exp ge gelu gt le leakyRelu log log1p lt ne pow relu', elementwise),
  ...named('sigmoid sqrt tanh where', elementwise),
  ...named('add sub', sum),
  ...named('mul', product),
  ...named('div', quotient),
  ...named('detach neg', linear),
  ...named('mean sum', reduction('part')),
  ...named('max', reduction(undefined)),
  ...named('logSoftmax softmax', along),
  ...named('gather', gather),
  ...named('matmul', matmul),
  ...named('transpose', transpose),
  ...named('reshape', reshape),
  ...named('full', () => 'all'),
  ...named('oneHot', oneHot),
  // Of rows that processes share, each would count its own.
  ...named('rows', ([x]) => (x?.share === 'all' ? 'all' : undefined)),
  ...named('ofRows', linear),
]);
