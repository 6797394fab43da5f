import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createReferenceBackend, plainDevice } from '../../../engine/backends/reference/reference.ts';
import type { GraphDocument } from '../../../engine/graph/document.ts';
import { parseDocument } from '../../../engine/graph/parse.ts';
import { EngineClient, EngineError } from '../../../engine/protocol/client.ts';
import { liveSessions } from '../../../engine/protocol/live_session.ts';
import type {
  CreatedSession,
  FromEngine,
  StopReport,
  TelemetryFrame,
  ToEngine,
} from '../../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../../engine/protocol/port.ts';
import { serveEngine } from '../../../engine/protocol/server.ts';
import { services } from './services.ts';

function xor(run: Partial<GraphDocument['run']>, lr?: number): GraphDocument {
  const file = join(import.meta.dirname, '../../../examples/xor.gradloom.json');
  const { document } = parseDocument(readFileSync(file, 'utf8'));
  if (document === undefined) throw new Error('the example does not parse');
  const nodes = document.nodes.map((node) =>
    lr !== undefined && 'lr' in node.settings ? { ...node, settings: { ...node.settings, lr } } : node,
  );
  return { ...document, nodes, run: { ...document.run, ...run } };
}

/** With a layer of millions of numbers, so that an iteration takes longer than a slice of the pump. */
function wide(run: Partial<GraphDocument['run']>): GraphDocument {
  const document = xor(run);
  const nodes = document.nodes.map((node) =>
    node.id === 'hidden' ? { ...node, settings: { ...node.settings, outFeatures: 400_000 } } : node,
  );
  return { ...document, nodes };
}

const session = 's';
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The real sessions behind the protocol, in this thread. */
function converse() {
  const [here, there] = inProcessPorts<ToEngine, FromEngine>();
  const findFiles = () => ({ read: () => Promise.reject(new Error('there are no files')) });
  const sessions = liveSessions({ createCpu: createReferenceBackend, findFiles });
  stops.push(serveEngine(there, sessions, { version: '1', device: plainDevice }, services));
  const client = new EngineClient(here);
  const states: string[] = [];
  const early: boolean[] = [];
  const stopped: (StopReport | undefined)[] = [];
  const frames: TelemetryFrame[] = [];
  client.onTransition((_, transition) => {
    if (transition.type !== 'state') return;
    states.push(transition.state);
    stopped.push(transition.stop);
    if (transition.state === 'finished') early.push(transition.early ?? false);
  });
  client.onTelemetry((_, frame, run) => {
    frames.push(frame);
    client.ack(session, run);
  });
  const create = (document: GraphDocument, keepWeights = false) =>
    client.request({ type: 'create', session, document, files: {}, keepWeights });
  /** The loss of the next iteration, which tells of the weights. */
  const nextLoss = async () => {
    frames.length = 0;
    await client.request({ type: 'train', session, steps: 1 });
    await vi.waitFor(() => expect(frames.at(-1)?.losses.length).toBeGreaterThan(0));
    return frames.at(-1)?.losses.at(-1) ?? Number.NaN;
  };
  const reached = (state: string) => vi.waitFor(() => expect(states.at(-1)).toBe(state), { timeout: 10_000 });
  return { client, states, early, stopped, frames, create, nextLoss, reached };
}

const endless = xor({ steps: 1e9 });

describe('a live session', () => {
  test('answers a Reset although Train follows at once', async () => {
    const { client, states, create, reached } = converse();
    await create(endless);
    await client.request({ type: 'train', session });
    const reset = client.request({ type: 'reset', session });
    const train = client.request({ type: 'train', session, steps: 3 });
    expect(await Promise.all([reset, train])).toEqual([null, null]);
    await reached('finished');
    expect(states).toEqual(['running', 'paused', 'idle', 'running', 'finished']);
  });

  test('tells the entries of a tape once, and again where they are others', async () => {
    const { client, create, reached, states } = converse();
    await create(xor({ steps: 10 }));
    const stepped = async () => {
      states.length = 0;
      await client.request({ type: 'step', session, kind: 'entry' });
      await reached('paused');
      return client.tape(session);
    };
    const [first, second] = [await stepped(), await stepped()];
    expect([first?.done, second?.done]).toEqual([1, 2]);
    expect(second?.entries).toBe(first?.entries);
    const known = first?.list ?? Number.NaN;
    expect(await client.request({ type: 'tape', session, known })).not.toHaveProperty('fresh');
    const { entries, withoutGradient } = first ?? expect.fail();
    expect(await client.request({ type: 'tape', session })).toHaveProperty('fresh', { entries, withoutGradient });
    // Another session has a list of its own, though it looks the same.
    await create(xor({ steps: 10 }));
    const third = await stepped();
    expect(third?.list).not.toBe(known);
    expect(third?.entries).toEqual(first?.entries);
  });

  test('does every step that is asked for, in order; those that wait at a pause or a reset not at all', async () => {
    const { client, create, reached } = converse();
    await create(xor({ steps: 10 }));
    const ask = (kind: 'entry' | 'back') => client.request({ type: 'step', session, kind });
    await Promise.all(Array.from({ length: 9 }, () => ask('entry')));
    await Promise.all([ask('back'), ask('back'), ask('entry')]);
    await vi.waitFor(async () => expect((await client.tape(session))?.done).toBe(8));

    // Iterations of many slices: the first is under way when the pause comes.
    await create(wide({ steps: 1e9 }));
    const steps = () => Array.from({ length: 20 }, () => client.request({ type: 'step', session, kind: 'iteration' }));
    await Promise.all([...steps(), client.request({ type: 'pause', session })]);
    await reached('paused');
    // What is asked for afterwards is done.
    await ask('entry');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await client.tape(session))?.iteration).toBe(0);
    await Promise.all([...steps(), client.request({ type: 'reset', session })]);
    await reached('idle');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await client.tape(session)).toBeNull();
  }, 20_000);

  test('goes on when Train takes back a Pause', async () => {
    const { client, states, create } = converse();
    // Iterations longer than a slice: the pause is seen in the middle of one.
    await create(wide({ steps: 1e9 }));
    await client.request({ type: 'train', session });
    for (let i = 0; i < 10; i++) {
      await client.request({ type: 'pause', session });
      await new Promise((resolve) => setTimeout(resolve, 2));
      await client.request({ type: 'train', session });
    }
    // Those that took effect at once were followed by a new start; none stays behind.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(states.at(-1)).toBe('running');
  }, 20_000);
});

test('where it stands still every card has its numbers, however many those are', async () => {
  const { client, create, reached, frames } = converse();
  await create(wide({ steps: 6 }));
  const nodes = ['hidden', 'output', 'loss'];
  await client.request({ type: 'watch', session, nodes });
  await client.request({ type: 'train', session });
  await reached('finished');
  await vi.waitFor(() => expect(Object.keys(frames.at(-1)?.nodes ?? {})).toEqual(expect.arrayContaining(nodes)));
  expect(frames.at(-1)?.nodes.hidden).toEqual(await client.request({ type: 'inspect', session, node: 'hidden' }));
  // On the way there, not all at once.
  expect(frames.some((frame) => !('hidden' in frame.nodes) || !('loss' in frame.nodes))).toBe(true);
}, 20_000);

test('an end before that of the document is told as such, with epochs too', async () => {
  const { client, create, reached, early } = converse();
  await create(xor({ steps: 3 }));
  await client.request({ type: 'train', session, steps: 1 });
  await vi.waitFor(() => expect(early).toEqual([true]));
  await client.request({ type: 'train', session });
  await vi.waitFor(() => expect(early).toEqual([true, false]));
  const { steps: _, ...run } = xor({}).run;
  await create({ ...xor({}), run: { ...run, epochs: 2, batchSize: 2 } });
  await client.request({ type: 'train', session, steps: 3 });
  await vi.waitFor(() => expect(early).toEqual([true, false, true]));
  await client.request({ type: 'train', session });
  await vi.waitFor(() => expect(early).toEqual([true, false, true, false]));
  await reached('finished');
});

describe('a session that has failed', () => {
  test('says where, has its tape, and goes back', async () => {
    const { client, states, stopped, create, reached } = converse();
    await create(xor({}, 1e38));
    await client.request({ type: 'train', session });
    await reached('failed');
    const stop = stopped.at(-1);
    expect(stop).toMatchObject({ position: expect.any(Number), history: { earliest: 0 } });
    expect(await client.request({ type: 'tape', session })).toMatchObject({ done: stop?.position });
    await client.request({ type: 'step', session, kind: 'back' });
    await reached('paused');
    expect(stopped.at(-1)?.position).toBe((stop?.position ?? 0) - 1);
    expect(states).toEqual(['running', 'failed', 'paused']);
  });
});

describe('Keep weights', () => {
  test('carries the weights of a running session into the next', async () => {
    const { client, create, nextLoss, reached } = converse();
    await create(xor({ steps: 400 }));
    const fresh = await nextLoss();
    await client.request({ type: 'train', session });
    await reached('finished');
    const learned = await nextLoss();
    expect(await create(xor({ steps: 500 }), true)).not.toHaveProperty('anew');
    expect(await nextLoss()).toBeLessThan(learned * 1.1);
    expect(learned).toBeLessThan(fresh / 2);
  });

  test('leaves the older session and its weights where the new document is refused', async () => {
    const { client, create, nextLoss, reached } = converse();
    await create(endless);
    const fresh = await nextLoss();
    await client.request({ type: 'train', session, steps: 400 });
    await reached('finished');
    await client.request({ type: 'train', session });
    await expect(create({ ...endless, wires: [] }, true)).rejects.toBeInstanceOf(EngineError);
    await reached('paused');
    expect(await nextLoss()).toBeLessThan(fresh / 2);
  });

  test('carries no weights that have diverged', async () => {
    const { client, states, create, nextLoss, reached } = converse();
    // One step beyond all float32: infinite weights that no loss has seen yet.
    await create(xor({}, 1e39));
    await nextLoss();
    expect(states.at(-1)).toBe('finished');
    await create(xor({}), true);
    expect(await nextLoss()).toBeLessThan(2);
    // Finite ones, of an infinite loss.
    await create(xor({}, 1e38));
    await client.request({ type: 'train', session });
    await reached('failed');
    const { anew } = (await create(xor({}), true)) as CreatedSession;
    expect(anew).toEqual(['hidden.weight', 'hidden.bias', 'output.weight', 'output.bias']);
    expect(await nextLoss()).toBeLessThan(2);
  });
});
