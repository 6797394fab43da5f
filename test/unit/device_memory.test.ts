import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { Arena } from '../../engine/backends/arena.ts';
import { FreeBlocks } from '../../engine/backends/free_blocks.ts';
import { isOutOfMemory, OutOfMemory } from '../../engine/backends/out_of_memory.ts';
import { Collector } from '../../engine/backends/webgpu/collector.ts';
import type { DeviceLink } from '../../engine/backends/webgpu/link.ts';
import { DeviceMemory } from '../../engine/backends/webgpu/memory.ts';

/** Where arrays stand in the memory of a device, as far as that can be told without one. */

/** Each place has as many words as this, or a multiple. */
const UNIT = 64;

function limited(words: number) {
  const memory = new DeviceMemory(4 * words);
  const reached: number[] = [];
  memory.onReach = (end) => reached.push(end);
  return { reached, memory, take: (length: number) => memory.take('f32', length) };
}

it('a place that is free is used again by arrays of its size', () => {
  const { memory, reached, take } = limited(10 * UNIT);
  const [first, second] = [take(UNIT), take(UNIT)];
  memory.giveBack(first);
  expect(take(UNIT - 1).address).toBe(first.address);
  expect(second.address).toBe(UNIT);
  expect(reached).toEqual([UNIT, 2 * UNIT]);
});

it('free places are joined and cut before memory reaches further', () => {
  const { memory, reached, take } = limited(10 * UNIT);
  const places = [take(UNIT), take(UNIT), take(UNIT), take(UNIT)];
  // The last one stays.
  for (const place of places.slice(0, 3)) memory.giveBack(place);
  expect(take(2 * UNIT).address).toBe(0);
  expect(take(UNIT).address).toBe(2 * UNIT);
  expect(reached.at(-1)).toBe(4 * UNIT);
  expect(take(UNIT).address).toBe(4 * UNIT);
});

it('what is free at the end is part of a larger place there', () => {
  const { memory, reached, take } = limited(4 * UNIT);
  take(UNIT);
  memory.giveBack(take(2 * UNIT));
  expect(take(3 * UNIT).address).toBe(UNIT);
  expect(reached.at(-1)).toBe(4 * UNIT);
});

it('beyond what the device holds there is none, after all that waits was given back', () => {
  const { memory, take } = limited(4 * UNIT);
  const places = [take(2 * UNIT), take(UNIT), take(UNIT)];
  expect(() => take(1)).toThrow(OutOfMemory);
  memory.onFull = () => {
    for (const place of places.splice(1)) memory.giveBack(place);
  };
  expect(take(2 * UNIT).address).toBe(2 * UNIT);
  try {
    take(1);
    expect.fail('it has room for more than it holds');
  } catch (error) {
    expect(isOutOfMemory(error)).toBe(true);
  }
});

it('a place is cut off the smallest that has it, and the rest stays free', () => {
  const free = new FreeBlocks();
  free.put(0, 5);
  free.put(10, 2);
  free.put(12, 1);
  expect(free.cut(3, 100)).toEqual({ address: 10, end: 100 });
  expect(free.cut(4, 100)).toEqual({ address: 0, end: 100 });
  expect(free.take(1)).toBe(4);
  expect(free.take(1)).toBeUndefined();
  expect(free.cut(1, 100)).toEqual({ address: undefined, end: 100 });
});

it('what is free before the end is free no more: the end is lower', () => {
  const free = new FreeBlocks();
  free.put(90, 6);
  free.put(96, 4);
  free.put(80, 5);
  expect(free.cut(8, 100)).toEqual({ address: undefined, end: 90 });
  expect(free.take(5)).toBe(80);
  expect(free.take(10)).toBeUndefined();
});

it('what collects numbers keeps its memory, whatever else JavaScript forgets', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const arena = new Arena(new DeviceMemory(2 ** 20));
  const link: Pick<DeviceLink, 'launch'> = { launch: () => undefined };
  const collector = new Collector(link as DeviceLink, arena);
  arena.make([UNIT], 'f32');
  await vi.waitUntil(() => {
    collect();
    return arena.memory().arrays < 2;
  });
  expect(arena.memory().arrays).toBe(1);
  expect(collector.isFull).toBe(false);
});
