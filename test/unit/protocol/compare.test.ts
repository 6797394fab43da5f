import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Backend } from '../../../engine/backends/backend.ts';
import { createCpuBackend } from '../../../engine/backends/cpu.ts';
import { plainDevice } from '../../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../../engine/data/node_files.ts';
import type { GraphDocument } from '../../../engine/graph/document.ts';
import { EngineClient } from '../../../engine/protocol/client.ts';
import { liveSessions } from '../../../engine/protocol/live_session.ts';
import type { Comparison, FromEngine, RunState, ToEngine } from '../../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../../engine/protocol/port.ts';
import { serveEngine } from '../../../engine/protocol/server.ts';
import { example } from '../../example.ts';
import { largeProduct } from '../../large_product.ts';
import { services } from './services.ts';

const session = 's';
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function converse(createCpu: () => Backend = createCpuBackend) {
  const [here, there] = inProcessPorts<ToEngine, FromEngine>();
  const sessions = liveSessions({ createCpu, findFiles: () => nodeFiles('.') });
  stops.push(serveEngine(there, sessions, { version: '1', device: plainDevice }, services));
  const client = new EngineClient(here);
  let state: RunState | undefined;
  client.onTransition((_, transition) => {
    if (transition.type === 'state') state = transition.state;
  });
  const create = (document: GraphDocument) => client.request({ type: 'create', session, document, files: {} });
  const open = async (id: string, steps?: number) => {
    const document = example(id);
    const { epochs: _, ...run } = document.run;
    await create(steps === undefined ? document : { ...document, run: { ...run, steps } });
  };
  const ask = (type: 'train' | 'pause' | 'reset') => client.request({ type, session });
  const step = (kind: 'entry' | 'iteration' | 'phase') => client.request({ type: 'step', session, kind });
  const reached = (wanted: RunState) => vi.waitFor(() => expect(state).toBe(wanted), { timeout: 10_000 });
  return { client, create, open, ask, step, reached };
}

/** A second of plain code. */
const large = largeProduct(900, 1000, 600);

/** All of a comparison, and how far it had come each time that it told. */
async function all(client: EngineClient): Promise<{ found: Comparison; told: readonly number[] }> {
  const slices = client.compare(session);
  const told: number[] = [];
  for (;;) {
    const { done, value } = await slices.next();
    if (done === true) return { found: value, told };
    expect(value.done).toBeLessThanOrEqual(value.of);
    told.push(value.done);
  }
}

const refusal = (client: EngineClient) =>
  all(client).then(
    () => 'none',
    (error: { diagnostics?: readonly { code: string }[] }) => error.diagnostics?.[0]?.code,
  );

describe('a comparison through the protocol', () => {
  test('tells of every node of the tape, in its order, where a run is over', async () => {
    const { client, open, ask, reached } = converse();
    await open('xor', 20);
    await ask('train');
    await reached('finished');
    const { found } = await all(client);
    expect(found).toMatchObject({ iteration: 19, compared: 14, skipped: 0, isWithin: true });
    expect(found.nodes.map(({ address }) => address)).toEqual(['hidden', 'tanh', 'output', 'loss']);
    for (const { isWithin, worst } of found.nodes) {
      expect(isWithin).toBe(true);
      expect(worst?.apart).toBeLessThan(1e-5);
    }
  });

  test('holds what is done so far where a run is stepped through', async () => {
    const { client, open, step, reached } = converse();
    await open('xor');
    for (let i = 0; i < 3; i++) await step('entry');
    await reached('paused');
    await vi.waitFor(async () => expect((await client.tape(session))?.done).toBe(3));
    expect((await all(client)).found).toMatchObject({ iteration: 0, compared: 2, isWithin: true });
  });

  test('finds a backend that multiplies wrongly, at the nodes that multiply', async () => {
    const wrong = (): Backend => {
      const { plan: _, ...sound } = createCpuBackend();
      return { ...sound, matmul: (...operands) => sound.binary('mul', sound.matmul(...operands), 0.99) };
    };
    const { client, open, step, reached } = converse(wrong);
    await open('xor');
    await step('iteration');
    await reached('paused');
    const { found } = await all(client);
    expect(found.isWithin).toBe(false);
    expect(found.nodes.filter(({ isWithin }) => !isWithin).map(({ address }) => address)).toEqual(['hidden', 'output']);
  });

  test('is refused before the first iteration and while a run goes on, each with a sentence of its own', async () => {
    const { client, open, ask, reached } = converse();
    await open('xor', 1e9);
    expect(await refusal(client)).toBe('engine.nothing-computed');
    await ask('train');
    await reached('running');
    expect(await refusal(client)).toBe('engine.under-way');
    await ask('pause');
    await reached('paused');
    expect(await refusal(client)).toBe('none');
    await ask('reset');
    expect(await refusal(client)).toBe('engine.nothing-computed');
  });

  test('of much work is told in slices, and goes no further where the run moves on', async () => {
    const { client, create, step, reached } = converse();
    await create(large);
    await step('iteration');
    await reached('paused');
    const { found, told } = await all(client);
    expect(found.isWithin).toBe(true);
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...told].sort((a, b) => a - b));

    const slice = (isNew: boolean) => client.request({ type: 'compare', session, isNew });
    expect(await slice(true)).toHaveProperty('progress');
    await step('iteration');
    await expect(slice(false)).rejects.toThrow('moved on');
  });
});
