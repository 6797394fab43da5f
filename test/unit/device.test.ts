import { expect, it, vi } from 'vitest';
import { cpuDevice, createCpuBackend } from '../../engine/backends/cpu.ts';
import { describeDevice } from '../../engine/backends/device.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { pays, supportsSimd } from '../../engine/backends/wasm/probe.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';

/** A thread that never gets ready. */
const startThread = () => ({ end: () => undefined });

it('a backend says whether SIMD is relaxed, and how many threads there will be', () => {
  const said = (options: Parameters<typeof createWasmBackend>[0]) => describeDevice(createWasmBackend(options).device);
  expect(said({ relaxed: true, threads: 2, startThread })).toBe('CPU · relaxed SIMD · 2 threads');
  expect(said({ relaxed: false, threads: 3, startThread })).toBe('CPU · SIMD · 3 threads');
  expect(said({ relaxed: true, threads: 1, startThread })).toBe('CPU · relaxed SIMD');
  // Where none can be started, or none can see the memory, there is one.
  expect(said({ relaxed: true, threads: 2 })).toBe('CPU · relaxed SIMD');
  expect(said({ relaxed: true, threads: 2, startThread, shared: false })).toBe('CPU · relaxed SIMD');
  expect(describeDevice(createReferenceBackend().device)).toBe('CPU · plain TypeScript');
});

it('the backend of this machine computes on what was told before it was made', () => {
  for (const options of [{}, { threads: 2 }, { threads: 2, startThread }, { startThread }])
    expect(createCpuBackend(options).device).toEqual(cpuDevice(options));
  expect(cpuDevice({ threads: 2, startThread })).toEqual({
    name: 'cpu',
    simd: supportsSimd('relaxed') ? 'relaxed' : 'plain',
    threads: 2,
  });
});

it('a machine without relaxed SIMD gets plain SIMD, and one without SIMD plain TypeScript', async () => {
  const { validate } = WebAssembly;
  const simdOf = async (isSound: (bytes: BufferSource) => boolean) => {
    vi.resetModules();
    const asked = vi.spyOn(WebAssembly, 'validate').mockImplementation(isSound);
    const fresh = await import('../../engine/backends/cpu.ts');
    const be = fresh.createCpuBackend();
    expect(be.readSync(be.matmul(be.full([2, 3], 2), be.full([3, 2], 1), false, false))).toEqual(
      Float32Array.of(6, 6, 6, 6),
    );
    expect(fresh.cpuDevice()).toEqual(be.device);
    asked.mockRestore();
    return be.device.simd;
  };
  // What is asked first is whether there is SIMD at all.
  let asked = 0;
  expect(await simdOf((bytes) => asked++ === 0 && validate(bytes))).toBe('plain');
  expect(await simdOf(() => false)).toBe('none');
});

it('wide tiles are taken where their best time is shorter and their product the same to the bit', () => {
  const trial = (times: readonly number[], product: readonly number[]) => {
    let round = 0;
    return { time: () => times[round++ % times.length] ?? Number.NaN, product: () => product };
  };
  const usual = () => trial([5, 3, 4], [1, 0]);
  expect(pays(trial([9, 2, 9], [1, 0]), usual())).toBe(true);
  expect(pays(trial([3, 4], [1, 0]), usual())).toBe(false);
  expect(pays(trial([1], [1, -0]), usual())).toBe(false);
  expect(pays(trial([1], [1 + 2 ** -23, 0]), usual())).toBe(false);
});
