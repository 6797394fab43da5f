import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { startThread } from '../../engine/cli/threads.ts';

interface BackendUnderTest {
  readonly backend: string;
  create(): Backend;
}

/** One for all tests of a file, with its second thread awake. */
async function ofTwoThreads(): Promise<Backend> {
  const backend = createWasmBackend({ threads: 2, startThread, wide: () => true });
  while (backend.threads < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  return backend;
}
const shared = process.env.GRADLOOM_SOAK === undefined ? undefined : await ofTwoThreads();

/** What every suite that compares numbers with PyTorch's is run on; with the variants of the kernels in the soak. */
export const backends: readonly BackendUnderTest[] = [
  { backend: 'reference', create: createReferenceBackend },
  { backend: 'wasm', create: () => createWasmBackend() },
  ...(shared === undefined
    ? []
    : [
        { backend: 'wasm without relaxed SIMD', create: () => createWasmBackend({ relaxed: false }) },
        { backend: 'wasm with wide tiles', create: () => createWasmBackend({ wide: () => true }) },
        { backend: 'wasm in two threads', create: () => shared },
      ]),
];
