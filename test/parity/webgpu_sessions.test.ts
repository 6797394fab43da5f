import { afterEach, describe, expect, it, vi } from 'vitest';
import { createReferenceBackend, plainDevice } from '../../engine/backends/reference/reference.ts';
import type { DeviceThread } from '../../engine/backends/webgpu/link.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { EngineClient } from '../../engine/protocol/client.ts';
import { examineFunction } from '../../engine/protocol/examine.ts';
import { liveSessions } from '../../engine/protocol/live_session.ts';
import type { FromEngine, ToEngine, Transition } from '../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../engine/protocol/port.ts';
import { serveEngine } from '../../engine/protocol/server.ts';
import { lookForGpu } from '../../engine/session/device.ts';
import { startGpuThread } from '../../engine/threads/start.ts';
import { webgpu } from './webgpu.ts';

/** Sessions behind the protocol, as the app has them, on a GPU. */

const session = 's';
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function xor(steps: number): GraphDocument {
  const { document } = openDocument('xor');
  if (document === undefined) throw new Error('xor does not open');
  return { ...document, run: { ...document.run, steps } };
}

function converse() {
  const threads: DeviceThread[] = [];
  const startGpu = () => {
    const thread = startGpuThread();
    threads.push(thread);
    return thread;
  };
  const [here, there] = inProcessPorts<ToEngine, FromEngine>();
  const sessions = liveSessions({ createCpu: createReferenceBackend, startGpu, findFiles: () => nodeFiles('.') });
  const services = { examine: examineFunction, lookForGpu: () => lookForGpu({ startGpu }) };
  ends.push(serveEngine(there, sessions, { version: '1', device: plainDevice }, services));
  const client = new EngineClient(here);
  const transitions: Transition[] = [];
  const losses: number[] = [];
  client.onTransition((_, transition) => transitions.push(transition));
  client.onTelemetry((_, frame, run) => {
    for (let i = 0; i < frame.losses.length; i += 2) losses[frame.losses[i] ?? -1] = frame.losses[i + 1] ?? Number.NaN;
    client.ack(session, run);
  });
  const create = (document: GraphDocument, device: 'cpu' | 'webgpu', keepWeights = false) =>
    client.create({ type: 'create', session, document, files: {}, device, keepWeights });
  const finished = async () => {
    const { length } = transitions;
    await client.request({ type: 'train', session });
    await vi.waitFor(() => expect(transitions.slice(length).at(-1)).toMatchObject({ state: 'finished' }), 60_000);
    await vi.waitFor(() => expect(losses).toHaveLength(STEPS));
  };
  return { client, threads, transitions, losses, create, finished };
}

const STEPS = 6;
const PAUSED = expect.objectContaining({ type: 'state', state: 'paused' }) as Transition;

function expectClose(losses: readonly number[], wanted: readonly number[]): void {
  expect(losses).toHaveLength(wanted.length);
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / (wanted[i] ?? 0) - 1)).toBeLessThan(1e-3);
}

describe.skipIf(webgpu === undefined)('a session on a GPU', { timeout: 120_000 }, () => {
  it('says what it computes on, and takes the weights of another device along', async () => {
    const { client, create, finished, losses } = converse();
    expect(await client.lookForGpu()).toMatchObject({ adapter: { isSoftware: true } });
    expect((await create(xor(STEPS), 'webgpu')).device.adapter?.isSoftware).toBe(true);
    await finished();
    const onGpu = losses.splice(0);
    expect(await create(xor(STEPS), 'cpu')).toEqual({ device: plainDevice });
    await finished();
    expectClose(onGpu, losses);
    losses.length = 0;
    await create(xor(STEPS), 'webgpu', true);
    await finished();
    expect(losses[0]).toBeLessThan(onGpu.at(-1) ?? Number.NaN);
  });

  it('gives its weights in mid-run, those of the CPU but for what a GPU rounds otherwise at the end, and after it was lost', async () => {
    const { client, create, finished, transitions, threads } = converse();
    const values = async () => (await client.weights(session)).flatMap(({ values }) => [...values]);
    await create(xor(STEPS), 'cpu');
    const drawn = await values();
    await finished();
    const onCpu = await values();
    await create(xor(STEPS), 'webgpu');
    expect(await values()).toEqual(drawn);
    await finished();
    const onGpu = await values();
    expect(onGpu).toHaveLength(onCpu.length);
    for (const [i, value] of onGpu.entries()) expect(Math.abs(value - (onCpu[i] ?? Number.NaN))).toBeLessThan(1e-3);
    threads[0]?.post({ kind: 'destroy' });
    await vi.waitFor(async () => expect(await values()).toEqual(onGpu), 30_000);
    await create(xor(1e9), 'webgpu');
    await client.request({ type: 'train', session });
    await vi.waitFor(async () => expect(await values()).not.toEqual(drawn), 30_000);
    expect(transitions.at(-1)).toMatchObject({ state: 'running' });
    await client.request({ type: 'pause', session });
    await vi.waitFor(() => expect(transitions.at(-1)).toEqual(PAUSED), 30_000);
  });

  it('stands again where it stood when its GPU is lost, tells of it, and goes on', async () => {
    const { client, create, threads, transitions, finished, losses } = converse();
    await create(xor(STEPS), 'webgpu');
    const step = async (kind: 'iteration' | 'entry') => {
      const { length } = transitions;
      await client.request({ type: 'step', session, kind });
      const stopped = () => transitions.slice(length).find((one) => one.type === 'state' && one.stop !== undefined);
      await vi.waitFor(() => expect(stopped()).toBeDefined(), 30_000);
    };
    for (let i = 0; i < 3; i++) await step('iteration');
    for (let i = 0; i < 5; i++) await step('entry');
    const before = await client.entry(session, 4);
    threads[0]?.post({ kind: 'destroy' });
    const { length } = transitions;
    expect((await client.entry(session, 4)) ?? undefined).toBeUndefined();
    const since = () => transitions.slice(length);
    await vi.waitFor(() => expect(since()).toHaveLength(2), 30_000);
    expect(since()).toMatchObject([
      { type: 'device', told: { device: { name: 'webgpu' }, problem: { code: 'gpu-failed' } } },
      { type: 'state', state: 'paused', stop: { iteration: 3, position: 5 } },
    ]);
    expect(await client.entry(session, 4)).toEqual(before);
    // Another loss is one too many.
    threads[1]?.post({ kind: 'destroy' });
    await finished();
    expect(transitions.filter(({ type }) => type === 'device')).toMatchObject([
      {},
      { told: { device: { name: 'cpu' }, problem: { code: 'gpu-failed' } } },
    ]);
    const undisturbed = converse();
    await undisturbed.create(xor(STEPS), 'cpu');
    await undisturbed.finished();
    expectClose(losses, undisturbed.losses);
  });

  it('is lost while one steps and as one resets: neither ends it, and another run begins', async () => {
    const { client, create, threads, transitions, finished, losses } = converse();
    await create(xor(STEPS), 'webgpu');
    const step = async (kind: 'iteration' | 'entry') => {
      const { length } = transitions;
      await client.request({ type: 'step', session, kind });
      await vi.waitFor(() => expect(transitions.slice(length)).toContainEqual(PAUSED), 30_000);
    };
    await step('iteration');
    threads[0]?.post({ kind: 'destroy' });
    await step('entry');
    threads[1]?.post({ kind: 'destroy' });
    await client.request({ type: 'reset', session });
    await finished();
    const onCpu = losses.splice(0);
    await create(xor(STEPS), 'cpu');
    await finished();
    expectClose(onCpu, losses);
  });

  it('lost at rest, its weights are kept all the same', async () => {
    const { create, threads, finished, losses } = converse();
    await create(xor(STEPS), 'webgpu');
    await finished();
    const before = losses.splice(0);
    threads[0]?.post({ kind: 'destroy' });
    await create(xor(STEPS), 'cpu', true);
    await finished();
    expect(losses[0]).toBeLessThan(before.at(-1) ?? Number.NaN);
  });
});
