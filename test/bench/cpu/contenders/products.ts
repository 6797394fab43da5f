import { supportsSimd, wideTilesPay } from '../../../../engine/backends/wasm/probe.ts';
import { createWasmBackend } from '../../../../engine/backends/wasm/wasm.ts';
import { startPoolThread } from '../../../../engine/threads/start.ts';
import { registerLoop } from './registers.ts';
import { type Measure, repeating, serve } from './serve.ts';

/** A contender: one product of two matrices of 1024 × 1024 by so many threads, or the loop that touches no memory. */
const SIZE = 1024;

async function product(threads: number): Promise<Measure> {
  const backend = createWasmBackend({
    relaxed: supportsSimd('relaxed'),
    wide: wideTilesPay,
    threads,
    startThread: startPoolThread,
  });
  const made = (seed: number) =>
    backend.upload(
      Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(seed + i)),
      [SIZE, SIZE],
    );
  const [a, b] = [made(1), made(2)];
  while (backend.threads < threads) await new Promise((resolve) => setTimeout(resolve, 10));
  return repeating(() => backend.scope(() => backend.matmul(a, b, false, false)));
}

const measures: Readonly<Record<string, () => Measure | Promise<Measure>>> = {
  loop: () => repeating(registerLoop()),
  'one thread': () => product(1),
  'two threads': () => product(2),
};

await serve((name) => {
  const prepare = measures[name];
  if (prepare === undefined) throw new Error(`nothing is called ${name}`);
  return prepare();
});
