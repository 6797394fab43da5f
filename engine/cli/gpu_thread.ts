import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type FindGpu, serveDevice } from '../backends/webgpu/device_thread.ts';
import type { DeviceThread } from '../backends/webgpu/link.ts';

/**
 * Kernels read nothing from the memory of a workgroup that they have not written: it need not be filled with zeros first, by code that
 * takes SwiftShader ten times as long to compile as all the rest.
 */
const WITHOUT_ZEROS = 'enable-dawn-features=disable_workgroup_init';

/** WebGPU in Node: Dawn, from the optional package `webgpu`. This file is also the thread that owns the device. */
const findGpu: FindGpu = async () => {
  const { create, globals } = await import('webgpu').catch(() => {
    throw new Error('the optional package webgpu is not installed, or not for this system');
  });
  Object.assign(globalThis, globals);
  return create([WITHOUT_ZEROS]);
};

const NAME = 'gpu';

/** A thread of its own for a device. It keeps no process alive. */
export function startGpuThread(): DeviceThread {
  const thread = new Worker(new URL(import.meta.url), { workerData: NAME });
  thread.unref();
  return { post: (message) => thread.postMessage(message), end: () => void thread.terminate() };
}

if (parentPort !== null && workerData === NAME) {
  const port = parentPort;
  serveDevice((hear) => port.on('message', hear), findGpu);
}
