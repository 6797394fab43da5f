import { expect, it } from 'vitest';
import { cpuDevice, createCpuBackend } from '../../engine/backends/cpu.ts';
import { describeDevice } from '../../engine/backends/device.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { supportsSimd } from '../../engine/backends/wasm/probe.ts';
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
