import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';

/**
 * A process of its own, so that its heap is that of a run: `node --expose-gc steady_run.ts MODE COUNT…` trains the example spiral in
 * minibatches, the last of which is smaller, with its evaluations, a history that is full, and cards that are looked at.
 * After each count of iterations it prints what it holds, as one line of JSON.
 */
const [mode, ...counts] = process.argv.slice(2);
const { document } = openDocument('spiral');
if (document === undefined || gc === undefined) throw new Error('start with --expose-gc');

const SAMPLES = 50;
const nodes = document.nodes.map((node) =>
  node.kind === 'Spiral' ? { ...node, settings: { ...node.settings, samplesPerClass: SAMPLES } } : node,
);
const { epochs: _, ...run } = document.run;
const backend = createWasmBackend();
const created = await Session.create(
  { ...document, nodes, run: { ...run, mode: mode === 'static' ? 'static' : 'dynamic', steps: 1e9, batchSize: 32 } },
  { backend, files: nodeFiles('.'), history: 2 ** 18 },
);
if (created.session === undefined) throw new Error(JSON.stringify(created.diagnostics));
const { session } = created;
const conductor = new Debugger(session);
session.watch(nodes.map(({ id }) => id));
session.onStep = (step, loss) => {
  conductor.finished(step, loss);
  if (step % 100 === 0) session.telemetry();
};

for (const count of counts.map(Number)) {
  session.start(count - session.cursor.iteration);
  // Whole iterations always: how long one took may not decide what is held.
  while (session.advance('iteration')) if (!session.view.finite) throw new Error('it diverged');
  // What waits for its finalizer is let go between two collections.
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const { arrays, bytes } = backend.memory();
  const { bytes: remembered } = session.history;
  const iterations = session.cursor.iteration;
  console.log(
    JSON.stringify({ iterations, heapUsed, arrayBuffers, arrays, bytes, reserved: backend.reserved, remembered }),
  );
}
