import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MNIST } from '../../../electron/launch/places.ts';
import { buildWorkers, type PageWorker, WorkerPage } from '../../runner/worker_page.ts';
import type { Answer, Job } from './jobs.ts';

/**
 * A GPU that the CPU imitates. Kernels compile twice as fast where workgroup memory is not filled with zeros first; they write all of it
 * that they read, which shows here.
 */
const FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-dawn-features=disable_workgroup_init',
];

export type Opened =
  | { readonly worker: PageWorker<Job, Answer>; close(): Promise<void> }
  /** Why there is no WebGPU to compare on. */
  | { readonly worker?: undefined; readonly absence: string; close(): Promise<void> };

/** Opens the worker that compares, in a Chromium of its own, with MNIST beside it. */
export async function openParityWorker(): Promise<Opened> {
  const executable = process.env.CHROME_PATH ?? '/usr/bin/chromium';
  if (!existsSync(executable)) return { absence: `There is no Chromium at ${executable}.`, close: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'gradloom-parity-'));
  await buildWorkers(folder, { parity: join(import.meta.dirname, 'worker.ts') });
  await mkdir(join(folder, 'data'));
  await symlink(MNIST, join(folder, 'data', 'mnist'), 'junction');
  const page = await WorkerPage.open(folder, executable, FLAGS);
  const close = async () => {
    await page.close();
    await rm(folder, { recursive: true });
  };
  if (!(await page.hasWebgpu())) return { absence: 'This Chromium has no SwiftShader.', close };
  return { worker: await page.start('parity'), close };
}
