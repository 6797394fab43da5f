import type { DType, TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { NestedNumbers } from './create.ts';

/** Elements in row-major order as lists that are nested as the axes are; of a mask true and false. */
export function nested(elements: TypedArray, shape: Shape, dtype: DType): NestedNumbers {
  let at = 0;
  const along = (axis: number): NestedNumbers => {
    const size = shape[axis];
    if (size !== undefined) return Array.from({ length: size }, () => along(axis + 1));
    const element = elements[at++] ?? Number.NaN;
    return dtype === 'bool' ? element !== 0 : element;
  };
  return along(0);
}
