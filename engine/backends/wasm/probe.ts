import type { Backend } from '../backend.ts';
import { assemble, Body } from './assembler.ts';
import { createWasmBackend } from './wasm.ts';

const known = new Map<'plain' | 'relaxed', boolean>();

/** Does this machine's WebAssembly have SIMD, and relaxed SIMD (Chrome 114, Firefox 146, Node 22)? */
export function supportsSimd(which: 'plain' | 'relaxed'): boolean {
  const before = known.get(which);
  if (before !== undefined) return before;
  const body = new Body(['v']);
  const [x] = body.params;
  if (x !== undefined)
    body.op(which === 'plain' ? 'f32x4.add' : 'f32x4.relaxed_madd', ...(which === 'plain' ? [x, x] : [x, x, x]));
  const supported = WebAssembly.validate(assemble([{ name: 'probe', body }], false));
  known.set(which, supported);
  return supported;
}

/** Rows, columns and depth of the product that the two tiles are compared with: a tenth of a millisecond. */
const [ROWS, COLUMNS, DEPTH] = [96, 96, 256] as const;
/** Rounds, of which the best counts: the machine's compiler needs the first to do its best, and other work disturbs some. */
const ROUNDS = 40;

let chosen: boolean | undefined;

/**
 * Are tiles of 16 columns faster than those of 8? They are where the machine's compiler makes 256-bit instructions of pairs of 128
 * bits (V8's `--experimental-wasm-revectorize`); elsewhere they do not fit into registers. Measured once, for some ten
 * milliseconds; tiles that differ in one bit are not taken.
 */
export function wideTilesPay(): boolean {
  chosen ??= compareTiles();
  return chosen;
}

function compareTiles(): boolean {
  const relaxed = supportsSimd('relaxed');
  return pays(trial(createWasmBackend({ relaxed, wide: () => true })), trial(createWasmBackend({ relaxed })));
}

/** A way to make one product: how long it takes this time, and what comes of it. */
interface Trial {
  time(): number;
  product(): ArrayLike<number>;
}

/** Is the best time of `one` shorter than that of the other, and its product the same to the bit? */
export function pays(one: Trial, other: Trial): boolean {
  let [shortest, toBeat] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    toBeat = Math.min(toBeat, other.time());
    shortest = Math.min(shortest, one.time());
  }
  const expected = other.product();
  return shortest < toBeat && Array.from(one.product()).every((x, i) => Object.is(x, expected[i]));
}

function trial(backend: Backend): Trial {
  const made = (rows: number, seed: number) =>
    backend.upload(
      Float32Array.from({ length: rows * DEPTH }, (_, i) => Math.sin(seed + i)),
      [rows, DEPTH],
    );
  const a = made(ROWS, 1);
  const b = made(COLUMNS, 2);
  return {
    time(): number {
      const start = performance.now();
      backend.scope(() => backend.matmul(a, b, false, true));
      return performance.now() - start;
    },
    product: () => backend.scope(() => backend.readSync(backend.matmul(a, b, false, true))),
  };
}
