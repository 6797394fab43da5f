import { createWebgpuBackend, type WebgpuBackend } from '../../engine/backends/webgpu/webgpu.ts';
import { startGpuThread } from '../../engine/threads/start.ts';

function open(): WebgpuBackend | undefined {
  try {
    return createWebgpuBackend(startGpuThread());
  } catch (error) {
    console.warn(`SKIPPED: what is to be tested on WebGPU. ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** One device for all tests of a file; undefined where there is none, which is said loudly. */
export const webgpu = open();
