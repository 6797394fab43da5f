import { getHeapStatistics } from 'node:v8';
import { Recorder, Recording } from '../../../../engine/session/recorder.ts';
import { median } from '../../median.ts';
import { overheads } from '../growth.ts';
import { type Measure, repeating, serve } from './serve.ts';
import { advance, createBackend, named, trained } from './training.ts';

/**
 * A contender: what is spent beside the arithmetic. Started with `--expose-gc` and a young generation that holds the garbage of
 * thousands of steps.
 */
const STEPS = 2000;

const { garbage, calls } = overheads;

/** Bytes that a step in static mode leaves to be collected. */
async function garbageOfStep(name: string): Promise<Measure> {
  const session = await trained(named(name, [garbage]), 'static');
  // The first iteration is captured, entry by entry.
  advance(session, 1);
  return (seconds) => {
    const bytes: number[] = [];
    for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
      gc?.();
      const before = getHeapStatistics().used_heap_size;
      for (let step = 0; step < STEPS; step++) session.advance('iteration');
      bytes.push((getHeapStatistics().used_heap_size - before) / STEPS);
    }
    return median(bytes);
  };
}

/** How often an iteration in dynamic mode calls the backend for an array: forward, backward and update. */
async function callsOfStep(name: string): Promise<number> {
  const recorder = new Recorder(createBackend());
  const session = await trained(named(name, [calls]), 'dynamic', recorder);
  advance(session, 1);
  const recording = new Recording();
  recorder.recording = recording;
  advance(session, 1);
  session.close();
  return recording.calls.length;
}

/** Nanoseconds for each call of an iteration in dynamic mode, with all that is done around it. */
async function timeOfCall(name: string): Promise<Measure> {
  const count = await callsOfStep(name);
  const session = await trained(named(name, [calls]), 'dynamic');
  const step = repeating(() => advance(session, 1));
  return async (seconds) => (1000 * (await step(seconds))) / count;
}

await serve((name) => (name === garbage.name ? garbageOfStep(name) : timeOfCall(name)));
