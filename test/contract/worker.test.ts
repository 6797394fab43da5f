import { afterEach, describe, expect, test, vi } from 'vitest';
import { cpuDevice } from '../../engine/backends/cpu.ts';
import { EngineClient, EngineError } from '../../engine/protocol/client.ts';
import type { TelemetryFrame, Transition } from '../../engine/protocol/messages.ts';
import { SupervisedEngine } from '../../engine/protocol/supervised.ts';
import { example, startThread } from './engine_threads.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A client of a fresh thread, with everything it ever hears. Frames are acked as a page would. */
function listenIn({ acking = true } = {}) {
  const engine = startThread();
  const client = new EngineClient(engine.port);
  ends.push(() => {
    client.close();
    engine.terminate();
  });
  const transitions: Transition[] = [];
  const frames: TelemetryFrame[] = [];
  client.onTransition((_session, transition) => transitions.push(transition));
  client.onTelemetry((session, frame) => {
    frames.push(frame);
    if (acking) setTimeout(() => client.ack(session), 1);
  });
  const states = () => transitions.flatMap((transition) => (transition.type === 'state' ? [transition.state] : []));
  const reached = (state: string) =>
    vi.waitFor(() => expect(states()).toContain(state), { timeout: 30_000, interval: 5 });
  return { client, transitions, frames, states, reached };
}

const session = 'xor';
const endless = { ...example('xor'), run: { mode: 'dynamic', seed: 0, steps: 1e9 } } as const;

describe('the built engine in a thread', () => {
  test('greets and answers a ping', async () => {
    const { client } = listenIn();
    expect(await client.ready).toEqual({
      version: '0.1.0',
      device: cpuDevice({ startThread: () => expect.fail(), spared: 1 }),
    });
    expect(await client.request({ type: 'ping' })).toBe('pong');
  });

  test('trains exclusive or, tells of every step and summarises the nodes that are watched', async () => {
    const { client, frames, states, reached } = listenIn();
    const document = example('xor');
    await client.request({ type: 'create', session, document, files: {} });
    await client.request({ type: 'watch', session, nodes: ['hidden', 'loss'] });
    await client.request({ type: 'train', session });
    await reached('finished');
    const steps = document.run.steps ?? 0;
    await vi.waitFor(() => expect(frames.at(-1)?.step).toBe(steps));
    expect(states()).toEqual(['running', 'finished']);

    const losses = frames.flatMap((frame) => [...frame.losses]);
    expect(losses.filter((_, i) => i % 2 === 0)).toEqual(Array.from({ length: steps }, (_, i) => i));
    expect(losses.at(-1)).toBeLessThan(0.05);

    const last = frames.at(-1)?.nodes.hidden;
    expect(last).toEqual(await client.inspect(session, 'hidden'));
    expect(last?.output?.shape).toEqual([4, 8]);
    expect(last?.gradient?.shape).toEqual([4, 8]);
    expect(last?.parameters?.weight?.gradient?.shape).toEqual([8, 2]);
    expect(Object.keys(frames.at(-1)?.nodes ?? {})).toEqual(['hidden', 'loss']);
  });

  test('the same seed gives the same losses, to the bit, also after a reset', async () => {
    const { client, frames, states, reached } = listenIn();
    await client.request({ type: 'create', session, document: example('xor'), files: {} });
    await client.request({ type: 'train', session, steps: 40 });
    await reached('finished');
    await vi.waitFor(() => expect(frames.at(-1)?.step).toBe(40));
    const first = frames.flatMap((frame) => [...frame.losses]);
    frames.length = 0;
    await client.request({ type: 'reset', session });
    await client.request({ type: 'train', session, steps: 40 });
    await vi.waitFor(() => expect(states().filter((state) => state === 'finished')).toHaveLength(2));
    await vi.waitFor(() => expect(frames.at(-1)?.step).toBe(40));
    expect(frames.flatMap((frame) => [...frame.losses])).toEqual(first);
    expect(first).toHaveLength(80);
  });

  test('has one telemetry frame in flight, and sends the newest once that is acked', async () => {
    const { client, frames, reached } = listenIn({ acking: false });
    await client.request({ type: 'create', session, document: endless, files: {} });
    await client.request({ type: 'train', session });
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    // Many more iterations, none of them a frame.
    for (let i = 0; i < 20; i++) await client.request({ type: 'ping' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(frames).toHaveLength(1);
    client.ack(session);
    await vi.waitFor(() => expect(frames).toHaveLength(2));
    await client.request({ type: 'pause', session });
    await reached('paused');
    expect(frames[1]?.losses[0]).toBe((frames[0]?.losses.at(-2) ?? Number.NaN) + 1);
  });

  test('pauses in mid-run and goes on', async () => {
    const { client, states, reached } = listenIn();
    await client.request({ type: 'create', session, document: endless, files: {} });
    await client.request({ type: 'train', session });
    await reached('running');
    await client.request({ type: 'pause', session });
    await reached('paused');
    await client.request({ type: 'train', session, steps: 5 });
    await reached('finished');
    expect(states()).toEqual(['running', 'paused', 'running', 'finished']);
  });

  test('refuses a document with every diagnostic, each with a remedy', async () => {
    const { client } = listenIn();
    const document = { ...example('xor'), wires: [] };
    const error = await client
      .request({ type: 'create', session, document, files: {} })
      .catch((thrown: unknown) => thrown);
    const diagnostics = error instanceof EngineError ? error.diagnostics : [];
    expect(diagnostics.length).toBeGreaterThan(2);
    for (const { hint, message } of diagnostics) expect(hint && message).not.toBe('');
  });

  test('finds MNIST beside itself', async () => {
    const { client, frames, reached } = listenIn();
    await client.request({ type: 'create', session: 'm', document: example('mnist-mlp'), files: {} });
    await client.request({ type: 'watch', session: 'm', nodes: ['data'] });
    await client.request({ type: 'train', session: 'm', steps: 2 });
    await reached('finished');
    await vi.waitFor(() => expect(frames.at(-1)?.step).toBe(2));
    // Ten classes, guessed at random at first: a loss near ln 10.
    expect(frames.flatMap((frame) => [...frame.losses])[1]).toBeCloseTo(Math.log(10), 0);
    expect(frames.at(-1)?.nodes.data?.output?.shape).toEqual([64, 784]);
  });
});

describe('functions of the user’s own, in the built engine', () => {
  const signature = { inputs: [{ shape: [3, 4], dtype: 'f32', needsInputGrad: true }] } as const;
  const backward = (line: string) => `function forward(ctx, x) { ctx.saveForBackward(x); return x.mul(x); }
    function backward(ctx, g) { const [x] = ctx.savedTensors; return ${line}; }`;

  test('are traced in the sandbox and their backward is checked, without a session', async () => {
    const { client } = listenIn();
    const right = await client.examine(backward('g.mul(x).mul(2)'), signature);
    expect(right).toMatchObject({ traced: { ok: true }, verdict: { verdict: 'verified', checked: 12 } });
    const wrong = await client.examine(backward('g.mul(x)'), signature);
    expect(wrong).toMatchObject({ traced: { ok: true }, verdict: { verdict: 'wrong', input: 0 } });
    if (wrong.verdict.verdict !== 'wrong') return;
    expect(wrong.verdict.got / wrong.verdict.expected).toBeCloseTo(0.5, 5);
  });

  test('that never end are given up, and a run beside them goes on', async () => {
    const { client, frames, states, reached } = listenIn();
    await client.request({ type: 'create', session, document: endless, files: {} });
    await client.request({ type: 'train', session });
    await reached('running');
    const source = 'function forward(ctx, x) {\n  for (;;);\n}\nfunction backward(ctx, g) { return g; }';
    expect(await client.examine(source, signature)).toMatchObject({
      traced: { ok: false },
      verdict: { verdict: 'failed', problem: { code: 'too-slow', line: 2 } },
    });
    const then = frames.at(-1)?.step ?? 0;
    await vi.waitFor(() => expect(frames.at(-1)?.step).toBeGreaterThan(then));
    await client.request({ type: 'pause', session });
    await reached('paused');
    expect(states()).toEqual(['running', 'paused']);
  });

  test('are ended where one instruction takes long, and the engine answers meanwhile', async () => {
    const { client } = listenIn();
    // Thousands of these pass before the interpreter asks its clock: minutes.
    const slow = `let s = '1'; while (s.length < 8e6) s = s.concat(s); for (;;) Number(s);`;
    const order: string[] = [];
    const told = client.examine(`${slow} ${backward('g')}`, signature).then(({ traced }) => {
      order.push('told');
      return traced;
    });
    await client.request({ type: 'ping' });
    order.push('pong');
    expect(await told).toMatchObject({ ok: false, problem: { code: 'too-slow' } });
    expect(order).toEqual(['pong', 'told']);
    expect(await client.examine(backward('g'), signature)).toMatchObject({ traced: { ok: true } });
  });

  test('train in a document', async () => {
    const { client, reached, frames } = listenIn();
    await client.request({ type: 'create', session: 'f', document: example('custom-function'), files: {} });
    await client.request({ type: 'train', session: 'f', steps: 2 });
    await reached('finished');
    await vi.waitFor(() => expect(frames.at(-1)?.step).toBe(2));
  });
});

describe('an engine that dies in mid-run', () => {
  test('is reported, replaced, and the new one trains', async () => {
    const threads: ReturnType<typeof startThread>[] = [];
    const engine = new SupervisedEngine(() => {
      const started = startThread();
      threads.push(started);
      return started;
    });
    ends.push(() => engine.dispose());
    const phases: string[] = [];
    const finished: string[] = [];
    engine.onState((state) =>
      phases.push(state.phase === 'lost' ? `lost ${state.reason}, mid-run ${state.midRun}` : state.phase),
    );
    engine.onTransition((_session, t) => {
      if (t.type === 'state') finished.push(t.state);
    });
    await engine.request({ type: 'create', session, document: endless, files: {} });
    await engine.request({ type: 'train', session });
    await vi.waitFor(() => expect(phases).toEqual(['ready', 'busy']));

    void threads[0]?.thread.terminate();
    await vi.waitFor(() =>
      expect(phases).toEqual(['ready', 'busy', 'lost crashed, mid-run true', 'starting', 'ready']),
    );
    await engine.request({ type: 'create', session, document: example('xor'), files: {} });
    await engine.request({ type: 'train', session, steps: 20 });
    await vi.waitFor(() => expect(finished.at(-1)).toBe('finished'));
    expect(threads).toHaveLength(2);
  });

  test('three times in a minute is left in peace until the user asks', async () => {
    let started = 0;
    const engine = new SupervisedEngine(() => {
      started += 1;
      return startThread();
    });
    ends.push(() => engine.dispose());
    for (let i = 0; i < 3; i++) engine.kill();
    expect(started).toBe(3);
    expect(engine.state).toMatchObject({ phase: 'lost', restarting: false });
    await expect(engine.request({ type: 'ping' })).rejects.toBeInstanceOf(EngineError);
    engine.restart();
    await vi.waitFor(() => expect(engine.state.phase).toBe('ready'), { timeout: 5000 });
    expect(await engine.request({ type: 'ping' })).toBe('pong');
  });
});
