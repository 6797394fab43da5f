import { tmpdir } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { ABSENCE } from '../backends/webgpu/absence.ts';
import { type FindGpu, serveDevice } from '../backends/webgpu/device_thread.ts';
import type { DeviceThread } from '../backends/webgpu/link.ts';
import type { ToDevice } from '../backends/webgpu/messages.ts';
import { GPU_THREAD } from '../protocol/gpu_threads.ts';

/**
 * Kernels read nothing from the memory of a workgroup that they have not written: it need not be filled with zeros first, by code that
 * takes SwiftShader ten times as long to compile as all the rest.
 */
const WITHOUT_ZEROS = 'enable-dawn-features=disable_workgroup_init';

/** WebGPU in Node: Dawn, from the optional package `webgpu`. This file is also the thread that owns the device. */
const findGpu: FindGpu = async () => {
  const { create, globals } = await import('webgpu').catch(() => {
    throw new Error(ABSENCE.package);
  });
  Object.assign(globalThis, globals);
  return create([WITHOUT_ZEROS]);
};

/** A thread of its own for a device. It keeps no process alive. */
export function startGpuThread(): DeviceThread {
  // Drivers complain of it where nobody has logged in.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const thread = new Worker(new URL(import.meta.url), { workerData: GPU_THREAD });
  thread.unref();
  return { post: (message) => thread.postMessage(message), end: () => void thread.terminate() };
}

if (parentPort !== null && workerData === GPU_THREAD) {
  const port = parentPort;
  const listen = (hear: (message: ToDevice) => void) => port.on('message', hear);
  serveDevice(listen, findGpu, () => process.exit());
}
