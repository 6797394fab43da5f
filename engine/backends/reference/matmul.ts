import type { TypedArray } from '../../tensor/dtype.ts';
import { numel, type Shape } from '../../tensor/shape.ts';
import { type Arena, elements, type StoredArray } from '../arena.ts';
import type { NDArray } from '../backend.ts';
import { productSizes } from '../results.ts';

/** Where one matrix of a batch stands, and how its rows and columns are read. */
interface Product {
  readonly a: TypedArray;
  readonly b: TypedArray;
  readonly out: TypedArray;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/**
 * (…, M, K) × (…, K, N) → (…, M, N). Every output is a sum over K in f64 that is rounded once. The inner loops run along memory:
 * rows of B go into a row of accumulators, or, where B is transposed, four dot products share one row of A.
 */
export function matmul(arena: Arena, a: NDArray, b: NDArray, transposeA: boolean, transposeB: boolean): StoredArray {
  const { m, n, k, batchA, batchB, batch } = productSizes(a.shape, b.shape, transposeA, transposeB);
  const out = arena.make([...batch, m, n], a.dtype);
  const sums = new Float64Array(n);
  const count = numel(batch);
  const atA = batchOffsets(batchA, batch);
  const atB = batchOffsets(batchB, batch);
  for (let i = 0; i < count; i++) {
    const offsetA = (atA[i] ?? 0) * m * k;
    const offsetB = (atB[i] ?? 0) * k * n;
    const product: Product = {
      a: elements(a).subarray(offsetA, offsetA + m * k),
      b: elements(b).subarray(offsetB, offsetB + k * n),
      out: elements(out).subarray(i * m * n, (i + 1) * m * n),
      m,
      n,
      k,
    };
    if (transposeB) dotRows(transposeA ? { ...product, a: transposed(product.a, k, m) } : product);
    else accumulateRows(product, transposeA ? 1 : k, transposeA ? m : 1, sums);
  }
  return out;
}

/** Which matrix of an operand each matrix of the broadcast batch reads. */
export function batchOffsets(shape: Shape, batch: Shape): number[] {
  let offsets = [0];
  const pad = batch.length - shape.length;
  batch.forEach((size, axis) => {
    const own = axis < pad ? 1 : (shape[axis - pad] ?? 1);
    offsets = offsets.flatMap((o) => Array.from({ length: size }, (_, i) => o * own + (own === 1 ? 0 : i)));
  });
  return offsets;
}

/** Row i of the result is Σₖ A[i,k] · B[k,:]; four k at a time halve the traffic through the accumulators. */
function accumulateRows(
  { a, b, out, m, n, k }: Product,
  rowStep: number,
  columnStep: number,
  sums: Float64Array,
): void {
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    let at = i * rowStep;
    let p = 0;
    for (; p + 4 <= k; p += 4, at += 4 * columnStep) {
      const a0 = a[at] as number;
      const a1 = a[at + columnStep] as number;
      const a2 = a[at + 2 * columnStep] as number;
      const a3 = a[at + 3 * columnStep] as number;
      const b0 = p * n;
      const b1 = b0 + n;
      const b2 = b1 + n;
      const b3 = b2 + n;
      for (let j = 0; j < n; j++)
        sums[j] =
          (sums[j] as number) +
          (a0 * (b[b0 + j] as number) +
            a1 * (b[b1 + j] as number) +
            (a2 * (b[b2 + j] as number) + a3 * (b[b3 + j] as number)));
    }
    for (; p < k; p++, at += columnStep) {
      const a0 = a[at] as number;
      const b0 = p * n;
      for (let j = 0; j < n; j++) sums[j] = (sums[j] as number) + a0 * (b[b0 + j] as number);
    }
    out.set(sums, i * n);
  }
}

/** out[i,j] = A[i,:] · B[j,:]. */
function dotRows({ a, b, out, m, n, k }: Product): void {
  for (let i = 0; i < m; i++) {
    const row = i * k;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const b0 = j * k;
      const b1 = b0 + k;
      const b2 = b1 + k;
      const b3 = b2 + k;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let p = 0; p < k; p++) {
        const x = a[row + p] as number;
        s0 += x * (b[b0 + p] as number);
        s1 += x * (b[b1 + p] as number);
        s2 += x * (b[b2 + p] as number);
        s3 += x * (b[b3 + p] as number);
      }
      out[i * n + j] = s0;
      out[i * n + j + 1] = s1;
      out[i * n + j + 2] = s2;
      out[i * n + j + 3] = s3;
    }
    for (; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += (a[row + p] as number) * (b[j * k + p] as number);
      out[i * n + j] = sum;
    }
  }
}

function transposed(x: TypedArray, rows: number, columns: number): TypedArray {
  const out = x.slice();
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j] as number;
  return out;
}
