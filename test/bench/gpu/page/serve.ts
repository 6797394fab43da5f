import { type EventPort, eventPort } from '../../../../engine/protocol/port.ts';
import type { Answer, Asked, Job, Turn } from '../jobs.ts';

/** What a contender makes of a job. */
export interface Repeated {
  /** Does it once; nobody waits for the device. */
  step(): void;
  /** Waits for all that was done, and gives a number of the last result: the loss. */
  finish(): Promise<number>;
  /** What was asked of the device so far. */
  asked?(): Asked;
}

/**
 * Answers turns with the time of a step: as many as were asked for are handed to the device, and only the last one's loss is waited
 * for. A library that waits now and then does so at its own cost.
 */
export function serve(prepare: (job: Job) => Repeated | Promise<Repeated>): void {
  const port = eventPort<Answer, Turn>(globalThis as unknown as EventPort);
  const known = new Map<string, Repeated>();
  const answer = async ({ job, times }: Turn): Promise<Answer> => {
    const work = known.get(job.name) ?? (await prepare(job));
    known.set(job.name, work);
    const before = work.asked?.();
    const start = performance.now();
    for (let n = 0; n < times; n++) {
      work.step();
      // The browser passes on what a script asked of the device when the script pauses, were it for a microtask.
      await undefined;
    }
    const loss = await work.finish();
    const time = (1000 * (performance.now() - start)) / times;
    if (!Number.isFinite(loss)) throw new Error(`what came of it is ${loss}`);
    return { time, asked: before && perStep(before, work.asked?.() ?? before, times) };
  };
  port.listen((turn) => {
    answer(turn)
      .catch((error: unknown): Answer => ({ failure: error instanceof Error ? error.message : String(error) }))
      .then((answered) => port.post(answered));
  });
}

const perStep = (before: Asked, after: Asked, times: number): Asked => ({
  dispatches: (after.dispatches - before.dispatches) / times,
  submits: (after.submits - before.submits) / times,
  bytesRead: (after.bytesRead - before.bytesRead) / times,
});
