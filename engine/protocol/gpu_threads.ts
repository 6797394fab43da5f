import { ABSENCE } from '../backends/webgpu/absence.ts';
import { type FindGpu, serveDevice } from '../backends/webgpu/device_thread.ts';
import type { DeviceThread } from '../backends/webgpu/link.ts';
import type { ToDevice } from '../backends/webgpu/messages.ts';
import type { EventPort } from './port.ts';

/** What a thread is told that is to own a GPU, and nothing else: its name in a browser, its `workerData` in Node. */
export const GPU_THREAD = 'gpu';

const findGpu: FindGpu = async () => {
  // Where there is none the property is not there, whatever the types say.
  const { gpu } = navigator as { readonly gpu?: GPU };
  if (gpu === undefined) throw new Error(ABSENCE.api);
  return gpu;
};

/** The engine's file as a worker that owns a GPU: the engine can wait for it, as it cannot wait for itself. */
export function browserGpu(worker: Worker): DeviceThread {
  // Who waits for its answer is told that none came; the page is not to take it for the engine's end.
  worker.addEventListener('error', (event) => event.preventDefault());
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}

/** What such a worker does. */
export function serveGpu(scope: Pick<EventPort, 'addEventListener' | 'close'>): void {
  // The border of the thread: both ends are built from the same messages.ts.
  const listen = (hear: (message: ToDevice) => void) =>
    scope.addEventListener('message', ({ data }) => hear(data as ToDevice));
  serveDevice(listen, findGpu, () => scope.close?.());
}
