import type { DeviceThread } from '../backends/webgpu/link.ts';
import { browserGpu } from '../protocol/gpu_threads.ts';
import { poolThread } from '../protocol/pool_threads.ts';
import { node } from './node.ts';

/** A file beside this one: TypeScript among the engine's sources, JavaScript where it is packed. */
function beside(name: string): URL {
  const here = new URL(import.meta.url);
  return new URL(`${name}${here.pathname.endsWith('.ts') ? '.ts' : '.js'}`, here);
}

/** A thread that shares the work of large kernels, in Node and in browsers. One that cannot start is one fewer. */
export function startPoolThread(memory: WebAssembly.Memory): void {
  const file = beside('pool_thread');
  if (node === undefined) {
    poolThread(new Worker(file, { type: 'module' }), memory);
    return;
  }
  const thread = new node.threads.Worker(file);
  // Where somebody has packed the engine into a file of theirs, there is nothing beside it.
  thread.on('error', () => undefined);
  poolThread(thread, memory);
}

/** A thread of its own for a GPU, in Node and in browsers. It keeps no process alive. */
export function startGpuThread(): DeviceThread {
  const file = beside('gpu_thread');
  if (node === undefined) return browserGpu(new Worker(file, { type: 'module' }));
  // Drivers complain of it where nobody has logged in.
  process.env.XDG_RUNTIME_DIR ??= node.system.tmpdir();
  const thread = new node.threads.Worker(file);
  thread.unref();
  return { post: (message) => thread.postMessage(message), end: () => void thread.terminate() };
}
