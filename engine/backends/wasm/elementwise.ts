import { type DType, elementSizes } from '../../tensor/dtype.ts';
import { broadcastStrides, joinedAxes, numel, type Shape } from '../../tensor/shape.ts';
import { blockOf, type StoredArray } from '../arena.ts';
import { ELEMENTS, type ElementProgram, type ElementRule, type OperandKind, writeElements } from './element_kernels.ts';
import type { Gathered } from './gathered.ts';
import type { Launcher, Making, Range } from './launcher.ts';
import type { Kernel, Library } from './library.ts';
import type { LinearMemory } from './memory.ts';
import { partsOfPass, UNIT } from './parts.ts';

/** Where the whole is one run it is cut into rows of so many elements, */
const RUN = 4096;
/** or so many rows of a matrix, as products are: they fall to the thread that made them. */
const ROWS_OF_MATRIX = UNIT;

const joined = (shape: Shape, operands: readonly Shape[]) =>
  joinedAxes(
    shape,
    operands.map((operand) => broadcastStrides(operand, shape)),
  );

/** A kind of operand as a digit of the number by which kernels are found. */
const digits: Record<DType, number> = { f32: 0, f64: 2, i32: 4, bool: 6 };

export class Elementwise {
  readonly #library: Library;
  readonly #memory: LinearMemory;
  readonly #launcher: Launcher;
  readonly #kernels = new Map<string, Map<number, Kernel>>();

  constructor(library: Library, memory: LinearMemory, launcher: Launcher) {
    this.#library = library;
    this.#memory = memory;
    this.#launcher = launcher;
  }

  /** `out ← rule(operands)`, which broadcast to its shape; a number stands for itself in f32. */
  run(rule: ElementRule, operands: readonly (StoredArray | number)[], out: StoredArray): void {
    const { address, byteLength } = blockOf(out);
    const length = byteLength / elementSizes[out.dtype];
    if (length === 0) return;
    for (const x of operands)
      if (typeof x !== 'number' && blockOf(x).byteLength !== length * elementSizes[x.dtype]) {
        this.#runBroadcast(rule, operands, out);
        return;
      }
    const run = this.#runOf(out.shape, length);
    const rows = Math.ceil(length / run);
    const first = this.#describe(out, address, rows, run, length - (rows - 1) * run);
    const { words } = this.#memory;
    let code = 0;
    for (let o = 0; o < operands.length; o++) {
      const x = operands[o] ?? 0;
      const stands = typeof x === 'number' || length === 1;
      const dtype = typeof x === 'number' ? 'f32' : x.dtype;
      code = code * 8 + digits[dtype] + (stands ? 1 : 0);
      words[first + ELEMENTS.arrays + 2 + 2 * o] =
        typeof x === 'number' ? this.#number(x, first, o) : blockOf(x).address;
      words[first + ELEMENTS.arrays + 2 + 2 * o + 1] = stands ? 0 : run * elementSizes[dtype];
    }
    this.#share(this.#kernel(rule, code, operands.length), first, length);
  }

  /**
   * `outputs ← program(operands)`, all of as many elements but for operands that stand still, and those of `row` elements that are
   * repeated row by row. Where one of them was just made part by part, it is done of each part as soon as that is there.
   */
  runGathered(
    gathered: Gathered,
    outputs: readonly StoredArray[],
    operands: readonly (StoredArray | number)[],
    row: number,
  ): void {
    const shape = outputs[0]?.shape ?? [0];
    const length = numel(shape);
    if (length === 0) return;
    gathered.kernel ??= this.#library.kernel(gathered.name, (lanes, block, part) =>
      writeElements(lanes, block, part, gathered.program),
    );
    const making = followed(this.#launcher.makings, outputs, operands, row, length);
    if (making !== undefined) {
      const size = blockWords(outputs, operands);
      const first = this.#launcher.block(size * making.parts);
      for (let part = 0; part < making.parts; part++) {
        const { rows, columns } = making.area(part);
        const at = rows[0] * making.columns + columns[0];
        const width = columns[1] - columns[0];
        const cut = { rows: rows[1] - rows[0], width, lastWidth: width, stride: making.columns, at, atRow: columns[0] };
        this.#describeGathered(first + size * part, outputs, operands, { ...cut, row, length });
      }
      this.#launcher.follow(making, gathered.kernel, first, size);
      return;
    }
    const width = row > 0 ? row : this.#runOf(shape, length);
    const rows = Math.ceil(length / width);
    const first = this.#launcher.block(blockWords(outputs, operands));
    const whole = { rows, width, lastWidth: length - (rows - 1) * width, stride: width, at: 0, atRow: 0, row, length };
    this.#describeGathered(first, outputs, operands, whole);
    this.#share(gathered.kernel, first, length);
  }

  #describeGathered(
    first: number,
    outputs: readonly StoredArray[],
    operands: readonly (StoredArray | number)[],
    { rows, width, lastWidth, stride, at, atRow, row, length }: Rows,
  ): void {
    const { words, floats } = this.#memory;
    words[first + ELEMENTS.rows] = rows;
    words[first + ELEMENTS.parts] = 1;
    words[first + ELEMENTS.width] = width;
    words[first + ELEMENTS.lastWidth] = lastWidth;
    let word = first + ELEMENTS.arrays;
    for (const output of outputs) {
      const size = elementSizes[output.dtype];
      words[word++] = blockOf(output).address + at * size;
      words[word++] = stride * size;
    }
    let number = word + 2 * operands.length;
    for (const x of operands) {
      if (typeof x === 'number') {
        floats[number] = x;
        words[word++] = 4 * number++;
        words[word++] = 0;
        continue;
      }
      const { address, byteLength } = blockOf(x);
      const size = elementSizes[x.dtype];
      const own = byteLength / size;
      const isRepeated = row > 0 && own === row && own !== length;
      const stands = own === 1 && length > 1;
      words[word++] = address + (stands ? 0 : (isRepeated ? atRow : at) * size);
      words[word++] = stands || isRepeated ? 0 : stride * size;
    }
  }

  /** Elements of a row of one run. */
  #runOf(shape: Shape, length: number): number {
    const [rows = 1] = shape;
    return shape.length > 1 && rows >= ROWS_OF_MATRIX * this.#launcher.threads ? ROWS_OF_MATRIX * (length / rows) : RUN;
  }

  /** Has the rows that are described at word `first` done, by many where there are many elements. */
  #share(kernel: Kernel, first: number, length: number): void {
    const parts = partsOfPass(length, this.#launcher.threads);
    this.#memory.words[first + ELEMENTS.parts] = parts;
    this.#launcher.launch(kernel, first, parts);
  }

  /** Two axes are rows as they are; more are done plane by plane. */
  #runBroadcast(rule: ElementRule, operands: readonly (StoredArray | number)[], out: StoredArray): void {
    const shapes = operands.map((x) => (typeof x === 'number' ? [] : x.shape));
    const { sizes: dims, strides } = joined(out.shape, shapes);
    const inner = dims.length - 1;
    const width = dims[inner] ?? 1;
    const rows = dims[inner - 1] ?? 1;
    const planes = dims.slice(0, -2);
    let code = 0;
    for (const [o, x] of operands.entries()) {
      const dtype = typeof x === 'number' ? 'f32' : x.dtype;
      code = code * 8 + digits[dtype] + ((strides[o]?.[inner] ?? 0) === 0 ? 1 : 0);
    }
    const kernel = this.#kernel(rule, code, operands.length);
    const count = numel(planes);
    for (let plane = 0; plane < count; plane++) {
      const to = blockOf(out).address + plane * rows * width * elementSizes[out.dtype];
      const first = this.#describe(out, to, rows, width, width);
      const { words } = this.#memory;
      for (const [o, x] of operands.entries()) {
        const at = first + ELEMENTS.arrays + 2 + 2 * o;
        const dtype = typeof x === 'number' ? 'f32' : x.dtype;
        words[at] =
          typeof x === 'number'
            ? this.#number(x, first, o)
            : blockOf(x).address + planeOffset(plane, planes, strides[o] ?? []) * elementSizes[dtype];
        words[at + 1] = (strides[o]?.[inner - 1] ?? 0) * elementSizes[dtype];
      }
      this.#launcher.launch(kernel, first, 1);
    }
  }

  /** Describes what is written, up to the operands; gives the first word of the block. */
  #describe(out: StoredArray, to: number, rows: number, width: number, lastWidth: number): number {
    const first = this.#launcher.block(ELEMENTS.arrays + 2 + 3 * MOST_OPERANDS);
    const { words } = this.#memory;
    words[first + ELEMENTS.rows] = rows;
    words[first + ELEMENTS.parts] = 1;
    words[first + ELEMENTS.width] = width;
    words[first + ELEMENTS.lastWidth] = lastWidth;
    words[first + ELEMENTS.arrays] = to;
    words[first + ELEMENTS.arrays + 1] = width * elementSizes[out.dtype];
    return first;
  }

  /** Where a number that is operand `o` is written: behind the words of the operands. */
  #number(x: number, first: number, o: number): number {
    const at = first + ELEMENTS.arrays + 2 + 2 * MOST_OPERANDS + o;
    this.#memory.floats[at] = x;
    return 4 * at;
  }

  #kernel(rule: ElementRule, code: number, count: number): Kernel {
    const ofRule = this.#kernels.get(rule);
    const known = ofRule?.get(code);
    if (known !== undefined) return known;
    const kinds = Array.from({ length: count }, (_, o) => kindOf((code >> (3 * (count - 1 - o))) & 7));
    const name = kinds.map(({ dtype, movement }) => `${dtype} ${movement}`).join();
    const program: ElementProgram = { operands: kinds, steps: [{ rule, of: kinds.map((_, o) => o) }], outputs: [0] };
    const made = this.#library.kernel(`${rule} ${name}`, (lanes, block, part) =>
      writeElements(lanes, block, part, program),
    );
    if (ofRule === undefined) this.#kernels.set(rule, new Map([[code, made]]));
    else ofRule.set(code, made);
    return made;
  }
}

/** The rows that a kernel is told of: `stride` elements apart, from element `at` on, or `atRow` of what is repeated. */
interface Rows {
  readonly rows: number;
  readonly width: number;
  readonly lastWidth: number;
  readonly stride: number;
  readonly at: number;
  readonly atRow: number;
  /** Elements of what is repeated, and of what is not. */
  readonly row: number;
  readonly length: number;
}

const blockWords = (outputs: readonly unknown[], operands: readonly unknown[]): number =>
  ELEMENTS.arrays + 2 * outputs.length + 3 * operands.length;

/**
 * The matrix whose parts a pass may follow: it is an operand, and nothing that comes after it is. The pass must not write what other
 * parts, or a matrix after it, still read: results take the memory of what is not needed any more.
 */
function followed(
  makings: readonly Making[],
  outputs: readonly StoredArray[],
  operands: readonly (StoredArray | number)[],
  row: number,
  length: number,
): Making | undefined {
  const isTaken = ({ address }: Making) =>
    operands.some((x) => typeof x !== 'number' && blockOf(x).address === address);
  const at = makings.findLastIndex(isTaken);
  const making = makings[at];
  if (making === undefined || length !== making.rows * making.columns || length === 1) return undefined;
  if (row > 0 && row !== making.columns) return undefined;
  const after = makings.slice(at + 1).map(({ address, rows, columns }): Range => [address, 4 * rows * columns]);
  const untouched = [...after, ...makings.slice(at).flatMap(({ reads }) => reads)];
  const isFree = (output: StoredArray) => {
    const { address, byteLength } = blockOf(output);
    return untouched.every(([from, bytes]) => address + byteLength <= from || from + bytes <= address);
  };
  return outputs.every(isFree) ? making : undefined;
}

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
