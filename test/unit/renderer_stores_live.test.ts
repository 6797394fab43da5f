import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TelemetryFrame } from '../../engine/protocol/messages.ts';
import {
  clearLive,
  latest,
  losses,
  onWatchChange,
  receiveFrame,
  subscribeFrame,
  subscribeNode,
  watched,
} from '../../renderer/stores/live.ts';

const frame = (step: number, nodes: TelemetryFrame['nodes'] = {}): TelemetryFrame => ({
  step,
  steps: 10,
  epoch: 0,
  stepsPerSecond: 1,
  losses: new Float64Array([step, 1 / step]),
  memoryBytes: 0,
  loops: {},
  nodes,
});

let frames: FrameRequestCallback[] = [];
const paint = () => {
  const due = frames;
  frames = [];
  for (const callback of due) callback(0);
};

describe('live numbers', () => {
  beforeEach(() => {
    frames = [];
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  });
  afterEach(() => {
    paint();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('reach who looks at them once per animation frame, and the engine is told after the paint', () => {
    const seen = vi.fn();
    const ack = vi.fn();
    const stop = subscribeNode('a', 'linear1', seen);
    receiveFrame('a', frame(1, { linear1: {} }), vi.fn());
    const output = { linear1: { parameters: {} } };
    receiveFrame('a', frame(2, output), ack);
    expect(seen).not.toHaveBeenCalled();
    expect(frames).toHaveLength(1);
    paint();
    expect(seen.mock.calls).toEqual([[output.linear1]]);
    expect(ack).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(ack).toHaveBeenCalledOnce();
    stop();
  });

  it('stay apart by tab, and a node that a frame leaves out keeps its latest', () => {
    receiveFrame('b', frame(1, { linear1: { parameters: {} } }), vi.fn());
    receiveFrame('b', frame(2), vi.fn());
    receiveFrame('c', frame(1), vi.fn());
    expect(latest('b', 'linear1')).toEqual({ parameters: {} });
    expect(latest('c', 'linear1')).toBeUndefined();
    expect(losses('b')).toMatchObject({ steps: [1, 2], values: [1, 0.5] });
  });

  it('are gone after a reset, and who looks is told', () => {
    const seen = vi.fn();
    receiveFrame('d', frame(1), vi.fn());
    const stop = subscribeFrame('d', seen);
    clearLive('d');
    paint();
    expect(seen).toHaveBeenLastCalledWith(undefined);
    expect(losses('d').steps).toEqual([]);
    stop();
  });

  it('say which nodes are looked at, each once', () => {
    const changed = vi.fn();
    const stop = onWatchChange(changed);
    const first = subscribeNode('e', 'relu1', vi.fn());
    const second = subscribeNode('e', 'relu1', vi.fn());
    expect(watched('e')).toEqual(['relu1']);
    first();
    expect(watched('e')).toEqual(['relu1']);
    second();
    expect(watched('e')).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(2);
    stop();
  });

  it('keep the losses of a long run few, in order and from its start to its end', () => {
    const ack = () => undefined;
    for (let n = 1; n <= 30_000; n++) receiveFrame('f', frame(n), ack);
    const { steps, values, last } = losses('f');
    expect(steps.length).toBeLessThanOrEqual(8_000);
    expect(values).toHaveLength(steps.length);
    expect([steps[0], steps.at(-1)]).toEqual([1, 30_000]);
    expect(last).toBe(values.at(-1));
    expect(steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0))).toBe(true);
  });
});
