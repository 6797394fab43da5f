import { workInPool } from '../backends/wasm/pool_thread.ts';

/** What a thread is told that is to work in a pool, and nothing else: its name in a browser, its `workerData` in Node. */
export const POOL = 'pool';

/** A `Worker` of a browser, or of `node:worker_threads`. */
interface Thread {
  postMessage(message: unknown): void;
  unref?(): void;
}

/** The engine's file as a thread that works in a pool. It keeps no process alive. */
export function poolThread(thread: Thread, memory: WebAssembly.Memory): void {
  thread.unref?.();
  thread.postMessage(memory);
}

/** What such a thread does with the one message it gets. There is nothing left for it to do afterwards. */
export function servePool(message: unknown): void {
  if (message instanceof WebAssembly.Memory) workInPool(message);
}
