import { operations } from '../../ops/index.ts';
import type { Attributes } from '../../ops/op.ts';
import type { CodeValue } from '../script.ts';
import type { Expression, Operand } from '../writing/language.ts';
import { numberOfRows } from '../writing/rows.ts';
import { literal, number } from './words.ts';

/** Everything is a call, so nothing asks for brackets. */
export const whole = (text: string): Expression => ({ text, binds: 0 });

export const constantText = ({ constant = 0 }: CodeValue): string => number(constant);

/** Options of what makes a tensor: floats are what it takes anyway. */
const ofType = (dtype: unknown): string => (dtype === 'f32' ? '' : `, { dtype: ${literal(dtype)} }`);

export const tensorOf = (value: CodeValue, text = constantText(value)): string =>
  `tensor(${text}${ofType(value.dtype)})`;

const isNumber = ({ value }: Operand): boolean => value.constant !== undefined || value.isNumber === true;
const asTensor = (operand: Operand): string =>
  isNumber(operand) ? tensorOf(operand.value, operand.text) : operand.text;

/** A number beside a tensor becomes one of its type: that is right where the constant is of that type. */
const beside = (operand: Operand, other: Operand): string =>
  isNumber(operand) && operand.value.dtype === other.value.dtype ? operand.text : asTensor(operand);

type Idiom = (operands: readonly Operand[], attrs: Attributes) => string | undefined;

/** `x.name(args)`. */
const call = (x: string, name: string, args: readonly string[]): string => `${x}.${name}(${args.join(', ')})`;

const method =
  (name: string, argumentsOf: (attrs: Attributes) => readonly string[] = () => []): Idiom =>
  ([x, ...rest], attrs) =>
    x && call(asTensor(x), name, [...argumentsOf(attrs), ...rest.map(asTensor)]);

/** `a.add(b)`. */
const binary =
  (name: string): Idiom =>
  ([a, b]) =>
    a && b && call(asTensor(a), name, [beside(b, a)]);

/** The same where order changes no bit: a number comes second, `x.mul(2)`. */
const commutative =
  (name: string): Idiom =>
  ([a, b], attrs) => {
    if (a === undefined || b === undefined) return undefined;
    return binary(name)(isNumber(a) ? [b, a] : [a, b], attrs);
  };

/** Without what is left out anyway, from the right. */
function shortened(args: readonly unknown[], usual: readonly unknown[]): string[] {
  const last = args.findLastIndex((arg, i) => arg !== usual[i]);
  return args.slice(0, last + 1).map(literal);
}

/** Reduces all axes, or those that are named. */
const reduction = (name: string): Idiom =>
  method(name, ({ axes, keepDims }) => shortened([axes ?? null, keepDims === true], [null, false]));

const matmul: Idiom = ([a, b], attrs) => {
  const flags = ['transposeA', 'transposeB'].filter((flag) => attrs[flag] === true).map((flag) => `${flag}: true`);
  return (
    a && b && call(asTensor(a), 'matmul', [asTensor(b), ...(flags.length === 0 ? [] : [`{ ${flags.join(', ')} }`])])
  );
};

const transpose: Idiom = (operands, attrs) => {
  const { axis0, axis1 } = attrs;
  const isPlain = operands[0]?.value.shape.length === 2 && axis0 !== axis1;
  return method(isPlain ? 't' : 'transpose', () => (isPlain ? [] : [literal(axis0), literal(axis1)]))(operands, attrs);
};

const where: Idiom = ([condition, a, b]) =>
  condition && a && b && `where(${asTensor(condition)}, ${beside(a, b)}, ${beside(b, a)})`;

const full: Idiom = (_operands, { shape, value, dtype }) => {
  const sizes = literal(shape);
  if (value === 0 || value === 1) return `${value === 0 ? 'zeros' : 'ones'}(${sizes}${ofType(dtype)})`;
  return `full(${sizes}, ${literal(value)}${ofType(dtype)})`;
};

/** Operations as people write them; those that are not here are methods without arguments. */
const idioms: ReadonlyMap<string, Idiom> = new Map<string, Idiom>([
  ...['add', 'mul'].map((name) => [name, commutative(name)] as const),
  ...['sub', 'div', 'lt', 'le', 'gt', 'ge', 'eq', 'ne'].map((name) => [name, binary(name)] as const),
  [
    'pow',
    ([x, other], { exponent }) => x && call(asTensor(x), 'pow', [other ? asTensor(other) : literal(exponent ?? 2)]),
  ],
  ['clamp', method('clamp', ({ min, max }) => shortened([min ?? null, max ?? null], [undefined, null]))],
  ...['sum', 'mean', 'max'].map((name) => [name, reduction(name)] as const),
  ['matmul', matmul],
  ['transpose', transpose],
  ['reshape', method('reshape', ({ shape }) => [literal(shape)])],
  ['leakyRelu', method('leakyRelu', ({ negativeSlope }) => shortened([negativeSlope ?? 0.01], [0.01]))],
  ['softmax', method('softmax', ({ dim }) => [literal(dim ?? -1)])],
  ['logSoftmax', method('logSoftmax', ({ dim }) => [literal(dim ?? -1)])],
  ['gather', method('gather', ({ dim }) => [literal(dim ?? -1)])],
  ['where', where],
  ['full', full],
  ['rows', ([x], { axis }) => x && `${x.text}.shape[${literal(axis)}] ?? 0`],
  ['ofRows', ([rows], attrs) => rows && numberOfRows(rows.text, attrs, number)],
  [
    'bceWithLogits',
    ([x, y]) => x && y && `new nn.BCEWithLogitsLoss({ reduction: 'none' }).forward(${asTensor(x)}, ${asTensor(y)})`,
  ],
  ['oneHot', ([x], { classes }) => x && `nn.functional.oneHot(${asTensor(x)}, ${literal(classes)})`],
]);

/** An operation on what is written already. */
export function operation(name: string, operands: readonly Operand[], attrs: Attributes): Expression {
  if (!idioms.has(name) && !operations.has(name)) throw new Error(`there is no operation named ${name}`);
  const text = (idioms.get(name) ?? method(name))(operands, attrs);
  if (text === undefined) throw new Error(`the operation ${name} lacks an operand`);
  return whole(text);
}

export const flattened = (input: Operand, startDim: unknown): Expression =>
  whole(call(asTensor(input), 'flatten', [literal(startDim)]));
