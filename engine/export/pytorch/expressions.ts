import { operations } from '../../ops/index.ts';
import type { Attributes } from '../../ops/op.ts';
import type { CodeValue } from '../script.ts';
import type { Expression, Operand } from '../writing/language.ts';
import { numberOfRows } from '../writing/rows.ts';
import { float, literal, number, tuple } from './words.ts';

/** How tightly an expression binds: what binds less than its surroundings asks for stands in brackets. */
const BINDS = { comparison: 1, sum: 2, product: 3, sign: 4, whole: 5 } as const;

export const whole = (text: string): Expression => ({ text, binds: BINDS.whole });

const within = ({ text, binds }: Expression, least: number): string => (binds < least ? `(${text})` : text);

const isNumber = ({ value }: Operand): boolean => value.constant !== undefined || value.isNumber === true;

/** A constant beside a tensor is a number; alone it has to be one. */
const asTensor = (operand: Operand): Operand =>
  isNumber(operand) ? { ...operand, ...whole(`torch.tensor(${floating(operand)})`) } : operand;

/** What counts rows is whole, also where a float stands in the network. */
const floating = ({ text, value }: Operand): string =>
  value.isNumber === true && value.dtype === 'f32' ? `float(${text})` : text;

/** PyTorch computes with masks otherwise than with floats, and some things with floats alone. */
const asFloat = (operand: Operand): Operand => ({ ...operand, ...whole(`${within(operand, BINDS.whole)}.float()`) });

/** What PyTorch has for floats alone, where here whole numbers count as such. */
const OF_FLOATS: ReadonlySet<string> = new Set(['mean', 'gelu', 'leakyRelu', 'softmax', 'logSoftmax']);

/** Masks stay masks where they are chosen by, or only moved about. */
const OF_MASKS: ReadonlySet<string> = new Set(['where', 'transpose', 'reshape', 'detach', 'max']);

/** An operand as PyTorch takes it. */
function taken(name: string, operand: Operand): Operand {
  const { dtype, constant } = operand.value;
  const isOther = dtype === 'bool' ? !OF_MASKS.has(name) : dtype === 'i32' && OF_FLOATS.has(name);
  return isOther && constant === undefined ? asFloat(operand) : operand;
}

export const constantText = ({ constant = 0, dtype }: CodeValue): string =>
  dtype === 'f32' ? float(constant) : number(constant);

type Idiom = (operands: readonly Operand[], attrs: Attributes) => string | Expression | undefined;

/** `a + b`: what stands on the right has to bind more where the order of operations counts. */
const infix =
  (sign: string, binds: number, right: number): Idiom =>
  ([a, b]) => {
    if (a === undefined || b === undefined) return undefined;
    const left = isNumber(b) ? asTensor(a) : a;
    return { text: `${within(left, binds)} ${sign} ${within(b, right)}`, binds };
  };
const sum = (sign: string): Idiom => infix(sign, BINDS.sum, BINDS.product);
const product = (sign: string): Idiom => infix(sign, BINDS.product, BINDS.sign);

/** `h < 0`. In Python `a < b < c` means something else, so what is compared stands in brackets if it is a comparison. */
const comparison =
  (sign: string): Idiom =>
  ([a, b]) => {
    if (a === undefined || b === undefined) return undefined;
    const left = isNumber(b) ? asTensor(a) : a;
    const right = b.value.constant === undefined ? within(b, BINDS.sum) : number(b.value.constant);
    return { text: `${within(left, BINDS.sum)} ${sign} ${right}`, binds: BINDS.comparison };
  };

/** `x.name(args)`. */
export const called = (x: Operand, name: string, args: readonly string[]): Expression =>
  whole(`${within(asTensor(x), BINDS.whole)}.${name}(${args.join(', ')})`);

/** The same, as an idiom. */
const method =
  (name: string, argumentsOf: (attrs: Attributes, rest: readonly Operand[]) => readonly string[] = () => []): Idiom =>
  ([x, ...rest], attrs) =>
    x && called(x, name, argumentsOf(attrs, rest));

const keyword = (name: string, value: unknown): string[] =>
  value === null || value === undefined ? [] : [`${name}=${literal(value)}`];

/** Reduces all axes, or those that are named. */
const reduction =
  (name: string): Idiom =>
  (operands, attrs) => {
    const { axes, keepDims } = attrs;
    if (!Array.isArray(axes) || axes.length === 0) return keepDims === true ? undefined : method(name)(operands, attrs);
    const dim = axes.length === 1 ? axes[0] : axes;
    return method(name, () => [...keyword('dim', dim), ...(keepDims === true ? ['keepdim=True'] : [])])(
      operands,
      attrs,
    );
  };

const isMatrix = ({ value }: Operand): boolean => value.shape.length === 2;

const matmul: Idiom = (operands, { transposeA, transposeB }) => {
  const [a, b] = operands;
  if (a === undefined || b === undefined || !operands.every(isMatrix)) return undefined;
  const left = transposeA === true ? { ...a, ...called(a, 't', []) } : a;
  const right = transposeB === true ? called(b, 't', []) : b;
  return called(left, 'mm', [right.text]);
};

const transpose: Idiom = (operands, attrs) => {
  const [x] = operands;
  const isPlain = x !== undefined && isMatrix(x) && attrs.axis0 !== attrs.axis1;
  return isPlain
    ? method('t')(operands, attrs)
    : method('transpose', ({ axis0, axis1 }) => [literal(axis0), literal(axis1)])(operands, attrs);
};

/** PyTorch refuses one without a limit. */
const clamp: Idiom = (operands, attrs) => {
  const limits = [...keyword('min', attrs.min), ...keyword('max', attrs.max)];
  return method(limits.length === 0 ? 'clone' : 'clamp', () => limits)(operands, attrs);
};

const where: Idiom = ([condition, a, b]) => {
  if (condition === undefined || a === undefined || b === undefined) return undefined;
  const mask = condition.value.dtype === 'bool' ? condition.text : `${within(condition, BINDS.sum)} != 0`;
  const other = isNumber(a) ? asTensor(b) : b;
  return `torch.where(${mask}, ${a.text}, ${other.text})`;
};

const full: Idiom = (_operands, { shape, value, dtype }) => {
  const sizes = (shape as readonly unknown[]).map(literal);
  if (dtype === 'f32' && (value === 0 || value === 1))
    return `torch.${value === 0 ? 'zeros' : 'ones'}(${sizes.join(', ')})`;
  const type = dtype === 'i32' ? ', dtype=torch.long' : dtype === 'bool' ? ', dtype=torch.bool' : '';
  const filling = typeof value === 'number' ? float(value) : `float(${literal(value)})`;
  return `torch.full(${tuple(sizes)}, ${dtype === 'f32' ? filling : literal(value)}${type})`;
};

const plain = ['abs', 'detach', 'exp', 'log', 'log1p', 'relu', 'sigmoid', 'sqrt', 'tanh'];

/** Operations as people write them. Those that are not here are written as their record says. */
const idioms: ReadonlyMap<string, Idiom> = new Map<string, Idiom>([
  ...plain.map((name) => [name, method(name)] as const),
  ['add', sum('+')],
  ['sub', sum('-')],
  ['mul', product('*')],
  ['div', product('/')],
  ['lt', comparison('<')],
  ['le', comparison('<=')],
  ['gt', comparison('>')],
  ['ge', comparison('>=')],
  ['eq', comparison('==')],
  ['ne', comparison('!=')],
  ['neg', ([x]) => x && { text: `-${within(asTensor(x), BINDS.sign)}`, binds: BINDS.sign }],
  ['pow', method('pow', ({ exponent }, [other]) => [other?.text ?? literal(exponent ?? 2)])],
  ['clamp', clamp],
  ['sum', reduction('sum')],
  ['mean', reduction('mean')],
  ['matmul', matmul],
  ['transpose', transpose],
  ['reshape', method('reshape', ({ shape }) => (shape as readonly number[]).map(literal))],
  ['softmax', method('softmax', ({ dim }) => keyword('dim', dim ?? -1))],
  ['logSoftmax', method('log_softmax', ({ dim }) => keyword('dim', dim ?? -1))],
  ['gather', method('gather', ({ dim }, [index]) => [literal(dim ?? -1), index?.text ?? ''])],
  ['where', where],
  ['full', full],
  ['rows', ([x], { axis }) => x && called(x, 'size', [literal(axis)])],
  ['ofRows', ([rows], attrs) => rows && numberOfRows(rows.text, attrs, number)],
  ['oneHot', ([x], { classes }) => `torch.nn.functional.one_hot(${x?.text}, ${literal(classes)}).float()`],
]);

/** An operation on what is written already. */
export function operation(name: string, operands: readonly Operand[], attrs: Attributes): Expression {
  const given = operands.map((operand) => taken(name, operand));
  const made = idioms.get(name)?.(given, attrs);
  if (made !== undefined) return typeof made === 'string' ? whole(made) : made;
  const record = operations.get(name);
  if (record === undefined) throw new Error(`there is no operation named ${name}`);
  return whole(
    record.torch(
      given.map((operand) => asTensor(operand).text),
      attrs,
    ),
  );
}
