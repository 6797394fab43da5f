import type { JSHandle } from 'playwright-core';
import type { Answer, Job, Turn } from './jobs.ts';

/** A turn that takes longer, in milliseconds, has failed. */
const PATIENCE = 90_000;

/** A worker in the page that does what it is told to, as often as it is told, and says how long one time takes. */
export class PageContender {
  readonly name: string;
  readonly #worker: JSHandle<StartedWorker>;
  /** Jobs that it has failed at are not asked of it again. */
  readonly #failures = new Map<string, string>();

  constructor(name: string, worker: JSHandle<StartedWorker>) {
    this.name = name;
    this.#worker = worker;
  }

  async measure(job: Job, times: number): Promise<Answer> {
    const known = this.#failures.get(job.name);
    if (known !== undefined) return { failure: known };
    const answer = await this.#worker.evaluate(answerOf, { turn: { job, times }, patience: PATIENCE });
    if (answer.failure !== undefined) this.#failures.set(job.name, answer.failure);
    return answer;
  }
}

interface StartedWorker {
  readonly worker: Worker;
  /** Why it answers no more. */
  readonly lost: PromiseWithResolvers<string>;
}

// What follows runs in the page.

export function startWorker({ name, address }: { name: string; address: string }): StartedWorker {
  const worker = new Worker(address, { type: 'module', name });
  const lost = Promise.withResolvers<string>();
  worker.onerror = ({ message }) => lost.resolve(message || 'its worker does not load');
  return { worker, lost };
}

function answerOf(
  { worker, lost }: StartedWorker,
  { turn, patience }: { turn: Turn; patience: number },
): Promise<Answer> {
  const giveUp = setTimeout(() => {
    worker.terminate();
    lost.resolve(`no answer in ${patience / 1000} s`);
  }, patience);
  const answered = new Promise<Answer>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(turn);
  });
  const failed = lost.promise.then((failure): Answer => ({ failure }));
  return Promise.race([answered, failed]).finally(() => clearTimeout(giveUp));
}
