import type { Backend } from '../backends/backend.ts';
import { MOST_PLANS } from '../graph/check.ts';
import type { Mode } from '../graph/document.ts';
import type { Schedule } from '../program/schedule.ts';
import { Iteration, type IterationOptions } from './iteration.ts';
import type { Pass } from './pass.ts';
import { Capture, carriedKey, type Plan, Replay } from './plan.ts';
import { Recorder } from './recorder.ts';

/**
 * How the iterations of a run are executed. Dynamic: each afresh. Static: the first of its kind is captured, those that follow
 * are replayed; kinds differ in the counts of loops, the size of the batch, and the gradients that are there at the beginning.
 */
export class Passes {
  /** What the run computes with. */
  readonly backend: Backend;
  readonly #recorder: Recorder | undefined;
  readonly #plans = new Map<Schedule, Map<string, Plan>>();
  #count = 0;

  constructor(mode: Mode, backend: Backend) {
    this.#recorder = mode === 'static' ? new Recorder(backend) : undefined;
    this.backend = this.#recorder ?? backend;
  }

  /** All plans, in the order in which they were captured. */
  get plans(): readonly Plan[] {
    return [...this.#plans.values()].flatMap((plans) => [...plans.values()]);
  }

  begin(options: IterationOptions): Pass {
    const recorder = this.#recorder;
    if (recorder === undefined) return new Iteration(options);
    const { schedule } = options;
    const key = carriedKey(options);
    const plan = this.#plans.get(schedule)?.get(key);
    if (plan !== undefined) return new Replay({ ...options, plan });
    if (this.#count >= MOST_PLANS) return new Iteration(options);
    const captured = (made: Plan) => {
      const plans = this.#plans.get(schedule) ?? new Map<string, Plan>();
      this.#plans.set(schedule, plans.set(key, made));
      this.#count++;
    };
    return new Capture({ ...options, recorder, captured });
  }
}
