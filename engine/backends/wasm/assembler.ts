import { type InstructionName, instructions, lanes, loads, stores } from './instructions.ts';

/**
 * A small assembler for WebAssembly: kernels are written as TypeScript that says instruction by instruction what they do. Every
 * result is a local of its own, which costs nothing: the machine's compiler allocates registers.
 */

export type ValueType = 'i' | 'f' | 'd' | 'v';
const typeCodes: Record<ValueType, number> = { i: 0x7f, f: 0x7d, d: 0x7c, v: 0x7b };

/** A value of a function being written. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** LEB128, as all numbers in a module are written. */
function unsigned(value: number, out: number[] = []): number[] {
  let rest = value >>> 0;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}
function signed(value: number, out: number[] = []): number[] {
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      out.push(low);
      return out;
    }
    out.push(low | 0x80);
  }
}

/** The bytes of an opcode: those above 0xff have their prefix in front of a LEB128. */
function opcode(code: number, out: number[]): void {
  if (code <= 0xff) out.push(code);
  else {
    const digits = code > 0xffff ? 12 : 8;
    out.push(code >> digits);
    unsigned(code & ((1 << digits) - 1), out);
  }
}

/** The body of a function. Methods write instructions; those with a result return the local that holds it. */
export class Body {
  readonly code: number[] = [];
  readonly params: readonly Local[];
  readonly #locals: ValueType[] = [];

  constructor(params: readonly ValueType[]) {
    this.params = params.map((type, index) => ({ index, type }));
  }

  get locals(): readonly ValueType[] {
    return this.#locals;
  }

  /** A new local; zero until it is set. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return { index: this.params.length + this.#locals.length - 1, type };
  }
  /** A local of its own that starts as `value` and may be set anew. */
  variable(value: Local): Local {
    const local = this.local(value.type);
    this.set(local, value);
    return local;
  }
  set(target: Local, value: Local): void {
    if (target.type !== value.type) throw new Error(`a local of type ${target.type} cannot hold ${value.type}`);
    this.#get(value);
    this.#put(target);
  }
  i32(value: number): Local {
    this.code.push(0x41);
    signed(value, this.code);
    return this.#result('i');
  }
  zero(): Local {
    this.code.push(0xfd, 0x0c, ...new Array<number>(16).fill(0));
    return this.#result('v');
  }

  /** One instruction on locals. */
  op(name: InstructionName, ...operands: readonly Local[]): Local {
    const [code, takes, gives] = instructions[name];
    const given = operands.map(({ type }) => type).join('');
    if (given !== takes) throw new Error(`${name} takes ${takes}, not ${given}`);
    for (const operand of operands) this.#get(operand);
    opcode(code, this.code);
    return this.#result(gives);
  }
  /** `target ← name(operands)`. */
  into(target: Local, name: InstructionName, ...operands: readonly Local[]): void {
    this.set(target, this.op(name, ...operands));
  }

  load(name: keyof typeof loads, address: Local, offset = 0): Local {
    const [code, align, type] = loads[name];
    this.#get(address);
    this.#memory(code, align, offset);
    return this.#result(type);
  }
  store(name: keyof typeof stores, address: Local, value: Local, offset = 0): void {
    const [code, align] = stores[name];
    this.#get(address);
    this.#get(value);
    this.#memory(code, align, offset);
  }
  lane(name: keyof typeof lanes, value: Local, lane: number): Local {
    const [code, type] = lanes[name];
    this.#get(value);
    opcode(code, this.code);
    this.code.push(lane);
    return this.#result(type);
  }
  /** Sixteen bytes chosen among the 32 of `a` and `b`. */
  shuffle(a: Local, b: Local, bytes: readonly number[]): Local {
    this.#get(a);
    this.#get(b);
    this.code.push(0xfd, 0x0d, ...bytes);
    return this.#result('v');
  }
  /** Calls the function at `index` of the module. */
  call(index: number, ...operands: readonly Local[]): void {
    for (const operand of operands) this.#get(operand);
    this.code.push(0x10);
    unsigned(index, this.code);
  }

  /** Repeats `body` while `condition` gives other than 0; looks before the first time. */
  while(condition: () => Local, body: () => void): void {
    this.code.push(0x02, 0x40, 0x03, 0x40); // block, loop
    this.#get(condition());
    this.code.push(0x45, 0x0d, 1); // eqz, br_if out
    body();
    this.code.push(0x0c, 0, 0x0b, 0x0b); // br, end, end
  }
  /** Repeats `body` for as long as `again` gives other than 0; does it at least once. */
  repeat(body: () => void, again: () => Local): void {
    this.code.push(0x03, 0x40);
    body();
    this.#get(again());
    this.code.push(0x0d, 0, 0x0b);
  }
  if(condition: Local, then: () => void, otherwise?: () => void): void {
    this.#get(condition);
    this.code.push(0x04, 0x40);
    then();
    if (otherwise !== undefined) {
      this.code.push(0x05);
      otherwise();
    }
    this.code.push(0x0b);
  }

  #get(local: Local): void {
    this.code.push(0x20);
    unsigned(local.index, this.code);
  }
  #put(local: Local): void {
    this.code.push(0x21);
    unsigned(local.index, this.code);
  }
  #result(type: ValueType): Local {
    const local = this.local(type);
    this.#put(local);
    return local;
  }
  #memory(code: number, align: number, offset: number): void {
    opcode(code, this.code);
    this.code.push(align);
    unsigned(offset, this.code);
  }
}

export interface FunctionSource {
  readonly name: string;
  readonly body: Body;
}

/** Parts one after the other, copied once: code is long. */
function joined(...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
const list = (items: readonly ArrayLike<number>[]) => joined(unsigned(items.length), ...items);
const text = (name: string) => {
  const bytes = new TextEncoder().encode(name);
  return joined(unsigned(bytes.length), bytes);
};
const section = (id: number, content: ArrayLike<number>) => joined([id], unsigned(content.length), content);

/** The largest memory that 32-bit addresses reach, in pages of 64 KiB. */
export const MAX_PAGES = 65536;

/** The bytes of a module that imports its memory (`env.memory`) and exports `functions`, none of which returns anything. */
export function assemble(functions: readonly FunctionSource[], shared: boolean): Uint8Array<ArrayBuffer> {
  // Flags 3: shared, with a maximum; 1: with a maximum.
  const memory = joined(text('env'), text('memory'), [0x02, shared ? 3 : 1, 1], unsigned(MAX_PAGES));
  return joined(
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(
      1,
      list(functions.map(({ body }) => joined([0x60], list(body.params.map(({ type }) => [typeCodes[type]])), [0]))),
    ),
    section(2, list([memory])),
    section(3, list(functions.map((_, i) => unsigned(i)))),
    section(7, list(functions.map(({ name }, i) => joined(text(name), [0x00], unsigned(i))))),
    section(10, list(functions.map(({ body }) => coded(body)))),
  );
}

function coded(body: Body): Uint8Array<ArrayBuffer> {
  // Locals in runs of one type.
  const runs: [number, ValueType][] = [];
  for (const type of body.locals) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0]++;
    else runs.push([1, type]);
  }
  const locals = list(runs.map(([count, type]) => [...unsigned(count), typeCodes[type]]));
  return joined(unsigned(locals.length + body.code.length + 1), locals, body.code, [0x0b]);
}
