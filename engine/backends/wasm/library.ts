import { assemble, type Body, type FunctionSource, type Local } from './assembler.ts';
import { kernelBody } from './kernel_body.ts';
import type { Lanes } from './lanes.ts';
import type { LinearMemory } from './memory.ts';
import type { KernelName } from './pool_control.ts';

/** Does part `part` of the work that the block of words at `block` describes. */
export type Kernel = (block: number, part: number) => void;

/** What a module exports was assembled here, and every function in it takes two numbers or is called from within. */
export const isKernel = (exported: unknown): exported is Kernel => typeof exported === 'function';

/** Constants stand here, four bytes each; the words of work from `WORK` on. */
const CONSTANTS = 1024;
const CONSTANTS_END = 4096;
/** Where the words that describe the work of a kernel are written, in bytes. */
export const WORK = CONSTANTS_END;

/** Bits of the constants that kernels read, with their addresses: the same in every memory, so that modules are. */
const constants = new Map<number, number>();
/** What was compiled already, for whatever memory. */
const compiled = new Map<string, { readonly module: WebAssembly.Module; readonly bytes: Uint8Array }>();

/** The module that a kernel is in, and its name there. */
export interface KernelSource {
  readonly bytes: Uint8Array;
  readonly name: KernelName;
}

/** The kernels of one memory, compiled when they are first asked for. */
export class Library {
  readonly #memory: LinearMemory;
  readonly #kernels = new Map<string, Kernel>();
  readonly #sources = new Map<Kernel, KernelSource>();
  #constantsWritten = 0;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** The kernel known as `key`; `write` says what it does, given a body with the parameters (block, part). */
  kernel(key: string, write: (lanes: Lanes, block: Local, part: Local) => void): Kernel {
    const known = this.#kernels.get(key);
    if (known !== undefined) return known;
    const made = this.functions(key, () => {
      const { body, block, part } = kernelBody();
      write(lanesIn(body), block, part);
      return [{ name: 'kernel', body }];
    })('kernel');
    this.#kernels.set(key, made);
    return made;
  }

  /** Functions that call one another, known together as `key`; gives the one among them that is asked for. */
  functions(key: string, write: () => readonly FunctionSource[]): (name: KernelName) => Kernel {
    const { shared, memory } = this.#memory;
    const { module, bytes } = compiled.get(`${key} ${shared}`) ?? compile(write(), shared);
    compiled.set(`${key} ${shared}`, { module, bytes });
    this.#writeConstants();
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return (name) => {
      const found = exports[name];
      if (!isKernel(found)) throw new Error(`there is no kernel ${name}`);
      this.#sources.set(found, { bytes, name });
      return found;
    };
  }

  sourceOf(kernel: Kernel): KernelSource {
    const found = this.#sources.get(kernel);
    if (found === undefined) throw new Error('this kernel is of another library');
    return found;
  }

  #writeConstants(): void {
    if (this.#constantsWritten === constants.size) return;
    for (const [bits, address] of constants) this.#memory.words[address >> 2] = bits;
    this.#constantsWritten = constants.size;
  }
}

function compile(functions: readonly FunctionSource[], shared: boolean) {
  const bytes = assemble(functions, shared);
  return { module: new WebAssembly.Module(bytes), bytes };
}

/** What the rules of lanes write with. */
function lanesIn(body: Body): Lanes {
  const origin = body.i32(0);
  const at = (bits: number): Local => body.load('v128.load32_splat', origin, addressOf(bits));
  const bitsOf = new Int32Array(1);
  const floats = new Float32Array(bitsOf.buffer);
  return {
    body,
    bits: (value) => at(value | 0),
    constant: (value) => {
      floats[0] = value;
      return at(bitsOf[0] ?? 0);
    },
  };
}

function addressOf(bits: number): number {
  const known = constants.get(bits);
  if (known !== undefined) return known;
  const address = CONSTANTS + 4 * constants.size;
  if (address >= CONSTANTS_END) throw new Error('too many constants');
  constants.set(bits, address);
  return address;
}
