import type { Body, Local } from './assembler.ts';

/**
 * Functions of four floats at once. Each is within 2 ulp of the true value over its whole range (erf: within 8; subnormal values:
 * within 1e-43), passes NaN on and treats infinities and zeros as C's does. No product is contracted with a sum: results are the
 * same bits on every machine. Polynomials: Moshier's Cephes; erf: a rational minimax fit on [−4, 4].
 */
export interface Lanes {
  readonly body: Body;
  /** Four times `value`, read from memory: an instruction's own constants would be built anew each time. */
  constant(value: number): Local;
  /** Four times the bits of `value`. */
  bits(value: number): Local;
}

type Rule = (lanes: Lanes, ...x: readonly Local[]) => Local;

const arg = (x: readonly Local[], i: number): Local => {
  const local = x[i];
  if (local === undefined) throw new Error(`operand ${i} is missing`);
  return local;
};

/** Horner's scheme, from the highest coefficient. */
function polynomial({ body, constant }: Lanes, x: Local, coefficients: readonly number[]): Local {
  const [highest = 0, ...rest] = coefficients;
  return rest.reduce((sum, c) => body.op('f32x4.add', body.op('f32x4.mul', sum, x), constant(c)), constant(highest));
}

const select = ({ body }: Lanes, mask: Local, yes: Local, no: Local): Local => body.op('v128.bitselect', yes, no, mask);

/** ln 2 in two pieces, the first of so few bits that its products with an exponent are exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;

const exp = (lanes: Lanes, x: Local): Local => expAndRest(lanes, x).value;

/** eˣ, and what its last rounding lost. */
function expAndRest(lanes: Lanes, x: Local): { readonly value: Local; readonly lost: Local } {
  const { body, constant, bits } = lanes;
  // Beyond these it is infinity or zero.
  const bounded = body.op('f32x4.max', body.op('f32x4.min', x, constant(89)), constant(-105));
  const n = body.op('f32x4.nearest', body.op('f32x4.mul', bounded, constant(Math.LOG2E)));
  const high = body.op('f32x4.sub', bounded, body.op('f32x4.mul', n, constant(LN2_HIGH)));
  const r = body.op('f32x4.sub', high, body.op('f32x4.mul', n, constant(LN2_LOW)));
  const p = polynomial(
    lanes,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  );
  const tail = body.op('f32x4.add', body.op('f32x4.mul', p, body.op('f32x4.mul', r, r)), r);
  const y = body.op('f32x4.add', tail, constant(1));
  // 2ⁿ in two factors: n reaches −151 and 128, which one exponent cannot hold.
  const whole = body.op('i32x4.trunc_sat_f32x4_s', n);
  const half = body.op('i32x4.shr_s', whole, body.i32(1));
  const power = (k: Local): Local => body.op('i32x4.shl', body.op('i32x4.add', k, bits(127)), body.i32(23));
  const rest = body.op('i32x4.sub', whole, half);
  const factors = [power(half), power(rest)] as const;
  const scaled = (mantissa: Local): Local =>
    body.op('f32x4.mul', body.op('f32x4.mul', mantissa, factors[0]), factors[1]);
  return { value: scaled(y), lost: scaled(body.op('f32x4.sub', tail, body.op('f32x4.sub', y, constant(1)))) };
}

function log(lanes: Lanes, x: Local): Local {
  const { body, constant, bits } = lanes;
  const subnormal = body.op('f32x4.lt', x, constant(2 ** -126));
  const scaled = select(lanes, subnormal, body.op('f32x4.mul', x, constant(2 ** 23)), x);
  const shift = body.op('v128.and', subnormal, constant(23));
  // x = m · 2ᵉ with m in [√½, √2).
  const raw = body.op('i32x4.sub', scaled, bits(0x3f3504f3));
  const e0 = body.op('f32x4.convert_i32x4_s', body.op('i32x4.shr_s', raw, body.i32(23)));
  const e = body.op('f32x4.sub', e0, shift);
  const mantissa = body.op('i32x4.add', body.op('v128.and', raw, bits(0x007fffff)), bits(0x3f3504f3));
  const f = body.op('f32x4.sub', mantissa, constant(1));
  const z = body.op('f32x4.mul', f, f);
  const p = polynomial(
    lanes,
    f,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const cubic = body.op('f32x4.mul', body.op('f32x4.mul', p, z), f);
  const low = body.op('f32x4.add', cubic, body.op('f32x4.mul', e, constant(LN2_LOW)));
  const tail = body.op('f32x4.sub', low, body.op('f32x4.mul', z, constant(0.5)));
  const sum = body.op('f32x4.add', body.op('f32x4.add', f, tail), body.op('f32x4.mul', e, constant(LN2_HIGH)));
  // ∞ and NaN give themselves, 0 gives −∞, what is negative NaN.
  const ordinary = body.op('f32x4.lt', x, constant(Number.POSITIVE_INFINITY));
  const known = select(lanes, ordinary, sum, x);
  const zero = body.op('f32x4.eq', x, constant(0));
  const withZero = select(lanes, zero, constant(Number.NEGATIVE_INFINITY), known);
  return select(lanes, body.op('f32x4.lt', x, constant(0)), constant(Number.NaN), withZero);
}

/** log(1 + x) = log u + (x − (u − 1)) / u, where u is 1 + x as it was rounded. */
function log1p(lanes: Lanes, x: Local): Local {
  const { body, constant } = lanes;
  const u = body.op('f32x4.add', x, constant(1));
  const lost = body.op('f32x4.sub', x, body.op('f32x4.sub', u, constant(1)));
  const corrected = body.op('f32x4.add', log(lanes, u), body.op('f32x4.div', lost, u));
  // The correction makes NaN of infinity and of −1; where u is 1 the value is x itself, to the sign of zero.
  const plain = body.op('f32x4.eq', u, constant(1));
  const edge = body.op(
    'v128.or',
    body.op('f32x4.eq', x, constant(Number.POSITIVE_INFINITY)),
    body.op('f32x4.eq', x, constant(-1)),
  );
  return select(lanes, plain, x, select(lanes, edge, log(lanes, u), corrected));
}

function tanh(lanes: Lanes, x: Local): Local {
  const { body, constant, bits } = lanes;
  const size = body.op('f32x4.abs', x);
  const z = body.op('f32x4.mul', x, x);
  const p = polynomial(
    lanes,
    z,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const near = body.op('f32x4.add', x, body.op('f32x4.mul', body.op('f32x4.mul', p, z), x));
  const e = exp(lanes, body.op('f32x4.add', size, size));
  const ratio = body.op('f32x4.div', constant(2), body.op('f32x4.add', e, constant(1)));
  const far = body.op('f32x4.sub', constant(1), ratio);
  const sizeOf = select(lanes, body.op('f32x4.lt', size, constant(0.625)), near, far);
  return body.op('v128.or', sizeOf, body.op('v128.and', x, bits(0x80000000)));
}

/**
 * 1 / (1 + e⁻ˣ), with what was lost in e⁻ˣ and in the sum made good; far below zero, where e⁻ˣ grows beyond all bounds, it is eˣ
 * to the last bit.
 */
function sigmoid(lanes: Lanes, x: Local): Local {
  const { body, constant } = lanes;
  const far = body.op('f32x4.lt', x, constant(-17.5));
  const { value: e, lost } = expAndRest(lanes, select(lanes, far, x, body.op('f32x4.neg', x)));
  const sum = body.op('f32x4.add', e, constant(1));
  const rounded = body.op('f32x4.sub', constant(1), body.op('f32x4.sub', sum, e));
  const quotient = body.op('f32x4.div', constant(1), sum);
  const change = body.op('f32x4.mul', quotient, body.op('f32x4.add', rounded, lost));
  const near = body.op('f32x4.sub', quotient, body.op('f32x4.mul', quotient, change));
  return select(lanes, far, e, near);
}

function erf(lanes: Lanes, x: Local): Local {
  const { body, constant } = lanes;
  const bounded = body.op('f32x4.max', body.op('f32x4.min', x, constant(4)), constant(-4));
  const z = body.op('f32x4.mul', bounded, bounded);
  const above = polynomial(
    lanes,
    z,
    [
      -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4,
      -2.95459980854025e-3, -1.60960333262415e-2,
    ],
  );
  const below = polynomial(
    lanes,
    z,
    [-1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2],
  );
  return body.op('f32x4.mul', bounded, body.op('f32x4.div', above, below));
}

/** Ones where the mask is, as 0 or 1. */
const asNumber = ({ body, constant }: Lanes, mask: Local): Local => body.op('v128.and', mask, constant(1));

/** What gives floats. */
export const floatRules = {
  neg: ({ body }, ...x) => body.op('f32x4.neg', arg(x, 0)),
  abs: ({ body }, ...x) => body.op('f32x4.abs', arg(x, 0)),
  sqrt: ({ body }, ...x) => body.op('f32x4.sqrt', arg(x, 0)),
  reciprocal: ({ body, constant }, ...x) => body.op('f32x4.div', constant(1), arg(x, 0)),
  // As torch.sign: 0 for NaN.
  sign: (lanes, ...x) => {
    const { body, constant } = lanes;
    const positive = asNumber(lanes, body.op('f32x4.gt', arg(x, 0), constant(0)));
    return body.op('f32x4.sub', positive, asNumber(lanes, body.op('f32x4.lt', arg(x, 0), constant(0))));
  },
  exp: (lanes, ...x) => exp(lanes, arg(x, 0)),
  log: (lanes, ...x) => log(lanes, arg(x, 0)),
  log1p: (lanes, ...x) => log1p(lanes, arg(x, 0)),
  tanh: (lanes, ...x) => tanh(lanes, arg(x, 0)),
  sigmoid: (lanes, ...x) => sigmoid(lanes, arg(x, 0)),
  erf: (lanes, ...x) => erf(lanes, arg(x, 0)),
  toFloat: (_, ...x) => arg(x, 0),
  add: ({ body }, ...x) => body.op('f32x4.add', arg(x, 0), arg(x, 1)),
  sub: ({ body }, ...x) => body.op('f32x4.sub', arg(x, 0), arg(x, 1)),
  mul: ({ body }, ...x) => body.op('f32x4.mul', arg(x, 0), arg(x, 1)),
  div: ({ body }, ...x) => body.op('f32x4.div', arg(x, 0), arg(x, 1)),
  maximum: ({ body }, ...x) => body.op('f32x4.max', arg(x, 0), arg(x, 1)),
  minimum: ({ body }, ...x) => body.op('f32x4.min', arg(x, 0), arg(x, 1)),
  /** (condition, a, b) */
  where: (lanes, ...x) => select(lanes, lanes.body.op('f32x4.ne', arg(x, 0), lanes.constant(0)), arg(x, 1), arg(x, 2)),
} as const satisfies Record<string, Rule>;

/** What gives truth: ones or zeros in every bit of a lane. */
export const maskRules = {
  isnan: ({ body }, ...x) => body.op('f32x4.ne', arg(x, 0), arg(x, 0)),
  not: ({ body, constant }, ...x) => body.op('f32x4.eq', arg(x, 0), constant(0)),
  lt: ({ body }, ...x) => body.op('f32x4.lt', arg(x, 0), arg(x, 1)),
  le: ({ body }, ...x) => body.op('f32x4.le', arg(x, 0), arg(x, 1)),
  gt: ({ body }, ...x) => body.op('f32x4.gt', arg(x, 0), arg(x, 1)),
  ge: ({ body }, ...x) => body.op('f32x4.ge', arg(x, 0), arg(x, 1)),
  eq: ({ body }, ...x) => body.op('f32x4.eq', arg(x, 0), arg(x, 1)),
  ne: ({ body }, ...x) => body.op('f32x4.ne', arg(x, 0), arg(x, 1)),
} as const satisfies Record<string, Rule>;

export type FloatRule = keyof typeof floatRules;
export type MaskRule = keyof typeof maskRules;
