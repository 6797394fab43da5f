import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';

interface BackendUnderTest {
  readonly backend: string;
  create(): Backend;
}

/** What every suite that compares numbers with PyTorch's is run on; with the variants of the kernels in the soak. */
export const backends: readonly BackendUnderTest[] = [
  { backend: 'reference', create: createReferenceBackend },
  { backend: 'wasm', create: () => createWasmBackend() },
  ...(process.env.GRADLOOM_SOAK === undefined
    ? []
    : [
        { backend: 'wasm without relaxed SIMD', create: () => createWasmBackend({ relaxed: false }) },
        { backend: 'wasm with wide tiles', create: () => createWasmBackend({ wide: () => true }) },
      ]),
];
