import type { Session } from '../session/session.ts';
import { type Weight, wholeWeights } from '../session/whole_weights.ts';
import type { WeightsPiece } from './messages.ts';
import { halfUpdated, weightsGone } from './refusal.ts';

/** Gives out the weights of a session piece by piece: one message with all of a large network would hold up those after it. */
export class WeightsReader {
  readonly #session: Session;
  #taken = 0;
  #left: Weight[][] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * The first piece of the weights as they are now, or the next of those `taken` before.
   * @throws a diagnostic where there is none: others were taken since, the run has failed, or stands in the midst of an update
   */
  async next(taken?: number): Promise<WeightsPiece> {
    if (taken === undefined) await this.#take();
    else if (taken !== this.#taken) throw weightsGone;
    const weights = this.#left.shift();
    if (weights === undefined) throw weightsGone;
    return { taken: this.#taken, weights, isLast: this.#left.length === 0 };
  }

  async #take(): Promise<void> {
    const found = await wholeWeights(this.#session);
    if (this.#session.failure !== undefined) throw this.#session.failure;
    if (found === undefined) throw this.#session.lost === undefined ? halfUpdated : weightsGone;
    this.#left = found;
    this.#taken++;
  }
}
