import { firstMade, isMaker } from './fault.ts';
import type { Session } from './session.ts';
import { isBefore, type Place, placeOf } from './stepping.ts';

/**
 * The watch for NaN and infinities. A free run is asked for its parameters once per iteration, beside its loss: that costs next to
 * nothing. Where somebody steps, all that an entry makes is looked at.
 */
export class NonFiniteWatch {
  readonly #session: Session;
  #isOn = false;
  /** Where the run stood at the fault that was shown last. Until all parameters are finite again, what comes after is its doing. */
  #shown: Place | undefined;
  /** So many iterations had left all parameters finite when they were looked at last. */
  #sound = 0;
  /** Where this movement began: what was made before that has been passed already. */
  #from: Place = { iteration: 0, position: 0 };

  constructor(session: Session) {
    this.#session = session;
  }

  turn(on: boolean): void {
    this.#isOn = on;
    if (!on) this.#shown = undefined;
  }

  /** A movement begins. Who went back before what was shown will meet it again. */
  begins(): void {
    this.#from = placeOf(this.#session);
    this.#sound = this.#from.iteration;
    if (this.#shown !== undefined && isBefore(this.#from, this.#shown)) this.#shown = undefined;
  }

  /** The fault at which the run stands has been told: from here on it goes on. */
  told(): void {
    this.#shown = placeOf(this.#session);
  }

  /** The first iteration that may have spoiled a parameter. */
  get sound(): number {
    return this.#sound;
  }

  /** After an entry of a free run: has the iteration that just ended spoiled a parameter? */
  isSpoiled(): boolean {
    const { cursor, isTold } = this.#session;
    // Where losses are not waited for, neither is what has become of the parameters.
    if (!this.#isOn || cursor.phase !== 'batch' || !isTold) return false;
    const { finite } = this.#session.view;
    if (finite === undefined) return false;
    if (!finite) return this.#shown === undefined;
    this.#sound = cursor.iteration;
    this.#shown = undefined;
    return false;
  }

  /** After an entry that somebody steps over: does the run have to end here? */
  isHit(): boolean {
    const isMade = this.#shown === undefined && this.isFirst();
    return this.isSpoiled() || isMade;
  }

  /** Was the first of this iteration made by the entry that was done last? */
  isFirst(): boolean {
    const { session, moment } = this.#now();
    if (moment === undefined) return false;
    const { backend } = session;
    return session.look(() => isMaker(moment, backend) && firstMade(moment, backend) === moment.done - 1, false);
  }

  /** Has this movement gone past the first one of this iteration, or failed because of it? */
  isPast(): boolean {
    const { session, moment } = this.#now();
    if (moment === undefined || this.#shown !== undefined) return false;
    const isMidway = session.position > 0;
    if (!isMidway && session.view.finite !== false) return false;
    const first = session.look(() => firstMade(moment, session.backend), undefined);
    if (first === undefined) return false;
    return session.iteration !== this.#from.iteration || first >= this.#from.position;
  }

  #now() {
    const session = this.#session;
    // An evaluation belongs to the iteration before it, and ends first.
    const isAsked = this.#isOn && session.cursor.phase !== 'evaluate';
    return { session, moment: isAsked ? session.moment() : undefined };
  }
}
