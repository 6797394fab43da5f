import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import workerAddress from 'elkjs/lib/elk-worker.min.js?url';

interface Layouter {
  readonly elk: ELK;
  /** Fails when the worker does. */
  readonly broken: Promise<never>;
}
let layouter: Promise<Layouter> | undefined;

/** Loaded when the first graph is laid out. It computes in a worker, so that the window never waits for it. */
async function load(): Promise<Layouter> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js');
  let fail: (error: Error) => void;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // The next graph has another one started.
  broken.catch(() => {
    layouter = undefined;
  });
  const workerFactory = () => {
    const worker = new Worker(workerAddress);
    worker.onerror = ({ message }) => fail(new Error(message));
    return worker;
  };
  return { elk: new Elk({ workerFactory, algorithms: ['layered'] }), broken };
}

/** ELK's answer to a graph of boxes; rejects where it has none. */
export async function askElk(graph: ElkNode): Promise<ElkNode> {
  layouter ??= load();
  const { elk, broken } = await layouter;
  return Promise.race([elk.layout(graph), broken]);
}
