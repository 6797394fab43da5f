import { broadcastStrides, numel, type Shape } from '../../tensor/shape.ts';
import type { ProductSizes } from '../reference/matmul.ts';
import { type Finish, type Launch, Writer } from './launch.ts';

/** A workgroup makes a block of so many rows and columns, and takes as many steps along K at a time. */
const BLOCK = 16;
const MOST_MATRICES = 65535;

/** A · B, matrix by matrix of the batch; `a` and `b` are where they begin, in words. */
export function product(finish: Finish, a: number, b: number, sizes: ProductSizes): Launch[] {
  const matrices = numel(sizes.batch);
  const launches: Launch[] = [];
  for (let first = 0; first < matrices; first += MOST_MATRICES)
    launches.push(some(finish, a, b, sizes, first, Math.min(MOST_MATRICES, matrices - first)));
  return launches;
}

function some(finish: Finish, a: number, b: number, sizes: ProductSizes, first: number, count: number): Launch {
  const { m, n, k, batch, batchA, batchB, transposeA, transposeB } = sizes;
  const writer = new Writer();
  writer.finish('f32', finish);
  const [rows, columns, depth] = [writer.whole(m), writer.whole(n), writer.whole(k)];
  writer.line(`let matrix = group.z + ${writer.whole(first)};`);
  const offset = (name: string, at: number, own: Shape, size: number) => {
    writer.line(`var ${name} = ${writer.whole(at)};`);
    writer.line(`{ var rest = matrix;`);
    const strides = broadcastStrides(own, batch);
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const length = writer.whole(batch[axis] ?? 1);
      writer.line(
        `  ${name} += (rest % ${length}) * ${writer.whole((strides[axis] ?? 0) * size)}; rest = rest / ${length};`,
      );
    }
    writer.line('}');
  };
  offset('atA', a, batchA, m * k);
  offset('atB', b, batchB, k * n);
  const stepsOf = (isTransposed: boolean, long: number, short: number) =>
    isTransposed ? [writer.whole(1), writer.whole(long)] : [writer.whole(short), writer.whole(1)];
  const [aRow = '', aStep = ''] = stepsOf(transposeA, m, k);
  const [bStep = '', bColumn = ''] = stepsOf(transposeB, k, n);
  for (const text of [
    `let row = lane / ${BLOCK}u;`,
    `let column = lane % ${BLOCK}u;`,
    `let i = group.y * ${BLOCK}u + row;`,
    `let j = group.x * ${BLOCK}u + column;`,
    'var sum = 0.0;',
    `for (var done = 0u; done < ${depth}; done += ${BLOCK}u) {`,
    `  let inA = i < ${rows} && done + column < ${depth};`,
    `  let inB = j < ${columns} && done + row < ${depth};`,
    `  if (inA) { left[lane] = bitcast<f32>(memory[atA + i * ${aRow} + (done + column) * ${aStep}]); } else { left[lane] = 0.0; }`,
    `  if (inB) { right[lane] = bitcast<f32>(memory[atB + (done + row) * ${bStep} + j * ${bColumn}]); } else { right[lane] = 0.0; }`,
    '  workgroupBarrier();',
    `  for (var step = 0u; step < ${BLOCK}u; step++) { sum += left[row * ${BLOCK}u + step] * right[step * ${BLOCK}u + column]; }`,
    '  workgroupBarrier();',
    '}',
    `if (i < ${rows} && j < ${columns}) { finish((matrix * ${rows} + i) * ${columns} + j, sum); }`,
  ])
    writer.line(text);
  const shared = ['left', 'right'].map((name) => `var<workgroup> ${name}: array<f32, ${BLOCK * BLOCK}>;`).join('\n');
  return writer.launch('', [Math.ceil(n / BLOCK), Math.ceil(m / BLOCK), count], [BLOCK, BLOCK], shared);
}
