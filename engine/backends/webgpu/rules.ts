import type { DType } from '../../tensor/dtype.ts';
import type { BinaryOp, UnaryOp } from '../backend.ts';

/** Functions of floats; `x` and `y` are their names. Those that WGSL has only roughly stand in `functions.ts`. */
const unaryRules: Record<UnaryOp, string> = {
  neg: '-x',
  exp: 'exp_of(x)',
  log: 'log_of(x)',
  log1p: 'log1p(x)',
  sqrt: 'sqrt(x)',
  abs: 'abs(x)',
  sign: 'select(sign(x), 0.0, is_nan(x))',
  sigmoid: '1.0 / (1.0 + exp_of(-x))',
  tanh: 'tanh_of(x)',
  erf: 'erf(x)',
  reciprocal: '1.0 / x',
  isnan: 'is_nan(x)',
  not: 'x == 0.0',
  toFloat: 'x',
};
const wholeUnaryRules: Partial<Record<UnaryOp, string>> = { neg: '-x', abs: 'abs(x)', sign: 'sign(x)' };

const binaryRules: Record<BinaryOp, string> = {
  add: 'x + y',
  sub: 'x - y',
  mul: 'x * y',
  div: 'x / y',
  pow: 'power(x, y)',
  maximum: 'select(select(max(x, y), y, is_nan(y)), x, is_nan(x))',
  minimum: 'select(select(min(x, y), y, is_nan(y)), x, is_nan(x))',
  lt: 'x < y',
  le: 'x <= y',
  gt: 'x > y',
  ge: 'x >= y',
  eq: 'x == y',
  ne: 'differ(x, y)',
};
const wholeBinaryRules: Partial<Record<BinaryOp, string>> = {
  maximum: 'max(x, y)',
  minimum: 'min(x, y)',
  ne: 'x != y',
};

/** Each element of an array from those of others. */
export interface Rule {
  /** What the operands, by these names, are made into; in these types. */
  readonly value: string;
  readonly names: readonly string[];
  readonly types: readonly DType[];
  readonly made: DType;
}

export function unaryRule(op: UnaryOp, from: DType, made: DType): Rule {
  const isWhole = from === 'i32' && wholeUnaryRules[op] !== undefined && made === 'i32';
  return {
    value: (isWhole ? wholeUnaryRules[op] : undefined) ?? unaryRules[op],
    names: ['x'],
    types: [isWhole ? 'i32' : 'f32'],
    made: isWhole ? 'i32' : made === 'bool' ? 'bool' : 'f32',
  };
}

export function binaryRule(op: BinaryOp, common: DType, made: DType): Rule {
  const type = common === 'i32' ? 'i32' : 'f32';
  return {
    value: (type === 'i32' ? wholeBinaryRules[op] : undefined) ?? binaryRules[op],
    names: ['x', 'y'],
    types: [type, type],
    made: made === 'bool' ? 'bool' : type,
  };
}

export const whereRule = (made: DType): Rule => ({
  value: 'select(y, x, c)',
  names: ['c', 'x', 'y'],
  types: ['bool', made, made],
  made,
});

/** An element as it is, or a number; in the type of the result. */
export const sameRule = (made: DType): Rule => ({ value: 'x', names: ['x'], types: [made], made });
