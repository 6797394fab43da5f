import { expect, it, vi } from 'vitest';
import { isOutOfMemory } from '../../engine/backends/out_of_memory.ts';
import { plainDevice } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend, type WasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument, Mode } from '../../engine/graph/document.ts';
import { EngineClient } from '../../engine/protocol/client.ts';
import { liveSessions } from '../../engine/protocol/live_session.ts';
import type { FromEngine, ToEngine, Transition } from '../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../engine/protocol/port.ts';
import { serveEngine } from '../../engine/protocol/server.ts';
import { Session } from '../../engine/session/session.ts';
import { services } from './protocol/services.ts';

const MEGABYTE = 2 ** 20;

/** What `work` throws. */
function thrown(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The example with so many points in two batches, whose values take most. */
function spiral(samplesPerClass: number, mode: Mode = 'dynamic'): GraphDocument {
  const { document } = openDocument('spiral');
  if (document === undefined) throw new Error('the example does not open');
  const nodes = document.nodes.map((node) =>
    node.kind === 'Spiral' ? { ...node, settings: { ...node.settings, samplesPerClass } } : node,
  );
  return { ...document, nodes, run: { ...document.run, epochs: 1, batchSize: 1.5 * samplesPerClass, mode } };
}

/** Where a run in so much memory ends: the phase in which it failed, `create`, or how it finished. */
async function endIn(most: number, document: GraphDocument): Promise<string> {
  const before = JSON.stringify(document);
  const created = await Session.create(document, { backend: createWasmBackend({ most }), files: nodeFiles('.') });
  expect(JSON.stringify(document)).toBe(before);
  if (created.session === undefined) {
    expect(created.diagnostics).toMatchObject([{ code: 'out-of-memory', severity: 'error' }]);
    return 'create';
  }
  const { session } = created;
  session.run();
  if (session.state === 'finished') return 'finished';
  expect(session.state).toBe('failed');
  expect(session.failure).toMatchObject({ code: 'out-of-memory', hint: expect.stringContaining('smaller batch') });
  const { phase } = session.cursor;
  const unset = thrown(() => session.reset());
  if (unset !== undefined) {
    // So little was left that not even weights can be written: there was none for a single batch.
    expect([isOutOfMemory(unset), phase]).toEqual([true, 'batch']);
    return phase;
  }
  // What stands is freed, and so is what failed in the middle of being made.
  session.close();
  expect(session.backend.memory().arrays).toBe(0);
  return phase;
}

it.each(['dynamic', 'static'] as const)(
  'wherever memory ends, a run says so: %s mode',
  async (mode) => {
    const ends = new Set<string>();
    for (let most = 80_000; most < 8 * MEGABYTE; most *= 1.05) ends.add(await endIn(most, spiral(1000, mode)));
    for (const end of ['create', 'batch', 'forward', 'backward', 'evaluate', 'finished']) expect(ends).toContain(end);
  },
  60_000,
);

it('JavaScript itself can be out of memory', async () => {
  const endless = (): number => 1 + endless();
  for (const work of [() => new ArrayBuffer(2 ** 52), () => new Float32Array(2 ** 40)])
    expect(isOutOfMemory(thrown(work))).toBe(true);
  for (const work of [endless, () => (1).toFixed(1000), () => new Error('allocation')])
    expect(isOutOfMemory(thrown(work))).toBe(false);

  // As files are read, before there is any session.
  const { document = expect.fail('the example does not open') } = openDocument('mnist-mlp');
  const files = { read: async () => new ArrayBuffer(2 ** 52) };
  const { diagnostics } = await Session.create(document, { backend: createWasmBackend(), files });
  expect(diagnostics).toMatchObject([{ code: 'out-of-memory' }]);
});

it('the engine lives on: a smaller document trains after one that did not fit, at once or in the middle', async () => {
  const [here, there] = inProcessPorts<ToEngine, FromEngine>();
  const backends: WasmBackend[] = [];
  const createCpu = () => {
    const backend = createWasmBackend({ most: 4 * MEGABYTE });
    backends.push(backend);
    return backend;
  };
  const sessions = liveSessions({ createCpu, findFiles: () => nodeFiles('.') });
  const stop = serveEngine(there, sessions, { version: '1', device: plainDevice }, services);
  const client = new EngineClient(here);
  const transitions: Transition[] = [];
  client.onTransition((_, transition) => transitions.push(transition));
  const session = 's';
  const create = (document: GraphDocument) => client.request({ type: 'create', session, document, files: {} });
  const ends = async (state: string) => {
    await client.request({ type: 'train', session });
    await vi.waitFor(() => expect(transitions.at(-1)).toMatchObject({ type: 'state', state }), { timeout: 10_000 });
  };

  await expect(create(spiral(400_000))).rejects.toMatchObject({ diagnostics: [{ code: 'out-of-memory' }] });
  await create(spiral(3000));
  await ends('failed');
  expect(transitions.at(-1)).toMatchObject({ message: { code: 'out-of-memory' } });
  await create(spiral(100));
  await ends('finished');
  stop();
  expect(backends).toHaveLength(3);
});
