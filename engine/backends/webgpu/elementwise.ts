import type { DType } from '../../tensor/dtype.ts';
import { broadcastStrides, joinedAxes, numel, type Shape } from '../../tensor/shape.ts';
import type { BinaryOp, UnaryOp } from '../backend.ts';
import { converted, type Launch, loaded, type Source, stored, Writer } from './launch.ts';

/** An array that is read through the shape of a result, with a step in words for each of its axes, or a number. */
export type Read = (Source & { readonly strides: readonly number[] }) | number;

/** Functions of floats; `x` and `y` are their names. Those that WGSL has only roughly stand in `FUNCTIONS`. */
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

/**
 * What WGSL has, but for what it leaves open: NaN, infinities and zeros are treated as C does. `nan()` and `infinity()` cannot be
 * written as constants.
 */
const FUNCTIONS = `
fn infinity() -> f32 { return bitcast<f32>(0x7f800000u | (told[0].x & 0u)); }
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (told[0].x & 0u)); }
fn is_negative(x: f32) -> bool { return (bitcast<u32>(x) & 0x80000000u) != 0u; }
fn with_sign(size: f32, x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(size) | (bitcast<u32>(x) & 0x80000000u)); }
fn differ(x: f32, y: f32) -> bool { return x != y || is_nan(x) || is_nan(y); }
fn exp_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x > 88.8) { return infinity(); }
  if (x < -104.0) { return 0.0; }
  return exp(x);
}
fn log_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x == 0.0) { return -infinity(); }
  if (x < 0.0) { return nan(); }
  if (!is_finite(x)) { return x; }
  return log(x);
}
fn log1p(x: f32) -> f32 {
  let u = 1.0 + x;
  if (u == 1.0 || (!is_finite(x) && !is_negative(x))) { return x; }
  if (!(u > 0.0)) { return log_of(u); }
  return log(u) * (x / (u - 1.0));
}
fn tanh_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let s = x * x;
  if (s < 0.16) { return x * (1.0 + s * (-0.33333334 + s * (0.13333334 + s * (-0.05396825 + s * 0.021869488)))); }
  let t = exp_of(-2.0 * abs(x));
  return with_sign((1.0 - t) / (1.0 + t), x);
}
fn erf(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let s = x * x;
  if (s < 0.25) { return 1.1283792 * x * (1.0 + s * (-0.33333334 + s * (0.1 + s * (-0.023809524 + s * (0.0046296297 - s * 0.00075757576))))); }
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let p = t * (0.2548296 + t * (-0.28449672 + t * (1.4214138 + t * (-1.4531521 + t * 1.0614054))));
  return with_sign(1.0 - p * exp_of(-s), x);
}
fn power(x: f32, y: f32) -> f32 {
  if (y == 0.0 || x == 1.0) { return 1.0; }
  if (is_nan(x) || is_nan(y)) { return nan(); }
  let size = abs(x);
  var r = exp2(y * log2(size));
  if (y == 1.0) { r = size; }
  if (size == 1.0) { r = 1.0; }
  else if (size == 0.0 || !is_finite(size)) { r = select(0.0, infinity(), (size == 0.0) == (y < 0.0)); }
  else if (!is_finite(y)) { r = select(0.0, infinity(), (size > 1.0) == (y > 0.0)); }
  if (!is_negative(x) || !is_finite(y)) { return r; }
  if (floor(y) != y) { return select(nan(), r, size == 0.0 || !is_finite(size)); }
  return select(r, -r, floor(y / 2.0) * 2.0 != y);
}
`;

/** The index in words of each operand for element `i` of a result of `shape`, as expressions; lines before them compute them. */
function indices(writer: Writer, shape: Shape, operands: readonly Read[]): string[] {
  const arrays = operands.filter((one) => typeof one !== 'number');
  const { sizes, strides } = joinedAxes(
    shape,
    arrays.map((one) => one.strides),
  );
  const names = arrays.map((_, o) => `at${o}`);
  for (const [o, { at }] of arrays.entries()) writer.line(`var ${names[o]} = ${writer.whole(at)};`);
  if (arrays.length > 0) {
    if (sizes.length > 1) writer.line('var rest = i;');
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const place = sizes.length === 1 ? 'i' : axis === 0 ? 'rest' : `place${axis}`;
      if (axis > 0) {
        const size = writer.whole(sizes[axis] ?? 1);
        writer.line(`let ${place} = rest % ${size}; rest = rest / ${size};`);
      }
      for (const [o, own] of strides.entries())
        writer.line(`${names[o]} += ${place} * ${writer.whole(own[axis] ?? 0)};`);
    }
  }
  let next = 0;
  return operands.map((one) => (typeof one === 'number' ? '' : (names[next++] ?? '')));
}

/** Each element of an array from those of others. */
interface Rule {
  /** What the operands, by these names, are made into; in these types. */
  readonly value: string;
  readonly names: readonly string[];
  readonly types: readonly DType[];
  readonly made: DType;
}

/** `out ← rule(operands…)`, element by element of `shape`; `out` is where it begins, in words. */
export function elementwise(
  out: { at: number; dtype: DType },
  shape: Shape,
  operands: readonly Read[],
  rule: Rule,
): Launch {
  const writer = new Writer();
  const at = indices(writer, shape, operands);
  for (const [o, operand] of operands.entries()) {
    const type = rule.types[o] ?? 'f32';
    const value =
      typeof operand === 'number'
        ? type === 'i32'
          ? `bitcast<i32>(${writer.whole(operand)})`
          : type === 'bool'
            ? `(${writer.whole(operand)} != 0u)`
            : writer.float(operand)
        : converted(loaded(operand, at[o] ?? ''), operand.dtype, type);
    writer.line(`let ${rule.names[o]} = ${value};`);
  }
  writer.line(
    `memory[${writer.whole(out.at)} + i] = ${stored(out.dtype, converted(rule.value, rule.made, out.dtype))};`,
  );
  const launch = writer.perElement(numel(shape));
  return { ...launch, source: launch.source.replace('@compute', `${FUNCTIONS}@compute`) };
}

/** Words as they are, from one place to another. */
export function moved(out: number, shape: Shape, from: Source & { readonly strides: readonly number[] }): Launch {
  const writer = new Writer();
  const [at = ''] = indices(writer, shape, [from]);
  writer.line(`memory[${writer.whole(out)} + i] = ${from.isBrought === true ? 'brought' : 'memory'}[${at}];`);
  return writer.perElement(numel(shape));
}

/** An array as it is read through a shape that it is expanded to. */
export const through = (source: Source, own: Shape, shape: Shape): Read => ({
  ...source,
  strides: broadcastStrides(own, shape),
});

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
