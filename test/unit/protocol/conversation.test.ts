import { afterEach, describe, expect, test, vi } from 'vitest';
import { plainDevice } from '../../../engine/backends/reference/reference.ts';
import { emptyDocument } from '../../../engine/graph/document.ts';
import { EngineClient, EngineError } from '../../../engine/protocol/client.ts';
import type { FromEngine, Request, TelemetryFrame, ToEngine } from '../../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../../engine/protocol/port.ts';
import { type ServedSession, type SessionReports, serveEngine } from '../../../engine/protocol/server.ts';
import { services } from './services.ts';

const frameAt = (step: number): TelemetryFrame => ({
  step,
  steps: 10,
  epoch: 0,
  stepsPerSecond: 0,
  losses: Float64Array.of(step, 0.5),
  memoryBytes: 0,
  loops: {},
  nodes: {},
});

/** A run without mathematics that records what it is asked. */
class ScriptedSession implements ServedSession {
  readonly asked: string[] = [];
  readonly #reports: SessionReports;
  readonly hasMore = false;
  readonly running = false;
  readonly device = { device: plainDevice };
  steps = 0;
  constructor(reports: SessionReports) {
    this.#reports = reports;
  }
  async train(steps = 3): Promise<void> {
    this.asked.push('train');
    this.#reports.transition({ type: 'state', state: 'running', step: this.steps, epoch: 0 });
    for (let i = 0; i < steps; i++) {
      this.steps += 1;
      this.#reports.progressed();
      await Promise.resolve();
    }
    this.#reports.transition({ type: 'state', state: 'finished', step: this.steps, epoch: 0 });
  }
  pause(): void {
    this.asked.push('pause');
  }
  hold(): void {
    this.asked.push('hold');
  }
  reset(): void {
    this.steps = 0;
  }
  set(_node: string, setting: string): void {
    throw Object.assign(new Error(`${setting} is not live`), { code: 'not-live', hint: 'Press Reset first.' });
  }
  watch(): void {
    this.asked.push('watch');
  }
  inspect(): Record<string, never> {
    return {};
  }
  unrolled(): undefined {}
  captured(): never[] {
    return [];
  }
  compare(): never {
    throw new Error('there is nothing to compare');
  }
  async step(kind: string): Promise<void> {
    this.asked.push(`step ${kind}`);
  }
  async travel(): Promise<void> {}
  breakAt(): void {}
  tape(): undefined {}
  entry(): undefined {}
  passing(): Record<string, never> {
    return {};
  }
  ledger(): never[] {
    return [];
  }
  tensor(): undefined {}
  weights(): never {
    throw new Error('there are no weights');
  }
  frame(): TelemetryFrame {
    return frameAt(this.steps);
  }
  close(): void {
    this.asked.push('close');
  }
}

function converse() {
  const [here, there] = inProcessPorts<ToEngine, FromEngine>();
  const sessions: ScriptedSession[] = [];
  serveEngine(
    there,
    async (document, _files, reports) => {
      if (document.name === 'broken')
        throw Object.assign(new Error('no'), { diagnostics: [problem('a'), problem('b')] });
      const session = new ScriptedSession(reports);
      sessions.push(session);
      return session;
    },
    { version: '1.2.3', device: plainDevice },
    services,
  );
  return { client: new EngineClient(here), sessions };
}

const problem = (code: string) => ({ code, severity: 'error', message: code, hint: 'mend it' }) as const;
const create = (session = 's', name = 'fine'): Extract<Request, { type: 'create' }> => ({
  type: 'create',
  session,
  document: emptyDocument(name),
  files: {},
});
const refused = (work: Promise<unknown>): Promise<readonly string[]> =>
  work.then(
    () => [],
    (error: unknown) =>
      error instanceof EngineError ? error.diagnostics.map(({ code }) => code) : ['not refused by the engine'],
  );

afterEach(() => {
  vi.useRealTimers();
});

describe('a conversation with the engine', () => {
  test('begins with who it is, and answers a ping', async () => {
    const { client } = converse();
    await expect(client.ready).resolves.toEqual({ version: '1.2.3', device: plainDevice });
    await expect(client.request({ type: 'ping' })).resolves.toBe('pong');
  });

  test('every diagnostic of a document arrives, and what went wrong leaves no session behind', async () => {
    const { client } = converse();
    expect(await refused(client.request(create('s', 'broken')))).toEqual(['a', 'b']);
    expect(await refused(client.request({ type: 'train', session: 's' }))).toEqual(['engine.unknown-session']);
  });

  test('an exception inside becomes a diagnostic with its code and hint', async () => {
    const { client } = converse();
    await client.request(create());
    await expect(
      client.request({ type: 'set', session: 's', node: 'n', setting: 'size', value: 1 }),
    ).rejects.toMatchObject({
      diagnostics: [{ code: 'not-live', severity: 'error', message: 'size is not live', hint: 'Press Reset first.' }],
    });
  });

  test('requests may follow a creation at once: they wait for it, and transitions come in order', async () => {
    const { client } = converse();
    const states: string[] = [];
    client.onTransition((_session, transition) => states.push(transition.type === 'state' ? transition.state : ''));
    const replies = await Promise.all([client.request(create()), client.request({ type: 'train', session: 's' })]);
    await vi.waitFor(() => expect(states).toEqual(['running', 'finished']));
    expect(replies).toEqual([{ device: plainDevice }, null]);
  });

  test('frames wait for their ack, and the last one is of the last step', async () => {
    const { client } = converse();
    const steps: number[] = [];
    const states: string[] = [];
    client.onTelemetry((_session, frame) => steps.push(frame.step));
    client.onTransition((_session, transition) => states.push(transition.type === 'state' ? transition.state : ''));
    await client.request(create());
    await client.request({ type: 'train', session: 's', steps: 50 });
    // However long the run takes: nothing more is sent until the first frame is acked.
    await vi.waitFor(() => expect(states.at(-1)).toBe('finished'));
    expect(steps).toHaveLength(1);
    client.ack('s');
    await vi.waitFor(() => expect(steps.at(-1)).toBe(50));
    client.ack('s');
    await client.request({ type: 'ping' });
    expect(steps).toHaveLength(2);
  });

  test('a second creation under one name ends the first session', async () => {
    const { client, sessions } = converse();
    await client.request(create());
    await client.request(create());
    await vi.waitFor(() => expect(sessions[0]?.asked).toEqual(['hold', 'close']));
    await client.request({ type: 'pause', session: 's' });
    expect(sessions[1]?.asked).toEqual(['pause']);
  });

  test('what an older session still tells bears another number, and its ack is not taken for the new one', async () => {
    const { client } = converse();
    const runs: number[] = [];
    const frames: number[] = [];
    client.onTransition((_session, _transition, run) => runs.push(run));
    client.onTelemetry((_session, _frame, run) => frames.push(run));
    await client.request({ ...create(), run: 1 });
    await client.request({ type: 'train', session: 's' });
    await vi.waitFor(() => expect(frames).toEqual([1]));
    await client.request({ ...create(), run: 2 });
    await client.request({ type: 'train', session: 's', steps: 50 });
    await vi.waitFor(() => expect(runs).toEqual([1, 1, 2, 2]));
    await vi.waitFor(() => expect(frames).toEqual([1, 2]));
    client.ack('s', 1);
    await client.request({ type: 'ping' });
    expect(frames).toEqual([1, 2]);
    client.ack('s', 2);
    await vi.waitFor(() => expect(frames).toEqual([1, 2, 2]));
  });

  test('what waits when the engine ends is refused by name', async () => {
    const { client } = converse();
    const waiting = refused(client.request({ type: 'ping' }));
    client.close();
    expect(await waiting).toEqual(['engine.lost']);
    expect(await refused(client.request({ type: 'ping' }))).toEqual(['engine.lost']);
  });

  test('the watchdog tells of an engine that answers no ping, and of no other', async () => {
    vi.useFakeTimers();
    const [silent] = inProcessPorts<ToEngine, FromEngine>();
    const lost = vi.fn();
    const kept = vi.fn();
    new EngineClient(silent).watch({ intervalMs: 1000, silenceMs: 5000, onSilent: lost });
    converse().client.watch({ intervalMs: 1000, silenceMs: 5000, onSilent: kept });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(kept).not.toHaveBeenCalled();
  });

  test('one long operation in mid-run is told as such, and only silence beyond all measure ends the engine', async () => {
    vi.useFakeTimers();
    const [here, there] = inProcessPorts<ToEngine, FromEngine>();
    const onSilent = vi.fn();
    const onQuiet = vi.fn();
    const client = new EngineClient(here);
    const times = { intervalMs: 1000, silenceMs: 5000, workingSilenceMs: 60_000 };
    client.watch({ ...times, working: () => true, onQuiet, onSilent });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(onQuiet.mock.calls).toEqual([[true]]);
    there.post({ kind: 'hello', version: '1', device: plainDevice });
    await vi.advanceTimersByTimeAsync(1);
    expect(onQuiet.mock.calls).toEqual([[true], [false]]);
    expect(onSilent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(70_000);
    expect(onSilent).toHaveBeenCalledTimes(1);
  });
});
