import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FromEngine, ToEngine } from '../../../engine/protocol/messages.ts';
import { inProcessPorts } from '../../../engine/protocol/port.ts';
import { SupervisedEngine } from '../../../engine/protocol/supervised.ts';
import {
  INITIAL_STATE,
  LOSS_WINDOW_MS,
  type SupervisorEvent,
  type SupervisorState,
  supervise,
} from '../../../engine/protocol/supervisor.ts';

const stateAfter = (...events: SupervisorEvent[]): SupervisorState => events.reduce(supervise, INITIAL_STATE);
const died = (at: number): SupervisorEvent => ({ type: 'died', reason: 'crashed', detail: 'exit 1', at });
const hello: SupervisorEvent = { type: 'hello' };
const started: SupervisorEvent = { type: 'started' };

describe('the life of an engine', () => {
  test('it starts, gets ready, is busy while something trains, and ready again', () => {
    expect(INITIAL_STATE.phase).toBe('starting');
    expect(stateAfter(hello).phase).toBe('ready');
    expect(stateAfter(hello, { type: 'run-began' }).phase).toBe('busy');
    expect(stateAfter(hello, { type: 'run-began' }, { type: 'run-ended' }).phase).toBe('ready');
  });

  test('a death in mid-run says so and starts another one', () => {
    expect(stateAfter(hello, { type: 'run-began' }, died(5))).toMatchObject({
      phase: 'lost',
      midRun: true,
      reason: 'crashed',
      detail: 'exit 1',
      restarting: true,
    });
    expect(stateAfter(hello, died(5), started, hello).phase).toBe('ready');
  });

  test('a death before the first word is a failure to start', () => {
    expect(stateAfter(died(5))).toMatchObject({ phase: 'lost', reason: 'failed-to-start' });
  });

  test('three deaths within a minute end the restarting', () => {
    const twice = [hello, died(0), started, hello, died(1000), started, hello];
    expect(stateAfter(...twice, died(LOSS_WINDOW_MS - 1))).toMatchObject({ phase: 'lost', restarting: false });
    expect(stateAfter(...twice, died(LOSS_WINDOW_MS - 1), started).phase).toBe('lost');
    expect(stateAfter(...twice, died(LOSS_WINDOW_MS + 1))).toMatchObject({ phase: 'lost', restarting: true });
  });

  test('the user can ask for another one, which starts the count anew', () => {
    const given = stateAfter(died(0), started, died(1), started, died(2), { type: 'asked-to-restart' });
    expect(given).toMatchObject({ phase: 'lost', restarting: true, losses: [] });
    expect(supervise(given, started).phase).toBe('starting');
  });

  test('words of an engine that is gone change nothing', () => {
    const lost = stateAfter(hello, died(0));
    for (const late of [hello, { type: 'run-began' }, { type: 'run-ended' }, died(1)] as const) {
      expect(supervise(lost, late)).toBe(lost);
    }
  });
});

describe('an engine that falls silent', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  function silent() {
    vi.useFakeTimers();
    const [here, there] = inProcessPorts<ToEngine, FromEngine>();
    const terminate = vi.fn();
    const engine = new SupervisedEngine(() => ({ port: here, onDeath: () => undefined, terminate }));
    const quiet: boolean[] = [];
    engine.onQuiet((now) => quiet.push(now));
    const state = (now: 'running' | 'finished') =>
      there.post({
        kind: 'transition',
        session: 's',
        run: 0,
        transition: { type: 'state', state: now, step: 0, epoch: 0 },
      });
    return { engine, terminate, quiet, state };
  }

  test('is replaced after 15 s when it has nothing to do', async () => {
    const { terminate, state } = silent();
    state('running');
    state('finished');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(terminate).toHaveBeenCalled();
  });

  test('is left to its work in mid-run, which is told, for two minutes', async () => {
    const { engine, terminate, quiet, state } = silent();
    state('running');
    await vi.advanceTimersByTimeAsync(110_000);
    expect(terminate).not.toHaveBeenCalled();
    expect(quiet).toEqual([true]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(terminate).toHaveBeenCalled();
    expect(quiet).toEqual([true, false]);
    engine.dispose();
  });
});
