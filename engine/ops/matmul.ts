import { broadcastShapes, formatShape, type Shape, ShapeError } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { matrixLike, operand, present, twoInputs } from './shared.ts';

/** A flag swaps the last two axes of its operand first. */
export type MatmulAttributes = { readonly transposeA?: boolean; readonly transposeB?: boolean };

/** The operands as matrices: a vector on the left is a row, on the right a column. */
function matrices(inputs: readonly Shape[], attrs: MatmulAttributes): { a: Shape; b: Shape } {
  const a = operand(inputs[0], 'input');
  const b = operand(inputs[1], 'other');
  if (a.length === 0 || b.length === 0)
    throw new ShapeError(
      'matmul takes vectors and matrices',
      'at least 1 axis each',
      `${formatShape(a)} and ${formatShape(b)}`,
    );
  if (attrs.transposeA) matrixLike(a, 'input');
  if (attrs.transposeB) matrixLike(b, 'other');
  return { a: a.length === 1 ? [1, ...a] : a, b: b.length === 1 ? [...b, 1] : b };
}

/** Rows and columns after the flag. */
const sizes = (shape: Shape, transposed = false): [number, number] => {
  const [r = 1, c = 1] = shape.slice(-2);
  return transposed ? [c, r] : [r, c];
};

function productShape(inputs: readonly Shape[], attrs: MatmulAttributes): Shape {
  const { a, b } = matrices(inputs, attrs);
  const [m, k] = sizes(a, attrs.transposeA);
  const [k2, n] = sizes(b, attrs.transposeB);
  if (k !== k2)
    throw new ShapeError(
      `cannot multiply ${formatShape(inputs[0] ?? a)} by ${formatShape(inputs[1] ?? b)}${attrs.transposeB ? ' transposed' : ''}`,
      `${k} ${attrs.transposeB ? 'columns' : 'rows'} in "other", as "input" has ${attrs.transposeA ? 'rows' : 'columns'}`,
      `${k2}`,
    );
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  return [...batch, ...(inputs[0]?.length === 1 ? [] : [m]), ...(inputs[1]?.length === 1 ? [] : [n])];
}

export const matmul = defineOp<MatmulAttributes>({
  name: 'matmul',
  shape: (inputs, attrs) => [productShape(inputs, attrs)],
  saves: ['input0', 'input1'],
  reads: [['input1'], ['input0']],
  forward(k, inputs, attrs) {
    const x = present(inputs[0]);
    const y = present(inputs[1]);
    const shapes = [x.shape, y.shape];
    const { a, b } = matrices(shapes, attrs);
    return [k.reshape(k.matmul(k.reshape(x, a), k.reshape(y, b), attrs), productShape(shapes, attrs))];
  },
  backward(k, grads, { input0, input1 }, { transposeA = false, transposeB = false }, needs, shapes) {
    const { a: sa, b: sb } = matrices(shapes, { transposeA, transposeB });
    const a = k.reshape(present(input0), sa);
    const b = k.reshape(present(input1), sb);
    const batch = broadcastShapes(sa.slice(0, -2), sb.slice(0, -2));
    const g = k.reshape(present(grads[0]), [...batch, sizes(sa, transposeA)[0], sizes(sb, transposeB)[1]]);
    const gradA = () =>
      transposeA
        ? k.matmul(b, g, { transposeA: transposeB, transposeB: true })
        : k.matmul(g, b, { transposeB: !transposeB });
    const gradB = () =>
      transposeB
        ? k.matmul(g, a, { transposeA: true, transposeB: transposeA })
        : k.matmul(a, g, { transposeA: !transposeA });
    return [
      needs[0] ? k.reshape(k.sumTo(gradA(), sa), present(shapes[0])) : undefined,
      needs[1] ? k.reshape(k.sumTo(gradB(), sb), present(shapes[1])) : undefined,
    ];
  },
  formula: { forward: 'Y = A B', backward: ['\\bar A = \\bar Y B^{\\mathsf T}', '\\bar B = A^{\\mathsf T} \\bar Y'] },
  formulaFor({ transposeA = false, transposeB = false }) {
    const flagged = (symbol: string, transposed: boolean) => (transposed ? `${symbol}^{\\mathsf T}` : symbol);
    const product = (left: string, right: string) => `${left} ${right}`;
    const [a, b] = [flagged('A', transposeA), flagged('B', transposeB)];
    // A transposed operand receives the transpose of what the operand in the formula receives.
    const gradA = transposeA
      ? product(flagged('B', transposeB), '\\bar Y^{\\mathsf T}')
      : product('\\bar Y', flagged('B', !transposeB));
    const gradB = transposeB
      ? product('\\bar Y^{\\mathsf T}', flagged('A', transposeA))
      : product(flagged('A', !transposeA), '\\bar Y');
    return { forward: `Y = ${product(a, b)}`, backward: [`\\bar A = ${gradA}`, `\\bar B = ${gradB}`] };
  },
  why: {
    en: 'Element A[i,k] helped every output of row i, each time weighted by B[k,j]; summing these is a product with B transposed. The shapes leave no other choice.',
    zh: '元素 A[i,k] 参与了第 i 行的每个输出，每次以 B[k,j] 为权重；把它们加起来就是乘以 B 的转置。形状也不允许别的写法。',
  },
  torch: ([a, b], { transposeA, transposeB }) =>
    `torch.matmul(${a}${transposeA ? '.transpose(-1, -2)' : ''}, ${b}${transposeB ? '.transpose(-1, -2)' : ''})`,
  cases: [
    { inputs: [{ shape: [3, 4] }, { shape: [4, 5] }] },
    { inputs: [{ shape: [4, 3] }, { shape: [4, 5] }], attrs: { transposeA: true } },
    { inputs: [{ shape: [3, 4] }, { shape: [5, 4] }], attrs: { transposeB: true } },
    { inputs: [{ shape: [4, 3] }, { shape: [5, 4] }], attrs: { transposeA: true, transposeB: true } },
    { inputs: [{ shape: [9, 7] }, { shape: [7, 6] }] },
    { inputs: [{ shape: [1, 1] }, { shape: [1, 1] }] },
    { inputs: [{ shape: [4] }, { shape: [4] }] },
    { inputs: [{ shape: [4] }, { shape: [4, 3] }] },
    { inputs: [{ shape: [4] }, { shape: [2, 4, 3] }] },
    { inputs: [{ shape: [3, 4] }, { shape: [4] }] },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [4] }] },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [4, 2] }] },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [2, 4, 2] }] },
    { inputs: [{ shape: [2, 1, 3, 4] }, { shape: [3, 2, 4] }], attrs: { transposeB: true } },
    { inputs: [{ shape: [1, 4, 3] }, { shape: [2, 4, 2] }], attrs: { transposeA: true } },
    { inputs: [{ shape: [0, 4] }, { shape: [4, 2] }] },
    { inputs: [{ shape: [3, 0] }, { shape: [0, 2] }] },
    {
      inputs: [
        { shape: [2, 2], values: [0, 'inf', 'nan', 1] },
        { shape: [2, 2], values: [1, 2, 0, '-inf'] },
      ],
      gradcheck: false,
    },
  ],
  node: {
    kind: 'MatMul',
    help: {
      en: 'Matrix product; leading axes are batches and broadcast.',
      zh: '矩阵乘积；前面的轴是批次，可以广播。',
    },
    inputs: twoInputs,
    settings: {
      transposeA: { type: 'bool', default: false, label: { en: 'transpose input', zh: '转置 input' } },
      transposeB: { type: 'bool', default: false, label: { en: 'transpose other', zh: '转置 other' } },
    },
    attributes: ({ transposeA, transposeB }) => ({ transposeA: transposeA === true, transposeB: transposeB === true }),
  },
});
