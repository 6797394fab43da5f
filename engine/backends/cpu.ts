import type { Backend } from './backend.ts';
import { createReferenceBackend } from './reference/reference.ts';
import { supportsSimd, wideTilesPay } from './wasm/probe.ts';
import { createWasmBackend } from './wasm/wasm.ts';

/** The fastest backend that this machine's CPU has: WebAssembly with SIMD, else plain TypeScript. */
export const createCpuBackend = (): Backend =>
  supportsSimd('plain')
    ? createWasmBackend({ relaxed: supportsSimd('relaxed'), wide: wideTilesPay })
    : createReferenceBackend();
