import type { DType } from '../../tensor/dtype.ts';
import { FUNCTIONS } from './functions.ts';

/** Invocations of a workgroup, in kernels that go through elements one by one. */
const LANES = 64;
/** A launch tells its kernel so many words at most: a multiple of what a dynamic offset must be on every device. */
export const TOLD_WORDS = 128;
/** What every device can do in one dimension. */
export const MOST_GROUPS = 65535;

/** Where the elements of an array begin, in words: in the device's memory, or in what is brought along. */
export interface Source {
  readonly at: number;
  readonly dtype: DType;
  readonly isBrought?: boolean;
}

/** Where the elements of a result begin, in words, and their type. */
export interface Target {
  readonly at: number;
  readonly dtype: DType;
}

/** A kernel and what it is told: work for the device. */
export interface Launch {
  /** WGSL. Launches that differ only in numbers have the same. */
  readonly source: string;
  readonly words: readonly number[];
  readonly groups: readonly [x: number, y: number, z: number];
}

const asFloat = new Float32Array(1);
const asWord = new Uint32Array(asFloat.buffer);

/** The bits of a float. */
export function bitsOf(value: number): number {
  asFloat[0] = value;
  return asWord[0] ?? 0;
}
/** The float of some bits. */
export function floatOf(bits: number): number {
  asWord[0] = bits;
  return asFloat[0] ?? 0;
}

/** What is done of each element of a result as it is made. */
export interface Finish {
  /** Lines that know it as `value` and its place as `i`. */
  lines(writer: Writer): readonly string[];
  /** Where it is put as it is, if that is all. */
  readonly to?: number;
}

/** It is put where it belongs; `made` is the type it is made in. */
export const puts = (out: Target, made: DType): Finish => ({
  lines: (writer) => [`put(${writer.whole(out.at)} + i, ${stored(out.dtype, converted('value', made, out.dtype))});`],
  ...(out.dtype === made && { to: out.at }),
});

/** Writes a kernel, and beside it the numbers that it is told: its text is the same whatever these are. */
export class Writer {
  readonly words: number[] = [];
  readonly #lines: string[] = [];
  readonly #functions: string[] = [];

  /** A whole number, as an expression. */
  whole(value: number): string {
    const at = this.words.push(value >>> 0) - 1;
    if (at >= TOLD_WORDS) throw new Error('a kernel is told too much');
    return `told[${at >> 2}].${'xyzw'[at & 3]}`;
  }
  float(value: number): string {
    return `bitcast<f32>(${this.whole(bitsOf(value))})`;
  }
  line(text: string): void {
    this.#lines.push(text);
  }

  /** Has the lines say `finish(i, value)` of each element of a result. */
  finish(made: DType, finish: Finish): void {
    this.#functions.push(`fn finish(i: u32, value: ${made}) {\n  ${finish.lines(this).join('\n  ')}\n}\n`);
  }

  /** The kernel that does these lines in each of `count` invocations, which know their number as `i`. */
  perElement(count: number): Launch {
    const groups = Math.ceil(count / LANES);
    const x = Math.min(Math.max(groups, 1), MOST_GROUPS);
    const bound = this.whole(count);
    return this.launch(
      `let i = (group.y * groups.x + group.x) * ${LANES}u + lane;\n  if (i >= ${bound}) { return; }`,
      [x, Math.ceil(groups / x), 1],
      [LANES, 1],
    );
  }

  /**
   * The kernel that begins with `head`, in workgroups of so many invocations; `shared` stands before it. It sees its memory as an
   * array of `element`.
   */
  launch(
    head: string,
    groups: Launch['groups'],
    [width, height]: readonly [number, number],
    shared = '',
    element: 'u32' | 'vec4u' = 'u32',
  ): Launch {
    const source = `${MEMORY[element]}${PREAMBLE}${FUNCTIONS}${this.#functions.join('')}${shared}
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  ${head}
  ${this.#lines.join('\n  ')}
}
`;
    return { source, words: this.words, groups };
  }
}

/** Memory as words or as vectors of four, and how a word of it is read and written. */
const MEMORY = {
  u32: `@group(0) @binding(0) var<storage, read_write> memory: array<u32>;
fn word(at: u32) -> u32 { return memory[at]; }
fn put(at: u32, value: u32) { memory[at] = value; }
`,
  vec4u: `@group(0) @binding(0) var<storage, read_write> memory: array<vec4u>;
fn word(at: u32) -> u32 { return memory[at >> 2u][at & 3u]; }
fn put(at: u32, value: u32) { memory[at >> 2u][at & 3u] = value; }
`,
} as const;

/**
 * All arrays stand in one memory, a word for each element. What is not a number is found by its bits: WGSL may take it that there is
 * no such thing.
 */
const PREAMBLE = `@group(0) @binding(1) var<storage, read> brought: array<u32>;
@group(0) @binding(2) var<uniform> told: array<vec4u, ${TOLD_WORDS / 4}>;
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }
`;

/** The element at an index in words, as a value of the type. */
export function loaded({ dtype, isBrought }: Source, index: string): string {
  const word = isBrought === true ? `brought[${index}]` : `word(${index})`;
  return dtype === 'f32' ? `bitcast<f32>(${word})` : dtype === 'i32' ? `bitcast<i32>(${word})` : `(${word} != 0u)`;
}

/** A value as the word that stands for it. */
export const stored = (dtype: DType, value: string): string =>
  dtype === 'bool' ? `select(0u, 1u, ${value})` : `bitcast<u32>(${value})`;

/** A value of one type as another. */
export function converted(value: string, from: DType, to: DType): string {
  if (from === to) return value;
  if (to === 'bool') return `(${value} != ${from === 'f32' ? '0.0' : '0'})`;
  return `${to === 'i32' ? 'i32' : 'f32'}(${value})`;
}
