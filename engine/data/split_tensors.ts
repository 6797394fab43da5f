import type { Tensor } from '../autograd/tensor.ts';
import { defaultGenerator } from '../random/default.ts';
import { ShapeError } from '../tensor/shape.ts';
import { splitOrder } from './split.ts';

/** The same tensors, of some of the rows. */
export type Rows<K extends string> = { readonly [Name in K]: Tensor };

/**
 * Moves `round(rows · testFraction)` rows of tensors that belong together to a test set; one permutation of the stream that
 * `manualSeed` seeds decides which: `const { train, test } = data.split(data.twoMoons(), 0.2)`.
 * @throws DataError if one of the two would be empty, ShapeError where the tensors differ in their rows
 */
export function split<K extends string>(
  set: Rows<K>,
  testFraction: number,
): { readonly train: Rows<K>; readonly test: Rows<K> } {
  const tensors = Object.entries<Tensor>(set);
  const [samples = 0, ...others] = tensors.map(([, { shape }]) => shape[0] ?? 0);
  const odd = others.find((rows) => rows !== samples);
  if (odd !== undefined) throw new ShapeError('split: the tensors do not belong together', `${samples} rows`, `${odd}`);
  const { train, test } = splitOrder(samples, testFraction, defaultGenerator());
  // Object.entries forgets the names that it keeps.
  const taken = (rows: Int32Array) =>
    Object.fromEntries(tensors.map(([name, tensor]) => [name, tensor.takeRows(rows)])) as Rows<K>;
  return { train: taken(train), test: taken(test) };
}
