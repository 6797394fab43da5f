import { assemble, Body } from '../../../../engine/backends/wasm/assembler.ts';

/** Sums that do not wait for each other: as many as hide the time that one takes, and fit into registers. */
const SUMS = 12;
const UNROLLED = 8;
const ROUNDS = 1 << 17;

/** Multiplications and additions of one call. */
export const FLOPS = ROUNDS * UNROLLED * SUMS * 4 * 2;

/**
 * A loop of nothing but `relaxed_madd` on registers: what the machine can do at most with these instructions. Operands come from
 * outside, since constants would be made anew for each use; the sums start and end in memory, so that none is left out.
 */
export function registerLoop(): () => void {
  const body = new Body(['i', 'f', 'f']);
  const [rounds, x, y] = body.params;
  if (rounds === undefined || x === undefined || y === undefined) throw new Error('three parameters');
  const [left, right] = [body.op('f32x4.splat', x), body.op('f32x4.splat', y)];
  const start = body.i32(0);
  const sums = Array.from({ length: SUMS }, (_, i) => body.variable(body.load('v128.load', start, 16 * i)));
  body.repeat(
    () => {
      for (let u = 0; u < UNROLLED; u++) for (const sum of sums) body.into(sum, 'f32x4.relaxed_madd', left, right, sum);
      body.into(rounds, 'i32.sub', rounds, body.i32(1));
    },
    () => rounds,
  );
  for (const [i, sum] of sums.entries()) body.store('v128.store', start, sum, 16 * i);

  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const module = new WebAssembly.Module(assemble([{ name: 'loop', body }], false));
  const { loop } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof loop !== 'function') throw new Error('the module exports its loop');
  const floats = new Float32Array(memory.buffer);
  return () => {
    floats.fill(0, 0, 4 * SUMS);
    loop(ROUNDS, 1, 0.5);
  };
}
