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

/** A kind of operand as a digit of the number by which kernels are found. */
const digits: Record<DType, number> = { f32: 0, f64: 2, i32: 4, bool: 6 };

export class Elementwise {
  readonly #library: Library;
  readonly #memory: LinearMemory;
  readonly #kernels = new Map<string, Map<number, Kernel>>();

  constructor(library: Library, memory: LinearMemory) {
    this.#library = library;
    this.#memory = memory;
  }

  /** `out ← rule(operands)`, which broadcast to its shape; a number stands for itself in f32. */
  run(rule: FloatRule | MaskRule, operands: readonly (HostArray | number)[], out: HostArray): void {
    const { address, byteLength } = blockOf(out);
    const length = byteLength / sizes[out.dtype];
    if (length === 0) return;
    for (const x of operands)
      if (typeof x !== 'number' && blockOf(x).byteLength !== length * sizes[x.dtype]) {
        this.#runBroadcast(rule, operands, out);
        return;
      }
    // One run, cut into rows so that it can be shared out.
    const rows = Math.ceil(length / RUN);
    this.#describe(out, rows, RUN, length - (rows - 1) * RUN);
    this.#memory.words[FIRST + WORDS.to] = address;
    let code = 0;
    for (let o = 0; o < operands.length; o++) {
      const x = operands[o] ?? 0;
      const stands = typeof x === 'number' || length === 1;
      const dtype = typeof x === 'number' ? 'f32' : x.dtype;
      code = code * 8 + digits[dtype] + (stands ? 1 : 0);
      this.#memory.words[FIRST + WORDS.operands + 2 * o] =
        typeof x === 'number' ? this.#number(x, o) : blockOf(x).address;
      this.#memory.words[FIRST + WORDS.operands + 2 * o + 1] = stands ? 0 : RUN * sizes[dtype];
    }
    this.#kernel(rule, code, operands.length)(WORK, 0);
  }

  /** Two axes are rows as they are; more are done plane by plane. */
  #runBroadcast(rule: FloatRule | MaskRule, operands: readonly (HostArray | number)[], out: HostArray): void {
    const shapes = operands.map((x) => (typeof x === 'number' ? [] : x.shape));
    const { sizes: dims, strides } = joined(out.shape, shapes);
    const inner = dims.length - 1;
    const width = dims[inner] ?? 1;
    const rows = dims[inner - 1] ?? 1;
    const planes = dims.slice(0, -2);
    this.#describe(out, rows, width, width);
    const { words } = this.#memory;
    let code = 0;
    for (const [o, x] of operands.entries()) {
      const dtype = typeof x === 'number' ? 'f32' : x.dtype;
      const stands = (strides[o]?.[inner] ?? 0) === 0;
      code = code * 8 + digits[dtype] + (stands ? 1 : 0);
      words[FIRST + WORDS.operands + 2 * o + 1] = (strides[o]?.[inner - 1] ?? 0) * sizes[dtype];
      if (typeof x === 'number') words[FIRST + WORDS.operands + 2 * o] = this.#number(x, o);
    }
    const kernel = this.#kernel(rule, code, operands.length);
    const count = numel(planes);
    for (let plane = 0; plane < count; plane++) {
      words[FIRST + WORDS.to] = blockOf(out).address + plane * rows * width * sizes[out.dtype];
      for (const [o, x] of operands.entries())
        if (typeof x !== 'number')
          words[FIRST + WORDS.operands + 2 * o] =
            blockOf(x).address + planeOffset(plane, planes, strides[o] ?? []) * sizes[x.dtype];
      kernel(WORK, 0);
    }
  }

  #describe(out: HostArray, rows: number, width: number, lastWidth: number): void {
    const { words } = this.#memory;
    words[FIRST + WORDS.toRow] = width * sizes[out.dtype];
    words[FIRST + WORDS.rows] = rows;
    words[FIRST + WORDS.perPart] = rows;
    words[FIRST + WORDS.width] = width;
    words[FIRST + WORDS.lastWidth] = lastWidth;
  }

  /** Where a number that is operand `o` is written: behind the words of the operands. */
  #number(x: number, o: number): number {
    const at = FIRST + WORDS.operands + 2 * MOST_OPERANDS + o;
    this.#memory.floats[at] = x;
    return 4 * at;
  }

  #kernel(rule: FloatRule | MaskRule, code: number, count: number): Kernel {
    const ofRule = this.#kernels.get(rule);
    const known = ofRule?.get(code);
    if (known !== undefined) return known;
    const kinds = Array.from({ length: count }, (_, o) => kindOf((code >> (3 * (count - 1 - o))) & 7));
    const name = kinds.map(({ dtype, movement }) => `${dtype} ${movement}`).join();
    const made = this.#library.kernel(`${rule} ${name}`, (lanes, block, part) =>
      writeKernel(lanes, block, part, rule, kinds),
    );
    if (ofRule === undefined) this.#kernels.set(rule, new Map([[code, made]]));
    else ofRule.set(code, made);
    return made;
  }
}

const FIRST = WORK >> 2;
/** `where` has three. */
const MOST_OPERANDS = 3;

function kindOf(digit: number): OperandKind {
  const [dtype = 'f32'] = (['f32', 'f64', 'i32', 'bool'] as const).filter((one) => digits[one] === (digit & 6));
  return { dtype, movement: (digit & 1) === 1 ? 'stand' : 'run' };
}

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
