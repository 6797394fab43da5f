import type { ELK } from 'elkjs/lib/elk-api.js';
import workerAddress from 'elkjs/lib/elk-worker.min.js?url';
import { type Layout, layoutInput, plainLayout, readLayout } from './layout.ts';
import type { Uses } from './uses.ts';

/** ELK takes some seconds for these, in its worker; for more, minutes. */
const MOST_FOR_ELK = 150;

interface Layouter {
  readonly elk: ELK;
  /** Fails when the worker does. */
  readonly broken: Promise<never>;
}
let layouter: Promise<Layouter> | undefined;

/** Loaded when the first graph is drawn. It computes in a worker, so that the window never waits for it. */
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

/** Says where boxes, frames and wires go. */
export async function layOut(uses: Uses): Promise<Layout> {
  if (uses.uses.length > MOST_FOR_ELK) return plainLayout(uses);
  try {
    layouter ??= load();
    const { elk, broken } = await layouter;
    return readLayout(uses, await Promise.race([elk.layout(layoutInput(uses)), broken]));
  } catch {
    // A plain picture is better than none.
    return plainLayout(uses);
  }
}
