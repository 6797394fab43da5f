import type { Backend } from '../backends/backend.ts';
import { isOutOfMemory } from '../backends/out_of_memory.ts';
import { MOST_PLANS } from '../graph/check.ts';
import type { Mode } from '../graph/document.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Schedule } from '../program/schedule.ts';
import { Iteration, type IterationOptions, type Surroundings } from './iteration.ts';
import type { Writer } from './owner.ts';
import type { Pass } from './pass.ts';
import { Capture, carriedKey, type Plan, Replay } from './plan.ts';
import { Recorder } from './recorder.ts';
import { makeReady, WholePass } from './whole_pass.ts';

/** A plan, and the pass that does all of it at once: not made yet, or null where that is not possible. */
interface Known {
  readonly plan: Plan;
  whole?: WholePass | null;
}

/**
 * How the iterations of a run are executed. Dynamic: each afresh. Static, auto: the first of its kind is captured, those that
 * follow are replayed, in one go where nobody looks in between; kinds differ in the counts of loops, the size of the batch, and the
 * gradients that are there at the beginning.
 */
export class Passes {
  /** What the run computes with. */
  readonly backend: Backend;
  readonly #inner: Backend;
  readonly #recorder: Recorder | undefined;
  readonly #plans = new Map<Schedule, Map<string, Known>>();
  #count = 0;

  constructor(mode: Mode, backend: Backend) {
    this.#inner = backend;
    this.#recorder = mode === 'dynamic' ? undefined : new Recorder(backend);
    this.backend = this.#recorder ?? backend;
  }

  /** All plans, in the order in which they were captured. */
  get plans(): readonly Plan[] {
    return [...this.#plans.values()].flatMap((plans) => [...plans.values()].map(({ plan }) => plan));
  }

  /** `writers` are those that update; `isWhole`: nobody wants to look before the iteration is over. */
  begin(schedule: Schedule, around: Surroundings, writers: readonly Writer[], isWhole: boolean): Pass | WholePass {
    const recorder = this.#recorder;
    if (recorder === undefined) return new Iteration({ ...around, schedule });
    const backend = this.#inner;
    const key = carriedKey(around);
    const known = this.#plans.get(schedule)?.get(key);
    if (known !== undefined) {
      const { plan } = known;
      if (!isWhole) return new Replay({ ...around, backend, plan });
      // What optimizers compute may be something else under other settings: it is captured anew.
      if (isAsCaptured(writers, plan)) {
        if (known.whole === undefined) known.whole = wholeOrNot(plan, backend, around);
        return known.whole?.begin() ?? new Replay({ ...around, backend, plan });
      }
    } else if (this.#count >= MOST_PLANS) return new Iteration({ ...around, schedule });
    return this.#capture(recorder, { ...around, schedule }, key, writers);
  }

  #capture(recorder: Recorder, options: IterationOptions, key: string, writers: readonly Writer[]): Capture {
    const { schedule } = options;
    const captured = (plan: Plan) => {
      const plans = this.#plans.get(schedule) ?? new Map<string, Known>();
      if (!plans.has(key)) this.#count++;
      plans.get(key)?.whole?.discard();
      this.#plans.set(schedule, plans.set(key, { plan }));
    };
    return new Capture({ ...options, recorder, writers, captured });
  }
}

/** Where a ready plan does not fit into memory, its calls may, one by one. */
function wholeOrNot(plan: Plan, backend: Backend, around: Surroundings): WholePass | null {
  try {
    const ready = makeReady(plan, backend, around);
    return ready === undefined ? null : new WholePass(ready, backend, around);
  } catch (error) {
    if (isOutOfMemory(error)) return null;
    throw error;
  }
}

function isAsCaptured(writers: readonly Writer[], { settings }: Plan): boolean {
  let i = 0;
  for (const writer of writers) if (!areSame(writer.settings, settings[i++])) return false;
  return true;
}

function areSame(one: Settings, other: Settings | undefined): boolean {
  if (one === other) return true;
  if (other === undefined) return false;
  for (const name in one) if (one[name] !== other[name]) return false;
  return true;
}
