import type { LocalText } from '../nodes/ports.ts';
import { operations } from '../ops/index.ts';
import type { Attributes } from '../ops/op.ts';

/**
 * What an argument may be. The first five are inputs of the operation, the others attributes under the parameter's name.
 * `operand` is a tensor or a number, `exponent` too, but a number stays an attribute; `bound` is a number or null; `axes` one
 * axis, a list, or null for all; `flags` an object of booleans.
 */
export type ParameterKind =
  | 'tensor'
  | 'operand'
  | 'mask'
  | 'index'
  | 'exponent'
  | 'number'
  | 'bound'
  | 'axis'
  | 'axes'
  | 'sizes'
  | 'flag'
  | 'flags';

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** What it is when left out, as it is written in the signature; absent: it must be given. */
  readonly default?: string;
}

/** One thing that a custom function may do with tensors. */
export interface TensorFunction {
  readonly name: string;
  /** As a method, the first parameter is the tensor it is called on; as a free function, all stand in the brackets. */
  readonly as: readonly ('method' | 'free')[];
  readonly parameters: readonly Parameter[];
  /**
   * A record of `engine/ops`; `full` makes a constant; `oneHot` turns labels into floats; `same` gives the tensor again, since
   * nothing changes in place.
   */
  readonly op: string;
  /** Attributes that no parameter gives. */
  readonly attrs?: Attributes;
  /** Which parameter is which input of the operation, where the orders differ. */
  readonly order?: readonly number[];
  /** How many axes the tensor must have. */
  readonly rank?: number;
  readonly help: LocalText;
}

const input: Parameter = { name: 'input', kind: 'tensor' };
const other: Parameter = { name: 'other', kind: 'operand' };
const condition: Parameter = { name: 'condition', kind: 'mask' };
const dim: Parameter = { name: 'dim', kind: 'axis' };
const shape: Parameter = { name: 'shape', kind: 'sizes' };
const reduced: readonly Parameter[] = [
  input,
  { name: 'axes', kind: 'axes', default: 'null' },
  { name: 'keepDims', kind: 'flag', default: 'false' },
];

/** The help of an operation is that of its node. */
const helpOf = (op: string): LocalText => operations.get(op)?.node?.help ?? { en: '', zh: '' };

const method = (op: string, parameters: readonly Parameter[]): TensorFunction => ({
  name: op,
  as: ['method'],
  parameters,
  op,
  help: helpOf(op),
});
const either = (op: string, parameters: readonly Parameter[] = [input]): TensorFunction => ({
  ...method(op, parameters),
  as: ['method', 'free'],
});
const same = (name: string, help: LocalText): TensorFunction => ({
  name,
  as: ['method'],
  parameters: [input],
  op: 'same',
  help,
});
const constant = (
  name: string,
  parameters: readonly Parameter[],
  attrs: Attributes,
  help: LocalText,
): TensorFunction => ({
  name,
  as: ['free'],
  parameters,
  op: 'full',
  attrs,
  help,
});

/** Everything there is, by PyTorch's names in camelCase, as on `Tensor`: tracing and the editor's completion read this table. */
export const tensorFunctions: readonly TensorFunction[] = [
  ...['add', 'sub', 'mul', 'div'].map((op) => method(op, [input, other])),
  method('pow', [input, { name: 'exponent', kind: 'exponent' }]),
  ...['lt', 'le', 'gt', 'ge', 'eq', 'ne'].map((op) => method(op, [input, other])),
  ...['neg', 'exp', 'log', 'log1p', 'sqrt', 'abs', 'relu', 'sigmoid', 'tanh', 'gelu'].map((op) => either(op)),
  method('leakyRelu', [input, { name: 'negativeSlope', kind: 'number', default: '0.01' }]),
  either('softmax', [input, dim]),
  either('logSoftmax', [input, dim]),
  method('clamp', [input, { name: 'min', kind: 'bound' }, { name: 'max', kind: 'bound', default: 'null' }]),
  ...['sum', 'mean', 'max'].map((op) => method(op, reduced)),
  either('matmul', [
    input,
    { name: 'other', kind: 'tensor' },
    { name: 'flags', kind: 'flags', default: '{ transposeA: false, transposeB: false }' },
  ]),
  method('transpose', [input, { name: 'axis0', kind: 'axis' }, { name: 'axis1', kind: 'axis' }]),
  { ...method('transpose', [input]), name: 't', attrs: { axis0: 0, axis1: 1 }, rank: 2 },
  method('reshape', [input, shape]),
  { ...method('where', [input, condition, other]), order: [1, 0, 2] },
  { ...method('where', [condition, { name: 'input', kind: 'operand' }, other]), as: ['free'] },
  method('gather', [input, dim, { name: 'index', kind: 'index' }]),
  {
    name: 'oneHot',
    as: ['free'],
    parameters: [
      { name: 'labels', kind: 'index' },
      { name: 'numClasses', kind: 'axis' },
    ],
    op: 'oneHot',
    help: {
      en: 'For each label a row of numClasses floats: 1 at the label, else 0.',
      zh: '每个标签一行，共 numClasses 个浮点数：标签处为 1，其余为 0。',
    },
  },
  same('clone', { en: 'The same tensor: nothing changes in place.', zh: '同一个张量：不会就地修改。' }),
  same('detach', {
    en: 'The same tensor: forward and backward are not recorded.',
    zh: '同一个张量：forward 和 backward 不被记录。',
  }),
  constant(
    'full',
    [shape, { name: 'value', kind: 'number' }],
    {},
    {
      en: 'A tensor of a shape, filled with a number.',
      zh: '给定形状、以某数填充的张量。',
    },
  ),
  constant('zeros', [shape], { value: 0 }, { en: 'Zeros of a shape.', zh: '给定形状的全零张量。' }),
  constant('ones', [shape], { value: 1 }, { en: 'Ones of a shape.', zh: '给定形状的全一张量。' }),
  constant('zerosLike', [input], { value: 0 }, { en: 'Zeros of a tensor’s shape.', zh: '与某张量同形的全零张量。' }),
  constant('onesLike', [input], { value: 1 }, { en: 'Ones of a tensor’s shape.', zh: '与某张量同形的全一张量。' }),
];

/** `clamp(min, max = null)` of a method, `where(condition, input, other)` of a free function. */
export function signatureOf({ name, parameters }: TensorFunction, as: 'method' | 'free'): string {
  const written = parameters
    .slice(as === 'method' ? 1 : 0)
    .map((p) => (p.default ? `${p.name} = ${p.default}` : p.name));
  return `${name}(${written.join(', ')})`;
}

/** A row of the editor's completion. */
export interface Completion {
  readonly name: string;
  /** After a dot behind a tensor, after `ctx.`, or free. */
  readonly of: 'tensor' | 'ctx' | 'free';
  readonly signature: string;
  readonly help: LocalText;
}

const members: readonly Completion[] = [
  {
    name: 'shape',
    of: 'tensor',
    signature: 'shape',
    help: { en: 'Its sizes, a list of numbers.', zh: '各轴的大小，一列数。' },
  },
  {
    name: 'dtype',
    of: 'tensor',
    signature: 'dtype',
    help: { en: '"f32", "i32" or "bool".', zh: '"f32"、"i32" 或 "bool"。' },
  },
  {
    name: 'saveForBackward',
    of: 'ctx',
    signature: 'saveForBackward(...tensors)',
    help: { en: 'Keeps tensors of forward for backward.', zh: '把 forward 中的张量留给 backward。' },
  },
  {
    name: 'savedTensors',
    of: 'ctx',
    signature: 'savedTensors',
    help: {
      en: 'In backward: what forward saved, in that order.',
      zh: '在 backward 中：forward 保存的张量，顺序不变。',
    },
  },
  {
    name: 'needsInputGrad',
    of: 'ctx',
    signature: 'needsInputGrad',
    help: { en: 'Which inputs need a gradient, a list of booleans.', zh: '哪些输入需要梯度，一列布尔值。' },
  },
];

/** What the editor offers. */
export const completions: readonly Completion[] = [
  ...tensorFunctions.flatMap((row) =>
    row.as.map(
      (as): Completion => ({
        name: row.name,
        of: as === 'method' ? 'tensor' : 'free',
        signature: signatureOf(row, as),
        help: row.help,
      }),
    ),
  ),
  ...members,
];
