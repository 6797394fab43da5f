import { ABSENCE } from './absence.ts';
import { DeviceLink, type DeviceThread } from './link.ts';
import { createWebgpuBackend, type WebgpuBackend } from './webgpu.ts';

/** Starts a thread that owns a device. @throws Error where there can be none */
export type StartGpu = () => DeviceThread;

/** Opens a GPU without keeping the calling thread waiting. @throws Error with the reason, where there is none */
export async function openWebgpu(startGpu: StartGpu | undefined): Promise<WebgpuBackend> {
  if (startGpu === undefined) throw new Error(ABSENCE.surroundings);
  if (typeof SharedArrayBuffer === 'undefined') throw new Error(ABSENCE.isolation);
  const thread = startGpu();
  const opened = await DeviceLink.openLater(thread).catch((error: unknown) => {
    thread.end();
    throw error;
  });
  try {
    return createWebgpuBackend(thread, opened);
  } catch (error) {
    opened.link.close();
    throw error;
  }
}
