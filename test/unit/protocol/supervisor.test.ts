import { describe, expect, test } from 'vitest';
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
