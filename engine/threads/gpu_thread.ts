/** The thread that owns a GPU: what `startGpuThread` starts. */

import { ABSENCE } from '../backends/webgpu/absence.ts';
import { type FindGpu, serveDevice } from '../backends/webgpu/device_thread.ts';
import type { ToDevice } from '../backends/webgpu/messages.ts';
import { serveGpu } from '../protocol/gpu_threads.ts';
import { node } from './node.ts';

/**
 * Kernels read nothing from the memory of a workgroup that they have not written: it need not be filled with zeros first, by code that
 * takes SwiftShader ten times as long to compile as all the rest.
 */
const WITHOUT_ZEROS = 'enable-dawn-features=disable_workgroup_init';

/** WebGPU in Node: Dawn, from the optional package `webgpu`. */
const findDawn: FindGpu = async () => {
  const { create, globals } = await import('webgpu').catch(() => {
    throw new Error(ABSENCE.package);
  });
  Object.assign(globalThis, globals);
  return create([WITHOUT_ZEROS]);
};

const port = node?.threads.parentPort;
if (port) {
  const listen = (hear: (message: ToDevice) => void) => port.on('message', hear);
  serveDevice(listen, findDawn, () => process.exit());
} else serveGpu(globalThis);
