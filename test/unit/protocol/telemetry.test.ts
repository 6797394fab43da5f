import { describe, expect, test } from 'vitest';
import { FRAME_INTERVAL_MS, TelemetryGate } from '../../../engine/protocol/telemetry.ts';

function gateWithClock() {
  const state = { now: 0, sent: 0 };
  const gate = new TelemetryGate(
    () => {
      state.sent += 1;
    },
    () => state.now,
  );
  return { gate, state };
}

describe('telemetry leaves', () => {
  test('once, and not again before it is acked, however much happens', () => {
    const { gate, state } = gateWithClock();
    for (let i = 0; i < 100; i++) {
      state.now += FRAME_INTERVAL_MS;
      gate.progressed();
    }
    expect(state.sent).toBe(1);
    gate.acked();
    gate.progressed();
    expect(state.sent).toBe(2);
  });

  test('at the end of an iteration, not whenever an ack comes', () => {
    const { gate, state } = gateWithClock();
    gate.progressed();
    gate.progressed();
    state.now = 10 * FRAME_INTERVAL_MS;
    gate.acked();
    expect(state.sent).toBe(1);
    gate.progressed();
    expect(state.sent).toBe(2);
  });

  test('at most thirty times a second, however fast the acks', () => {
    const { gate, state } = gateWithClock();
    for (let i = 0; i < 1000; i++) {
      state.now += 1;
      gate.progressed();
      gate.acked();
    }
    expect(state.sent).toBeGreaterThan(20);
    expect(state.sent).toBeLessThanOrEqual(31);
  });

  test('thirty times a second also where an iteration takes long', () => {
    const { gate, state } = gateWithClock();
    for (; state.now < 1000; state.now += 11) {
      gate.progressed();
      gate.acked();
    }
    expect(state.sent).toBeGreaterThanOrEqual(30);
    expect(state.sent).toBeLessThanOrEqual(31);
  });

  test('seldom enough that costly frames take a twenty-fifth of the time', () => {
    const state = { now: 0, sent: 0 };
    const gate = new TelemetryGate(
      () => {
        state.sent += 1;
        state.now += 300;
      },
      () => state.now,
    );
    while (state.now < 30_000) {
      gate.progressed();
      gate.acked();
      state.now += 10;
    }
    expect(state.sent).toBeGreaterThan(2);
    expect(state.sent * 300).toBeLessThanOrEqual(0.04 * state.now + 300);
  });

  test('as often as ever after a single one that took long, and after one that held nobody up', () => {
    const state = { now: 0, sent: 0, cost: 0.5 };
    const gate = new TelemetryGate(
      () => {
        state.sent += 1;
        state.now += state.cost;
      },
      () => state.now,
    );
    /** How many leave in a second of a run. */
    const second = () => {
      const before = state.sent;
      for (const end = state.now + 1000; state.now < end; state.now++) {
        gate.progressed();
        gate.acked();
      }
      return state.sent - before;
    };
    second();
    state.cost = 10;
    gate.stopped(true);
    state.cost = 0.5;
    gate.acked();
    expect(second()).toBeGreaterThan(25);
    state.cost = 5;
    state.now += FRAME_INTERVAL_MS;
    gate.progressed();
    state.cost = 0.5;
    gate.acked();
    expect(second()).toBeGreaterThan(25);
  });

  test('not at all when nothing happened', () => {
    const { gate, state } = gateWithClock();
    gate.stopped();
    gate.acked();
    expect(state.sent).toBe(0);
  });

  test('a last time when the run stops, at once or after the ack', () => {
    const { gate, state } = gateWithClock();
    gate.progressed();
    state.now = 1;
    gate.progressed();
    gate.stopped();
    expect(state.sent).toBe(1);
    gate.acked();
    expect(state.sent).toBe(2);
    gate.acked();
    expect(state.sent).toBe(2);
  });
});
