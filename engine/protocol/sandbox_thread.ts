import type { TracingThread } from '../functions/tracer.ts';
import { type NodePort, nodePort } from './port.ts';

/** What a thread is told that is to trace functions, and nothing else: its name in a browser, its `workerData` in Node. */
export const SANDBOX = 'sandbox';

/** A `Worker` of `node:worker_threads`. */
interface NodeThread extends NodePort {
  on(type: 'message' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
  off(type: 'message' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
  unref(): void;
  terminate(): Promise<unknown>;
}

/** The engine's file as a thread of Node that traces. It keeps no process alive: whoever waits for it has a timer. */
export function nodeSandbox(thread: NodeThread): TracingThread {
  thread.unref();
  return {
    port: nodePort(thread),
    onDeath(listener) {
      const onError = (error: unknown) => listener(error instanceof Error ? error.message : String(error));
      const onExit = (code: unknown) => listener(`its thread ended with ${code}`);
      thread.on('error', onError);
      thread.on('exit', onExit);
      return () => {
        thread.off('error', onError);
        thread.off('exit', onExit);
      };
    },
    terminate: () => void thread.terminate(),
  };
}
