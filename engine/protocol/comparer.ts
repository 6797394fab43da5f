import type { Session } from '../session/session.ts';
import type { View } from '../session/view.ts';
import type { ComparisonSlice } from './messages.ts';
import { comparisonEnded, nothingToCompare } from './refusal.ts';

/** Milliseconds that a request may take: what else is asked meanwhile, a pause or a ping, waits no longer. */
const SLICE = 50;

/** Compares what a session has computed with the reference, a slice at each request: whoever asks no further has cancelled it. */
export class Comparer {
  readonly #session: Session;
  #next: ReturnType<View['compare']>;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The session moves on. */
  forget(): void {
    this.#next = undefined;
  }

  /** @throws a diagnostic where there is nothing to compare, or nothing that could be gone on with */
  advance(isNew: boolean): ComparisonSlice {
    if (isNew) this.#next = this.#session.view.compare();
    const next = this.#next;
    if (next === undefined) throw isNew ? nothingToCompare : comparisonEnded;
    const begun = performance.now();
    for (;;) {
      const step = next();
      if (step === undefined || step.done === true) this.forget();
      if (step === undefined) throw comparisonEnded;
      if (step.done === true) return { found: step.value };
      if (performance.now() - begun >= SLICE) return { progress: step.value };
    }
  }
}
