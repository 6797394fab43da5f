import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Backend } from '../../../engine/backends/backend.ts';
import { createCpuBackend } from '../../../engine/backends/cpu.ts';
import { plainDevice } from '../../../engine/backends/reference/reference.ts';
import type { GraphDocument } from '../../../engine/graph/document.ts';
import { parseDocument } from '../../../engine/graph/parse.ts';
import { stateName } from '../../../engine/program/given_weights.ts';
import { EngineClient, EngineError } from '../../../engine/protocol/client.ts';
import { liveSessions } from '../../../engine/protocol/live_session.ts';
import type { FromEngine, ToEngine, Weight, WeightsPiece } from '../../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../../engine/protocol/port.ts';
import { serveEngine } from '../../../engine/protocol/server.ts';
import { Session } from '../../../engine/session/session.ts';
import { encodeSafetensors } from '../../../engine/tensor/safetensors/encode.ts';
import { services } from './services.ts';

function example(id: string, change: Partial<GraphDocument['run']> = {}): GraphDocument {
  const file = join(import.meta.dirname, `../../../examples/${id}.gradloom.json`);
  const { document } = parseDocument(readFileSync(file, 'utf8'));
  if (document === undefined) throw new Error(`${id} does not parse`);
  return { ...document, run: { ...document.run, ...change } };
}

/** With a layer of millions of numbers: neither read at a stretch nor given out in one piece. */
function wide(): GraphDocument {
  const document = example('nn-sequential', { steps: 1e9 });
  const nodes = document.nodes.map((node) => {
    const { outFeatures, inFeatures } = node.settings;
    const wider = {
      ...(outFeatures === 100 && { outFeatures: 5000 }),
      ...(inFeatures === 100 && { inFeatures: 5000 }),
    };
    return { ...node, settings: { ...node.settings, ...wider } };
  });
  return { ...document, nodes };
}

const session = 's';
const files = { read: () => Promise.reject(new Error('there are no files')) };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The real sessions behind the protocol, in this thread. */
function converse(createCpu: () => Backend = createCpuBackend) {
  const [here, there] = inProcessPorts<ToEngine, FromEngine>();
  const sessions = liveSessions({ createCpu, findFiles: () => files });
  stops.push(serveEngine(there, sessions, { version: '1', device: plainDevice }, services));
  const client = new EngineClient(here);
  const states: string[] = [];
  client.onTransition((_, transition) => {
    if (transition.type === 'state') states.push(transition.state);
  });
  let step = 0;
  client.onTelemetry((_, frame, run) => {
    step = frame.step;
    client.ack(session, run);
  });
  /** Resolves once a run has come further. */
  const further = () => {
    const before = step;
    return vi.waitFor(() => expect(step).toBeGreaterThan(before), { timeout: 20_000 });
  };
  const open = (document: GraphDocument) => client.request({ type: 'create', session, document, files: {} });
  const ask = (type: 'train' | 'pause' | 'reset') => client.request({ type, session });
  const stepBy = (kind: 'entry' | 'iteration') => client.request({ type: 'step', session, kind });
  const reached = (state: string) => vi.waitFor(() => expect(states.at(-1)).toBe(state), { timeout: 20_000 });
  return { client, states, open, ask, step: stepBy, reached, further };
}

/** What a session of its own holds before the first iteration and after each. */
async function* alone(document: GraphDocument): AsyncGenerator<Weight[]> {
  const made = await Session.create(document, { backend: createCpuBackend(), files });
  const run = made.session ?? expect.fail(JSON.stringify(made.diagnostics));
  const told = () =>
    run.program.parameters.map(({ address, shape }) => {
      const array = run.parameter(address) ?? expect.fail(address);
      return { address, shape, values: Float32Array.from(run.backend.readSync(array)) };
    });
  try {
    yield told();
    run.start();
    while (run.advance() || run.state === 'finished') {
      if (run.cursor.phase === 'batch') yield told();
      if (run.state === 'finished') return;
    }
  } finally {
    run.close();
  }
}

/** The same, of so many iterations. */
async function trained(document: GraphDocument, iterations: number) {
  const all: Weight[][] = [];
  for await (const weights of alone(document)) if (all.push(weights) > iterations) break;
  return all;
}

/** After how many iterations the weights were these, to the bit, each found where those before it were or later. */
async function iterationsOf(document: GraphDocument, taken: readonly (readonly Weight[])[]): Promise<number[]> {
  const found: number[] = [];
  let done = 0;
  for await (const now of alone(document)) {
    while (taken[found.length]?.every((weight, i) => same(weight, now[i]))) found.push(done);
    if (found.length === taken.length || ++done > 500) break;
  }
  return found;
}

const code = (asked: Promise<unknown>) =>
  asked.then(
    () => 'none',
    (error: unknown) => (error instanceof EngineError ? error.diagnostics[0]?.code : String(error)),
  );

describe('the weights of a run', () => {
  test('are those that it was drawn with, and at the end those that it has learned, in draw order', async () => {
    const { client, open, ask, reached } = converse();
    const document = example('xor', { steps: 20 });
    const [first, ...rest] = await trained(document, 20);
    await open(document);
    expect(await client.weights(session)).toEqual(first);
    await ask('train');
    await reached('finished');
    expect(await client.weights(session)).toEqual(rest.at(-1));
    // What was given away was a copy.
    expect(await client.weights(session)).toEqual(rest.at(-1));
    await ask('reset');
    expect(await client.weights(session)).toEqual(first);
  });

  test('are those of whole iterations wherever a run is stepped to, also between two optimizers’ entries', async () => {
    const { client, open, step, reached } = converse();
    const document = example('tensors-by-hand', { steps: 5 });
    const [first, second] = await trained(document, 1);
    await open(document);
    await step('entry');
    await reached('paused');
    const tape = await client.tape(session);
    const { entries } = tape ?? expect.fail('there is no tape');
    const total = entries.length;
    expect(entries.filter(({ phase }) => phase === 'update').length).toBeGreaterThan(1);
    for (let done = 1; done < total; done++) {
      expect(
        (await client.weights(session)).every((weight, i) => same(weight, first?.[i])),
        `${done}`,
      ).toBe(true);
      await step('entry');
      await vi.waitFor(async () => expect((await client.tape(session))?.done).toBe(done + 1));
    }
    expect(await client.weights(session)).toEqual(second);
    // It stands where it stood.
    expect(await client.tape(session)).toMatchObject({ iteration: 0, done: total });
  });

  test('of a run that is under way are of one moment, in pieces, and the run goes on', async () => {
    const { client, open, ask, reached, further, states } = converse();
    const document = wide();
    await open(document);
    await ask('train');
    await reached('running');
    const taken: (readonly Weight[])[] = [];
    for (let i = 0; i < 6; i++) {
      await further();
      taken.push(await client.weights(session));
    }
    expect(states).toEqual(['running']);
    await ask('pause');
    await reached('paused');
    const iterations = await iterationsOf(document, taken);
    expect(iterations).toHaveLength(taken.length);
    expect(iterations.at(-1)).toBeGreaterThan(iterations[0] ?? Number.NaN);
    const first = (await client.request({ type: 'weights', session })) as WeightsPiece;
    expect(first).toMatchObject({ isLast: false, weights: [{ address: 'model/linear1.weight' }] });
    // The pieces of weights that others were taken after are gone.
    await client.weights(session);
    expect(await code(client.request({ type: 'weights', session, taken: first.taken }))).toBe('engine.weights-gone');
  });

  test('of a run that has failed are refused with its reason, those of none as well', async () => {
    const { client, open, ask, reached } = converse();
    expect(await code(client.weights(session))).toBe('engine.unknown-session');
    const document = example('xor', { steps: 50 });
    const nodes = document.nodes.map((node) =>
      'lr' in node.settings ? { ...node, settings: { ...node.settings, lr: 1e38 } } : node,
    );
    await open({ ...document, nodes });
    await ask('train');
    await reached('failed');
    expect(await code(client.weights(session))).toBe('loss-not-finite');
  });
});

describe('a run that starts from a file of weights', () => {
  const fileOf = (weights: readonly Weight[]) =>
    encodeSafetensors(weights.map(({ address, ...rest }) => ({ name: stateName(address), ...rest }))).buffer;
  const begin = (client: EngineClient, document: GraphDocument, bytes: ArrayBuffer) =>
    client.create({ type: 'create', session, document, files: {}, weights: { name: 'w.safetensors', bytes } });

  test('has them before its first iteration and after a reset, and learns from them', async () => {
    const { client, ask, reached } = converse();
    const document = example('xor', { steps: 20 });
    const given = (await trained(document, 20)).at(-1) ?? expect.fail('nothing was trained');
    await begin(client, document, fileOf(given));
    expect(await client.weights(session)).toEqual(given);
    await ask('train');
    await reached('finished');
    expect(await client.weights(session)).not.toEqual(given);
    await ask('reset');
    expect(await client.weights(session)).toEqual(given);
  });

  test('is refused where the file is damaged or of another network, and the run before it stays', async () => {
    const { client, open } = converse();
    const document = example('xor', { steps: 20 });
    const [drawn = []] = await trained(document, 0);
    await open(document);
    const bytes = fileOf(drawn);
    expect(await code(begin(client, document, bytes.slice(0, 9)))).toBe('weights-unreadable');
    expect(await code(begin(client, document, fileOf(drawn.slice(1))))).toBe('weights-missing');
    expect(await client.weights(session)).toEqual(drawn);
  });
});

const same = (a: Weight, b: Weight | undefined) =>
  b !== undefined &&
  a.address === b.address &&
  a.values.length === b.values.length &&
  a.values.every((v, i) => v === b.values[i]);
