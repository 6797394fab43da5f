import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { startPoolThread } from '../../engine/threads/start.ts';
import { GPU_SLACK } from './op_case.ts';
import { webgpu } from './webgpu.ts';

interface BackendUnderTest {
  readonly backend: string;
  /** How much further than others it may be from PyTorch's values and gradients. */
  readonly slack: number;
  create(): Backend;
}

/** One for all tests of a file, with its second thread awake. */
async function ofTwoThreads(): Promise<Backend> {
  const backend = createWasmBackend({ threads: 2, startThread: startPoolThread, wide: () => true });
  while (backend.threads < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  return backend;
}
const shared = process.env.GRADLOOM_SOAK === undefined ? undefined : await ofTwoThreads();

/** What every suite that compares numbers with PyTorch's is run on; with the variants of the kernels in the soak. */
export const backends: readonly BackendUnderTest[] = [
  { backend: 'reference', slack: 1, create: createReferenceBackend },
  { backend: 'wasm', slack: 1, create: () => createWasmBackend() },
  ...(shared === undefined
    ? []
    : [
        { backend: 'wasm without relaxed SIMD', slack: 1, create: () => createWasmBackend({ relaxed: false }) },
        { backend: 'wasm with wide tiles', slack: 1, create: () => createWasmBackend({ wide: () => true }) },
        { backend: 'wasm in two threads', slack: 1, create: () => shared },
      ]),
];

function onGpu(): readonly BackendUnderTest[] {
  const device = webgpu;
  return device === undefined ? [] : [{ backend: 'webgpu', slack: GPU_SLACK, create: () => device }];
}

/** For suites whose work is small enough for a GPU that the CPU computes. */
export const backendsAndGpu: readonly BackendUnderTest[] = [...backends, ...onGpu()];
