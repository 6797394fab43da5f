import { Worker } from 'node:worker_threads';
import { EngineClient } from '../../../../engine/protocol/client.ts';
import type { FromEngine, ToEngine } from '../../../../engine/protocol/messages.ts';
import { nodePort } from '../../../../engine/protocol/port.ts';
import { endless, perceptron } from '../../workloads.ts';
import { type Measure, serve } from './serve.ts';

/**
 * A contender: trains a network (its argument) in the engine's own worker, as the app does, with this thread in the place of the window. Answers with the time
 * of a step, on average. `watched`: all twenty cards are in sight and each frame is taken as it comes; `unseen`: nothing is
 * watched and no frame is taken. `frames`: how many came in a second when it was watched last.
 */
const SESSION = 'bench';
/** Twenty cards of a network as one builds it to look at, and of one where each card speaks of some ten thousand numbers. */
const networks: Readonly<Record<string, readonly [rows: number, widths: readonly number[]]>> = {
  narrow: [64, new Array(10).fill(64)],
  wide: [128, [784, ...new Array(8).fill(256), 10]],
};
const network = networks[process.argv[2] ?? ''];
if (network === undefined) throw new Error(`the network is one of ${Object.keys(networks).join(', ')}`);
const document = perceptron('cards', ...network);
const NODES = document.nodes.slice(0, 20).map(({ id }) => id);

const worker = new Worker(new URL('../../../../engine/worker.ts', import.meta.url));
const client = new EngineClient(nodePort<ToEngine, FromEngine>(worker));
await client.ready;
const endlessly = { ...document, run: endless(document.run, 'static') };
await client.request({ type: 'create', session: SESSION, document: endlessly, files: {} });

let watched = false;
let frames = 0;
let rate = 0;
client.onTelemetry((session) => {
  frames++;
  if (watched) client.ack(session);
});
let stopped: (step: number) => void = () => undefined;
client.onTransition((_, transition) => {
  if (transition.type === 'state' && transition.state !== 'running') stopped(transition.step);
});

let step = 0;
async function train(seconds: number): Promise<number> {
  await client.request({ type: 'watch', session: SESSION, nodes: watched ? NODES : [] });
  // The one that was not taken in the last turn.
  if (watched) client.ack(SESSION);
  const stop = new Promise<number>((resolve) => {
    stopped = resolve;
  });
  const before = step;
  const start = performance.now();
  frames = 0;
  await client.request({ type: 'train', session: SESSION });
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  await client.request({ type: 'pause', session: SESSION });
  step = await stop;
  const elapsed = performance.now() - start;
  if (watched) rate = (1000 * frames) / elapsed;
  return (1000 * elapsed) / (step - before);
}

const measures: Readonly<Record<string, Measure>> = {
  watched(seconds) {
    watched = true;
    return train(seconds);
  },
  unseen(seconds) {
    watched = false;
    return train(seconds);
  },
  frames: () => rate,
};
await serve((name) => {
  const measure = measures[name];
  if (measure === undefined) throw new Error(`nothing is called ${name}`);
  return measure;
});
await worker.terminate();
