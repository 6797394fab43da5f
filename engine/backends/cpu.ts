import type { Backend } from './backend.ts';
import type { Device } from './device.ts';
import { createReferenceBackend, plainDevice } from './reference/reference.ts';
import type { StartThread } from './wasm/pool.ts';
import { supportsSimd, wideTilesPay } from './wasm/probe.ts';
import { createWasmBackend, type WasmOptions, wasmDevice } from './wasm/wasm.ts';

/** More threads than this gain nothing for networks that one builds by hand. */
const MOST_THREADS = 8;

export interface CpuOptions {
  /** Threads to share large kernels among, the calling one counted; by default one for each core that is not spared, up to 8. */
  readonly threads?: number;
  /**
   * Cores that have something else to do, such as drawing a window: a thread that has to make way for it keeps all others waiting,
   * so that two on two cores were slower than one.
   */
  readonly spared?: number;
  /** How another thread is started; without it everything is done in this one. */
  readonly startThread?: StartThread;
}

/** The fastest backend that this machine's CPU has: WebAssembly with SIMD, else plain TypeScript. */
export function createCpuBackend(options: CpuOptions = {}): Backend {
  return supportsSimd('plain') ? createWasmBackend(wasmOptions(options)) : createReferenceBackend();
}

/** What that backend computes on, without making it. */
export function cpuDevice(options: CpuOptions = {}): Device {
  return supportsSimd('plain') ? wasmDevice(wasmOptions(options)) : plainDevice;
}

const wasmOptions = ({ threads, startThread, spared = 0 }: CpuOptions): WasmOptions => ({
  relaxed: supportsSimd('relaxed'),
  wide: wideTilesPay,
  threads: threads ?? Math.max(1, Math.min(MOST_THREADS, cores() - spared)),
  ...(startThread === undefined ? {} : { startThread }),
});

/** Node.js tells of its cores from version 21 on; before that there is one. */
const cores = (): number => ('navigator' in globalThis ? navigator.hardwareConcurrency : 1);
