/** A tensor as one matrix: its last two axes, at one index of all axes before. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Where the matrix begins among all elements. */
  readonly start: number;
}

/** A vector is a row; a number a matrix of one element. `leading`: the index along each axis before the last two. */
export function matrixOf(shape: readonly number[], leading: readonly number[]): Matrix {
  const rows = shape.at(-2) ?? 1;
  const columns = shape.at(-1) ?? 1;
  const before = shape.slice(0, -2);
  const nth = before.reduce((sum, size, axis) => sum * size + Math.min(size - 1, Math.max(0, leading[axis] ?? 0)), 0);
  return { rows, columns, start: nth * rows * columns };
}

/** The full index of a cell: `2, 0, 17`. */
export function indexOf(shape: readonly number[], leading: readonly number[], row: number, column: number): number[] {
  if (shape.length === 0) return [];
  if (shape.length === 1) return [column];
  return [...shape.slice(0, -2).map((_, axis) => leading[axis] ?? 0), row, column];
}

/** Where the element at a full index stands: the index before the last two axes, and its cell. */
export function placeOf(shape: readonly number[], index: readonly number[]) {
  return {
    leading: index.slice(0, -2),
    cell: { row: shape.length < 2 ? 0 : (index.at(-2) ?? 0), column: index.at(-1) ?? 0 },
  };
}
