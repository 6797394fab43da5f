import type { DType } from '../../tensor/dtype.ts';
import { numel, type Shape, stridesOf } from '../../tensor/shape.ts';
import { blockOf, type HostArray } from '../reference/arena.ts';
import type { Local } from './assembler.ts';
import { type FloatRule, floatRules, type Lanes, type MaskRule, maskRules } from './lanes.ts';
import { type Kernel, type Library, WORK } from './library.ts';
import type { LinearMemory } from './memory.ts';

/**
 * Operations element by element. The work is a list of rows; along a row an operand either runs with it or stands still, which a
 * kernel knows when it is written. What is left of a row after its last four is done by the same instructions, one element at a
 * time, so that a value does not depend on where it stands.
 */

/** Words of the block: the output, the rows, then (address, bytes to the next row) of every operand. */
const WORDS = { to: 0, toRow: 1, rows: 2, perPart: 3, width: 4, lastWidth: 5, operands: 6 } as const;

/** Elements of a row where the whole is one run. */
const RUN = 4096;
/** Rules that are worth nothing to unroll: their own instructions keep the machine busy. */
const LONG_RULES: ReadonlySet<string> = new Set(['exp', 'log', 'log1p', 'tanh', 'sigmoid', 'erf']);

type Movement = 'run' | 'stand';
interface OperandKind {
  readonly dtype: DType;
  readonly movement: Movement;
}
const sizes: Record<DType, number> = { f32: 4, f64: 8, i32: 4, bool: 1 };

/** Four elements, or one of them, as floats. */
function read({ body }: Lanes, dtype: DType, address: Local, elements: 1 | 4, offset: number): Local {
  if (dtype === 'f32') return body.load(elements === 4 ? 'v128.load' : 'v128.load32_zero', address, offset);
  if (dtype === 'i32') {
    const whole = body.load(elements === 4 ? 'v128.load' : 'v128.load32_zero', address, offset);
    return body.op('f32x4.convert_i32x4_s', whole);
  }
  const bytes =
    elements === 4
      ? body.load('v128.load32_zero', address, offset)
      : body.op('i32x4.splat', body.load('i32.load8_u', address, offset));
  const wide = body.op('i32x4.extend_low_i16x8_u', body.op('i16x8.extend_low_i8x16_u', bytes));
  return body.op('f32x4.convert_i32x4_s', wide);
}

/** One element in all four lanes, as a float. */
function spread(lanes: Lanes, dtype: DType, address: Local): Local {
  const { body } = lanes;
  if (dtype === 'f32') return body.load('v128.load32_splat', address);
  const element = body.load(dtype === 'i32' ? 'i32.load' : 'i32.load8_u', address);
  return body.op('f32x4.convert_i32x4_s', body.op('i32x4.splat', element));
}

function write({ body, bits }: Lanes, mask: boolean, address: Local, value: Local, elements: 1 | 4, offset: number) {
  if (!mask) {
    if (elements === 4) body.store('v128.store', address, value, offset);
    else body.store('f32.store', address, body.lane('f32x4.extract_lane', value, 0), offset);
    return;
  }
  const ones = body.op('v128.and', value, bits(1));
  const halves = body.op('i16x8.narrow_i32x4_u', ones, ones);
  const bytes = body.lane('i32x4.extract_lane', body.op('i8x16.narrow_i16x8_u', halves, halves), 0);
  body.store(elements === 4 ? 'i32.store' : 'i32.store8', address, bytes, offset);
}

function writeKernel(
  lanes: Lanes,
  block: Local,
  part: Local,
  rule: FloatRule | MaskRule,
  operands: readonly OperandKind[],
): void {
  const { body } = lanes;
  const mask = rule in maskRules;
  const apply = { ...floatRules, ...maskRules }[rule];
  const word = (at: number) => body.load('i32.load', block, 4 * at);
  const add = (x: Local, y: Local) => body.op('i32.add', x, y);
  const rows = word(WORDS.rows);
  const perPart = word(WORDS.perPart);
  const width = word(WORDS.width);
  const lastWidth = word(WORDS.lastWidth);
  const toRow = word(WORDS.toRow);
  const at = body.variable(body.op('i32.mul', part, perPart));
  const end = body.variable(add(at, perPart));
  body.if(body.op('i32.lt_u', rows, end), () => body.set(end, rows));

  const to = body.variable(add(word(WORDS.to), body.op('i32.mul', at, toRow)));
  const sources = operands.map((kind, i) => {
    const row = word(WORDS.operands + 2 * i + 1);
    const head = body.variable(add(word(WORDS.operands + 2 * i), body.op('i32.mul', at, row)));
    return { ...kind, row, head, still: body.local('v'), cursor: body.local('i') };
  });
  const target = body.local('i');
  const left = body.local('i');
  const outSize = mask ? 1 : 4;

  const some = (elements: 1 | 4, times: number): void => {
    for (let u = 0; u < times; u++) {
      const values = sources.map(({ dtype, movement, still, cursor }) =>
        movement === 'stand' ? still : read(lanes, dtype, cursor, elements, u * elements * sizes[dtype]),
      );
      write(lanes, mask, target, apply(lanes, ...values), elements, u * elements * outSize);
    }
    const count = elements * times;
    for (const { dtype, movement, cursor } of sources)
      if (movement === 'run') body.into(cursor, 'i32.add', cursor, body.i32(count * sizes[dtype]));
    body.into(target, 'i32.add', target, body.i32(count * outSize));
    body.into(left, 'i32.sub', left, body.i32(count));
  };
  body.while(
    () => body.op('i32.lt_u', at, end),
    () => {
      body.set(left, width);
      body.into(at, 'i32.add', at, body.i32(1));
      body.if(body.op('i32.eq', at, rows), () => body.set(left, lastWidth));
      body.set(target, to);
      for (const { dtype, movement, head, still, cursor } of sources)
        if (movement === 'stand') body.set(still, spread(lanes, dtype, head));
        else body.set(cursor, head);
      for (const times of LONG_RULES.has(rule) ? [1] : [4, 1])
        body.while(
          () => body.op('i32.ge_u', left, body.i32(4 * times)),
          () => some(4, times),
        );
      body.while(
        () => left,
        () => some(1, 1),
      );
      body.into(to, 'i32.add', to, toRow);
      for (const { row, head } of sources) body.into(head, 'i32.add', head, row);
    },
  );
}

/** An array seen through the shape of the result: strides in elements, 0 where it is repeated. */
function stridesThrough(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const offset = target.length - shape.length;
  return target.map((_, i) => (i < offset || shape[i - offset] === 1 ? 0 : (own[i - offset] ?? 0)));
}

/** Axes that all operands run through as one are joined: what is left are runs and repetitions. */
function joined(shape: Shape, operands: readonly Shape[]): { sizes: number[]; strides: number[][] } {
  const strides = operands.map((operand) => stridesThrough(operand, shape));
  const kept: number[] = [];
  const keptStrides: number[][] = operands.map(() => []);
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const last = kept.length - 1;
    const joins = last >= 0 && strides.every((own, o) => keptStrides[o]?.[last] === (own[axis] ?? 0) * size);
    if (joins) kept[last] = (kept[last] ?? 1) * size;
    else kept.push(size);
    for (const [o, own] of strides.entries()) {
      const into = keptStrides[o] ?? [];
      if (joins) into[last] = own[axis] ?? 0;
      else into.push(own[axis] ?? 0);
    }
  }
  return { sizes: kept, strides: keptStrides };
}

export class Elementwise {
  readonly #library: Library;
  readonly #memory: LinearMemory;
  readonly #kernels = new Map<string, Kernel>();

  constructor(library: Library, memory: LinearMemory) {
    this.#library = library;
    this.#memory = memory;
  }

  /** `out ← rule(operands)`, which broadcast to its shape; a number stands for itself in f32. */
  run(rule: FloatRule | MaskRule, operands: readonly (HostArray | number)[], out: HostArray): void {
    const length = numel(out.shape);
    if (length === 0) return;
    const whole = operands.every((x) => typeof x === 'number' || numel(x.shape) === length);
    const { sizes: dims, strides } = whole
      ? { sizes: [length], strides: operands.map((x) => (typeof x === 'number' ? NOWHERE : ALONG)) }
      : joined(
          out.shape,
          operands.map((x) => (typeof x === 'number' ? [] : x.shape)),
        );
    const inner = dims.length - 1;
    const kinds = operands.map(
      (x, o): OperandKind => ({
        dtype: typeof x === 'number' ? 'f32' : x.dtype,
        movement: (strides[o]?.[inner] ?? 0) === 0 ? 'stand' : 'run',
      }),
    );
    const kernel = this.#kernel(rule, kinds);
    const words = this.#memory.words;
    const first = WORK >> 2;
    const to = blockOf(out).address;
    const outSize = sizes[out.dtype];
    const width = dims[inner] ?? 1;
    // One run is cut into rows, so that it can be shared out; two axes are rows as they are; more are done plane by plane.
    const flat = dims.length <= 1;
    const rows = flat ? Math.ceil(width / RUN) : (dims[inner - 1] ?? 1);
    const planes = dims.slice(0, -2);
    const rowWidth = flat ? RUN : width;
    words[first + WORDS.toRow] = rowWidth * outSize;
    words[first + WORDS.rows] = rows;
    words[first + WORDS.perPart] = rows;
    words[first + WORDS.width] = rowWidth;
    words[first + WORDS.lastWidth] = flat ? width - (rows - 1) * RUN : width;
    for (const [o, x] of operands.entries()) {
      const slot = first + WORDS.operands + 2 * o;
      const kind = kinds[o];
      const step = flat ? (kind?.movement === 'run' ? RUN : 0) : (strides[o]?.[inner - 1] ?? 0);
      words[slot + 1] = step * sizes[kind?.dtype ?? 'f32'];
      if (typeof x === 'number') {
        // The number itself stands behind the operands.
        const at = first + WORDS.operands + 2 * operands.length + o;
        this.#memory.floats[at] = x;
        words[slot] = 4 * at;
      }
    }
    const count = planes.reduce((n, d) => n * d, 1);
    for (let plane = 0; plane < count; plane++) {
      words[first + WORDS.to] = to + plane * rows * width * outSize;
      for (const [o, x] of operands.entries())
        if (typeof x !== 'number')
          words[first + WORDS.operands + 2 * o] =
            blockOf(x).address + planeOffset(plane, planes, strides[o] ?? []) * sizes[x.dtype];
      kernel(WORK, 0);
    }
  }

  #kernel(rule: FloatRule | MaskRule, kinds: readonly OperandKind[]): Kernel {
    let key: string = rule;
    for (const { dtype, movement } of kinds) key += movement === 'run' ? dtype : `-${dtype}`;
    const known = this.#kernels.get(key);
    if (known !== undefined) return known;
    const made = this.#library.kernel(`elementwise ${key}`, (lanes, block, part) =>
      writeKernel(lanes, block, part, rule, kinds),
    );
    this.#kernels.set(key, made);
    return made;
  }
}

const NOWHERE: readonly number[] = [0];
const ALONG: readonly number[] = [1];

/** Where plane number `plane` begins in an operand, in elements. */
function planeOffset(plane: number, planes: readonly number[], strides: readonly number[]): number {
  let rest = plane;
  let offset = 0;
  for (let axis = planes.length - 1; axis >= 0; axis--) {
    const size = planes[axis] ?? 1;
    offset += (rest % size) * (strides[axis] ?? 0);
    rest = Math.floor(rest / size);
  }
  return offset;
}
