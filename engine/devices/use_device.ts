import { useBackend } from '../autograd/context.ts';
import type { Backend } from '../backends/backend.ts';
import { createCpuBackend } from '../backends/cpu.ts';
import { describeDevice } from '../backends/device.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import { remedyFor } from '../backends/webgpu/absence.ts';
import { openWebgpu } from '../backends/webgpu/open.ts';
import { startGpuThread, startPoolThread } from '../threads/start.ts';

/** `reference` is plain TypeScript: slow, and what all others are compared with. */
export type DeviceName = 'cpu' | 'webgpu' | 'reference';

const open: Readonly<Record<DeviceName, () => Backend | Promise<Backend>>> = {
  cpu: () => createCpuBackend({ startThread: startPoolThread }),
  webgpu: () => openWebgpu(startGpuThread).catch(refuse),
  reference: createReferenceBackend,
};

const isDevice = (name: string): name is DeviceName => Object.hasOwn(open, name);

/** What is used now, and what it is in words. */
let used: { readonly name: DeviceName; readonly description: string } | undefined;

/**
 * Has tensors computed on a device: `await useDevice('webgpu')` before the first one is made. Without a name it is the one that stands on
 * the command line (`node train.js --device webgpu`), else `cpu`, which shares large kernels among the cores, and changes no bit by it.
 * Where this is never called, tensors are on the CPU, in this thread alone. In a browser `webgpu` is for workers of isolated pages: who
 * reads a number waits for it. What it is in words, for people. Where there is no such device as the command line says, that is said
 * in one sentence, and the program ends with the status 2.
 * @throws RangeError where there is no such device
 * @throws Error where tensors have been made already
 */
export function useDevice(device?: DeviceName): Promise<string> {
  return device === undefined ? use(namedOnCommandLine()).catch(end) : use(device);
}

/** There is no such device, or not here: a matter of whoever started the program, not of its code. */
class NoSuchDevice extends RangeError {}

async function use(name: string): Promise<string> {
  if (!isDevice(name))
    throw new NoSuchDevice(`there is no device "${name}": use one of ${Object.keys(open).join(', ')}`);
  if (used?.name === name) return used.description;
  const make = open[name];
  const backend = await make();
  try {
    useBackend(backend);
  } catch (error) {
    backend.close();
    throw error;
  }
  used = { name, description: describeDevice(backend.device) };
  return used.description;
}

/** What follows `--device` on the command line, with a space or `=` between them; `cpu` where it is not there. Any text: the caller checks it. */
function namedOnCommandLine(): string {
  const { process } = globalThis as { readonly process?: { readonly argv: readonly string[] } };
  const argv = process?.argv ?? [];
  const at = argv.findIndex((argument) => /^--device(=|$)/.test(argument));
  return argv[at]?.split('=')[1] ?? (at < 0 ? 'cpu' : (argv[at + 1] ?? ''));
}

/** A stack of calls would say nothing to those who wrote the command line. */
function end(error: unknown): never {
  if (!(error instanceof NoSuchDevice)) throw error;
  console.error(error.message);
  const { process } = globalThis as { readonly process?: { exit(status: number): never } };
  process?.exit(2);
  throw error;
}

function refuse(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new NoSuchDevice(`there is no WebGPU here: ${reason}. ${remedyFor(reason)}, or use the device "cpu".`);
}
