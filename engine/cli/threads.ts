import { Worker } from 'node:worker_threads';
import type { StartThread } from '../backends/wasm/pool.ts';
import { POOL, poolThread } from '../protocol/pool_threads.ts';

/** A thread that shares the work of large kernels. */
export const startThread: StartThread = (memory) =>
  poolThread(new Worker(new URL('../worker.ts', import.meta.url), { workerData: POOL }), memory);
