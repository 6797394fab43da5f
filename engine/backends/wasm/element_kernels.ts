import { type DType, elementSizes } from '../../tensor/dtype.ts';
import type { Local } from './assembler.ts';
import { type FloatRule, floatRules, type Lanes, type MaskRule, maskRules } from './lanes.ts';

/**
 * Kernels that work element by element. The work is a list of rows; along a row an operand either runs with it or stands still,
 * which a kernel knows when it is written. What is left of a row after its last four is done by the same instructions, one
 * element at a time, so that a value does not depend on where it stands.
 */

export type ElementRule = FloatRule | MaskRule;

/** How an operand is read. */
export interface OperandKind {
  readonly dtype: DType;
  readonly movement: 'run' | 'stand';
}

/** What is computed of each element: steps that take operands (0…) or results of steps before (−1 is the first step's, −2 …). */
export interface ElementProgram {
  readonly operands: readonly OperandKind[];
  readonly steps: readonly { readonly rule: ElementRule; readonly of: readonly number[] }[];
  /** Steps whose results are written, in the order of the outputs. */
  readonly outputs: readonly number[];
}

/** Words of the block: the rows, cut into parts, then (address, bytes to the next row) of every output, then of every operand. */
export const ELEMENTS = { rows: 0, parts: 1, width: 2, lastWidth: 3, arrays: 4 } as const;

export const isMask = (rule: ElementRule): rule is MaskRule => rule in maskRules;

/** Rules that are worth nothing to unroll: their own instructions keep the machine busy. */
const LONG_RULES: ReadonlySet<string> = new Set(['exp', 'log', 'log1p', 'tanh', 'sigmoid', 'erf']);

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

/** Writes the kernel of a program. */
export function writeElements(lanes: Lanes, block: Local, part: Local, program: ElementProgram): void {
  const { body } = lanes;
  const word = (at: number) => body.load('i32.load', block, 4 * at);
  const add = (x: Local, y: Local) => body.op('i32.add', x, y);
  const rows = word(ELEMENTS.rows);
  const parts = word(ELEMENTS.parts);
  const width = word(ELEMENTS.width);
  const lastWidth = word(ELEMENTS.lastWidth);
  const start = (part: Local) => body.op('i32.div_u', body.op('i32.mul', part, rows), parts);
  const at = body.variable(start(part));
  const end = start(add(part, body.i32(1)));

  const arrayAt = (i: number) => {
    const row = word(ELEMENTS.arrays + 2 * i + 1);
    const head = body.variable(add(word(ELEMENTS.arrays + 2 * i), body.op('i32.mul', at, row)));
    return { row, head, cursor: body.local('i') };
  };
  const targets = program.outputs.map((step, i) => {
    const mask = isMask(program.steps[step]?.rule ?? 'add');
    return { ...arrayAt(i), step, mask, size: mask ? 1 : 4 };
  });
  const sources = program.operands.map((kind, i) => ({
    ...kind,
    ...arrayAt(program.outputs.length + i),
    still: body.local('v'),
    size: elementSizes[kind.dtype],
  }));
  const left = body.local('i');

  const compute = (operands: readonly Local[]): Local[] => {
    const results: Local[] = [];
    for (const { rule, of } of program.steps) {
      const values = of.map((i) => {
        if (i >= 0) return operands[i] ?? left;
        const result = results[-1 - i] ?? left;
        // What was true counts as 1.
        return isMask(program.steps[-1 - i]?.rule ?? 'add') ? body.op('v128.and', result, lanes.constant(1)) : result;
      });
      results.push({ ...floatRules, ...maskRules }[rule](lanes, ...values));
    }
    return results;
  };
  const some = (elements: 1 | 4, times: number): void => {
    for (let u = 0; u < times; u++) {
      const offset = u * elements;
      const operands = sources.map(({ dtype, movement, still, cursor, size }) =>
        movement === 'stand' ? still : read(lanes, dtype, cursor, elements, offset * size),
      );
      const results = compute(operands);
      for (const { step, mask, cursor, size } of targets)
        write(lanes, mask, cursor, results[step] ?? left, elements, offset * size);
    }
    const count = elements * times;
    for (const { cursor, size } of [...targets, ...sources.filter(({ movement }) => movement === 'run')])
      body.into(cursor, 'i32.add', cursor, body.i32(count * size));
    body.into(left, 'i32.sub', left, body.i32(count));
  };
  const isLong = program.steps.length > 2 || program.steps.some(({ rule }) => LONG_RULES.has(rule));
  body.while(
    () => body.op('i32.lt_u', at, end),
    () => {
      body.set(left, width);
      body.into(at, 'i32.add', at, body.i32(1));
      body.if(body.op('i32.eq', at, rows), () => body.set(left, lastWidth));
      for (const { head, cursor } of targets) body.set(cursor, head);
      for (const { dtype, movement, head, still, cursor } of sources)
        if (movement === 'stand') body.set(still, spread(lanes, dtype, head));
        else body.set(cursor, head);
      for (const times of isLong ? [1] : [4, 1])
        body.while(
          () => body.op('i32.ge_u', left, body.i32(4 * times)),
          () => some(4, times),
        );
      body.while(
        () => left,
        () => some(1, 1),
      );
      for (const { row, head } of [...targets, ...sources]) body.into(head, 'i32.add', head, row);
    },
  );
}
