/**
 * The engine behind a message port. Built into one file, `engine.worker.js`, that runs as a browser's dedicated worker, in
 * Electron's hidden window and in a thread of Node. Under the name `sandbox` the same file is the thread in which the engine has
 * functions traced, under the name `pool` one that shares the work of large kernels, under the name `gpu` the one that owns a GPU.
 */

import { type CpuOptions, cpuDevice, createCpuBackend } from './backends/cpu.ts';
import type { StartGpu } from './backends/webgpu/open.ts';
import { DataError } from './data/data_error.ts';
import type { FileSource } from './data/dataset.ts';
import { fetchFiles } from './data/fetch_files.ts';
import type { FunctionSignature } from './functions/trace.ts';
import { serveTraces, supervisedTracer, type TracingThread } from './functions/tracer.ts';
import manifest from './package.json' with { type: 'json' };
import { examineFunction } from './protocol/examine.ts';
import { browserGpu, GPU_THREAD, serveGpu } from './protocol/gpu_threads.ts';
import { liveSessions } from './protocol/live_session.ts';
import type { FromEngine, ToEngine } from './protocol/messages.ts';
import { POOL, poolThread, servePool } from './protocol/pool_threads.ts';
import { type EventPort, eventPort, nodePort, type Port } from './protocol/port.ts';
import { nodeSandbox, SANDBOX } from './protocol/sandbox_thread.ts';
import { serveEngine } from './protocol/server.ts';
import { lookForGpu } from './session/device.ts';

type Given = Readonly<Record<string, ArrayBuffer>>;

/** Node's own modules without importing them: the same file must load where they do not exist. */
const node = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule;

/** Data that lies beside this file, as it does beside the page. */
function filesBesideWorker(given: Given, read: (file: URL) => Promise<Uint8Array>): FileSource {
  const here = import.meta.url;
  return {
    read: async (name) => {
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      if (own) return own;
      const bytes = await read(new URL(`data/${name}`, here)).catch((error: unknown) => {
        throw new DataError(
          'file-missing',
          `The file ${name} cannot be read: ${String(error)}.`,
          'Choose the file again.',
        );
      });
      return bytes.slice().buffer;
    },
  };
}

interface Surroundings {
  readonly findFiles: (given: Given) => FileSource;
  /** Starts this file once more, as the sandbox. */
  readonly startSandbox: () => TracingThread;
  /** One core is spared for whoever started this worker: the window. */
  readonly cpu: CpuOptions;
  /** Starts this file once more, as the thread that owns a GPU. */
  readonly startGpu?: StartGpu;
}

function start(port: Port<FromEngine, ToEngine>, { findFiles, startSandbox, cpu, ...gpu }: Surroundings): void {
  const trace = supervisedTracer(startSandbox);
  const sessions = liveSessions({ createCpu: () => createCpuBackend(cpu), ...gpu, findFiles, trace });
  const services = {
    examine: (source: string, signature: FunctionSignature) => examineFunction(source, signature, trace),
    lookForGpu: () => lookForGpu(gpu),
  };
  serveEngine(port, sessions, { version: manifest.version, device: cpuDevice(cpu) }, services);
}

/** A worker in this worker, from where this one was loaded. */
function browserSandbox(address: string): TracingThread {
  const worker = new Worker(address, { type: 'module', name: SANDBOX });
  return {
    port: eventPort(worker),
    onDeath(listener) {
      const onError = (event: ErrorEvent) => listener(event.message || 'its worker could not be loaded');
      worker.addEventListener('error', onError);
      return () => worker.removeEventListener('error', onError);
    },
    terminate: () => worker.terminate(),
  };
}

const threads = node?.('node:worker_threads');
if (node && threads?.parentPort) {
  const { readFile } = node('node:fs/promises');
  if (threads.workerData === SANDBOX) serveTraces(nodePort(threads.parentPort));
  else if (threads.workerData === POOL) threads.parentPort.once('message', servePool);
  else
    start(nodePort(threads.parentPort), {
      findFiles: (given) => filesBesideWorker(given, (file) => readFile(file)),
      startSandbox: () => nodeSandbox(new threads.Worker(new URL(import.meta.url), { workerData: SANDBOX })),
      cpu: {
        startThread: (memory) => poolThread(new threads.Worker(new URL(import.meta.url), { workerData: POOL }), memory),
        spared: 1,
      },
    });
} else {
  const scope = globalThis as unknown as EventPort & { readonly location: { readonly href: string }; name: string };
  if (scope.name === SANDBOX) serveTraces(eventPort(scope));
  else if (scope.name === GPU_THREAD) serveGpu(scope);
  else if (scope.name === POOL)
    scope.addEventListener('message', ({ data }) => {
      servePool(data);
      scope.close?.();
    });
  else
    start(eventPort(scope), {
      findFiles: (given) => fetchFiles(new URL('/data/', scope.location.href), given),
      startSandbox: () => browserSandbox(scope.location.href),
      cpu: {
        startThread: (memory) => poolThread(new Worker(scope.location.href, { type: 'module', name: POOL }), memory),
        spared: 1,
      },
      startGpu: () => browserGpu(new Worker(scope.location.href, { type: 'module', name: GPU_THREAD })),
    });
}
