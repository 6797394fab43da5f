import type { DType, FloatType, TypedArray } from '../../tensor/dtype.ts';
import { broadcastShapes, broadcastStrides, type Shape, sameShape } from '../../tensor/shape.ts';
import { type Arena, elements, type StoredArray } from '../arena.ts';
import type { BinaryOp, NDArray, Operand, UnaryOp } from '../backend.ts';
import { isComparison, resultType, unaryType } from '../results.ts';
import { erf } from './erf.ts';

/** Scalar meanings. JavaScript computes in f64 and the store rounds once, so + − × ÷ √ of f32 are correctly rounded. */
const unaryRules: Record<UnaryOp, (x: number) => number> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  abs: Math.abs,
  // As torch.sign: 0 for NaN.
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  erf,
  reciprocal: (x) => 1 / x,
  isnan: (x) => (Number.isNaN(x) ? 1 : 0),
  not: (x) => (x === 0 ? 1 : 0),
  toFloat: (x) => x,
};

/** C's pow where JavaScript differs: 1 to any power is 1, and −1 to an infinite power too. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && (y === Infinity || y === -Infinity))) return 1;
  return x ** y;
}

type BinaryRule = (a: number, b: number) => number;
const binaryRules: Record<BinaryOp, BinaryRule> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: power,
  maximum: Math.max,
  minimum: Math.min,
  lt: (a, b) => (a < b ? 1 : 0),
  le: (a, b) => (a <= b ? 1 : 0),
  gt: (a, b) => (a > b ? 1 : 0),
  ge: (a, b) => (a >= b ? 1 : 0),
  eq: (a, b) => (a === b ? 1 : 0),
  ne: (a, b) => (a !== b ? 1 : 0),
};
export function unary(arena: Arena, floatType: FloatType, op: UnaryOp, x: NDArray): StoredArray {
  const out = arena.make(x.shape, unaryType(op, x, floatType));
  const from = elements(x);
  const to = elements(out);
  if (op === 'toFloat') to.set(from);
  else {
    const rule = unaryRules[op];
    for (let i = 0; i < to.length; i++) to[i] = rule(from[i] as number);
  }
  return out;
}

/** A number as the operand's type holds it: 0.1 beside f32 is the f32 nearest to 0.1, as in PyTorch. */
const scalarFor = (value: number, other: Operand): number =>
  typeof other !== 'number' && other.dtype === 'f32' ? Math.fround(value) : value;

/** The elements as `type` holds them, in which both operands are computed: i32 beside f32 is rounded to f32 first, as in PyTorch. */
const elementsAs = (type: DType, x: NDArray): TypedArray =>
  type === 'f32' && x.dtype === 'i32' ? Float32Array.from(elements(x)) : elements(x);

const NO_SHAPE: Shape = [];
const shapeOf = (x: Operand): Shape => (typeof x === 'number' ? NO_SHAPE : x.shape);

export function binary(arena: Arena, floatType: FloatType, op: BinaryOp, a: Operand, b: Operand): StoredArray {
  const sa = shapeOf(a);
  const sb = shapeOf(b);
  const shape = sameShape(sa, sb) ? sa : broadcastShapes(sa, sb);
  const out = arena.make(shape, resultType(op, a, b, floatType));
  const to = elements(out);
  if (to.length === 0) return out;
  const type = isComparison(op) ? resultType('add', a, b, floatType) : out.dtype;
  if (typeof b === 'number' && typeof a !== 'number') withScalar(op, elementsAs(type, a), scalarFor(b, a), to);
  else if (typeof a !== 'number' && typeof b !== 'number' && sameShape(sa, sb))
    sameLength(op, elementsAs(type, a), elementsAs(type, b), to);
  else {
    const rule = binaryRules[op];
    const x = typeof a === 'number' ? [scalarFor(a, b)] : elementsAs(type, a);
    const y = typeof b === 'number' ? [scalarFor(b, a)] : elementsAs(type, b);
    forEachRow(shape, [sa, sb], (at, length, starts, steps) => {
      let i = starts[0] as number;
      let j = starts[1] as number;
      const di = steps[0] as number;
      const dj = steps[1] as number;
      for (let n = 0; n < length; n++, i += di, j += dj) to[at + n] = rule(x[i] as number, y[j] as number);
    });
  }
  return out;
}

export function where(arena: Arena, floatType: FloatType, condition: NDArray, a: Operand, b: Operand): StoredArray {
  const shapes = [condition.shape, shapeOf(a), shapeOf(b)];
  const shape = broadcastShapes(...shapes);
  const out = arena.make(shape, resultType('add', a, b, floatType));
  const to = elements(out);
  const c = elements(condition);
  const x = typeof a === 'number' ? [a] : elements(a);
  const y = typeof b === 'number' ? [b] : elements(b);
  forEachRow(shape, shapes, (at, length, starts, steps) => {
    const [c0 = 0, x0 = 0, y0 = 0] = starts;
    const [dc = 0, dx = 0, dy = 0] = steps;
    for (let n = 0; n < length; n++) to[at + n] = (c[c0 + n * dc] !== 0 ? x[x0 + n * dx] : y[y0 + n * dy]) as number;
  });
  return out;
}

export function broadcastTo(arena: Arena, x: NDArray, shape: Shape): StoredArray {
  const out = arena.make(shape, x.dtype);
  const from = elements(x);
  const to = elements(out);
  forEachRow(shape, [x.shape], (at, length, starts, steps) => {
    const [start = 0] = starts;
    const [step = 0] = steps;
    for (let n = 0; n < length; n++) to[at + n] = from[start + n * step] as number;
  });
  return out;
}

/** The four of arithmetic get loops of their own: the engine of JavaScript cannot inline a rule it sees many of. */
function withScalar(op: BinaryOp, a: TypedArray, s: number, to: TypedArray): void {
  const n = to.length;
  if (op === 'add') for (let i = 0; i < n; i++) to[i] = (a[i] as number) + s;
  else if (op === 'sub') for (let i = 0; i < n; i++) to[i] = (a[i] as number) - s;
  else if (op === 'mul') for (let i = 0; i < n; i++) to[i] = (a[i] as number) * s;
  else if (op === 'div') for (let i = 0; i < n; i++) to[i] = (a[i] as number) / s;
  else {
    const rule = binaryRules[op];
    for (let i = 0; i < n; i++) to[i] = rule(a[i] as number, s);
  }
}

function sameLength(op: BinaryOp, a: TypedArray, b: TypedArray, to: TypedArray): void {
  const n = to.length;
  if (op === 'add') for (let i = 0; i < n; i++) to[i] = (a[i] as number) + (b[i] as number);
  else if (op === 'sub') for (let i = 0; i < n; i++) to[i] = (a[i] as number) - (b[i] as number);
  else if (op === 'mul') for (let i = 0; i < n; i++) to[i] = (a[i] as number) * (b[i] as number);
  else if (op === 'div') for (let i = 0; i < n; i++) to[i] = (a[i] as number) / (b[i] as number);
  else {
    const rule = binaryRules[op];
    for (let i = 0; i < n; i++) to[i] = rule(a[i] as number, b[i] as number);
  }
}

/**
 * Visits `shape` row by row (a row is its last axis): where the row starts in the output and in every operand, and each operand's
 * step along it.
 */
function forEachRow(
  shape: Shape,
  operands: readonly Shape[],
  visit: (at: number, length: number, starts: readonly number[], steps: readonly number[]) => void,
): void {
  const rank = shape.length;
  const length = rank === 0 ? 1 : (shape[rank - 1] ?? 1);
  const rows = shape.slice(0, -1).reduce((n, d) => n * d, 1);
  if (length === 0) return;
  const strides = operands.map((s) => broadcastStrides(s, shape));
  const steps = strides.map((s) => s[rank - 1] ?? 0);
  const starts = operands.map(() => 0);
  const index = new Array<number>(Math.max(rank - 1, 0)).fill(0);
  for (let row = 0; row < rows; row++) {
    visit(row * length, length, starts, steps);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      const next = (index[axis] ?? 0) + 1;
      const wrapped = next === size;
      index[axis] = wrapped ? 0 : next;
      for (let o = 0; o < starts.length; o++)
        starts[o] = (starts[o] ?? 0) + (strides[o]?.[axis] ?? 0) * (wrapped ? 1 - size : 1);
      if (!wrapped) break;
    }
  }
}
