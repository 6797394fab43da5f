import type { Breakpoint } from '../graph/document.ts';
import type { Ref } from '../program/entries.ts';
import { Breakpoints } from './breakpoints.ts';
import { type Before, examineFault, isMaker } from './fault.ts';
import type { Moment } from './moment.ts';
import { pump } from './pump.ts';
import type { Session } from './session.ts';
import { changesSince, type Mark, markOf } from './since.ts';
import { isBefore, type Place, placeOf, type StepKind, stepDone } from './stepping.ts';
import type {
  BriefTape,
  FilmFrame,
  RunState,
  StopReason,
  StopReport,
  TapeList,
  TapeReport,
  TensorSlice,
} from './summary.ts';
import { listOf, numberOf } from './tape_list.ts';
import { type Arrival, stepBack, travel } from './travel.ts';
import { NonFiniteWatch } from './watch.ts';

/** Losses that are looked at to tell why a NaN came. */
const LOOKED_AT = 10;
/** Iterations that the film shows. */
const FILMED = 60;
/** A step that takes longer than this, in milliseconds, is told to be running; so that a timeline can be scrubbed, a journey later. */
const PATIENCE = { step: 50, journey: 400 } as const;

/** A session with breakpoints and the watch for NaN, and what it tells where it stands. It runs nothing of its own. */
export class Debugger {
  readonly session: Session;
  /** As the session's, but that of a run which stops only where it ends is told: at its first NaN it does not fail. */
  onState: (state: RunState) => void = () => undefined;
  #breakpoints = new Breakpoints([]);
  readonly #watch: NonFiniteWatch;
  #stop: Pick<StopReport, 'reason' | 'breakpoints' | 'fault'> = { reason: 'pause', breakpoints: [] };
  #film: readonly FilmFrame[] = [];
  /** The last stop. */
  #mark: Mark | undefined;
  /** While something is under way only where it ends is told, not what it passes through. */
  #isQuiet = false;

  constructor(session: Session) {
    this.session = session;
    this.#watch = new NonFiniteWatch(session);
    session.onState = (state) => {
      if (!this.#isQuiet) this.onState(state);
    };
  }

  /** An iteration has finished for the first time, or anew after its past was changed. */
  finished(iteration: number, loss: number): void {
    const before = this.#film.filter((frame) => frame.iteration < iteration);
    this.#film = [...before.slice(1 - FILMED), { iteration, loss, loops: Object.fromEntries(this.session.loops) }];
  }

  /** Back to the start: nothing has happened yet. */
  reset(): void {
    this.session.reset();
    this.#breakpoints.reset();
    this.#film = [];
    this.#mark = undefined;
  }

  /** Where a run stops from now on. A breakpoint that stays what it was goes on counting its hits. */
  breakAt(list: readonly Breakpoint[], nonFinite: boolean): void {
    this.#breakpoints = this.#breakpoints.with(list);
    this.#watch.turn(nonFinite);
  }

  /** Trains until the end, a breakpoint, a NaN or a pause. */
  async train(paused: () => boolean): Promise<void> {
    this.session.rememberAll(false);
    this.session.start();
    const isFree = () => !this.#breakpoints.areSet;
    await this.#quietly(() => this.#go(paused, () => this.#watch.isSpoiled(), { isFree }));
  }

  /** One step; `back` is one entry back. At the end of the run one iteration more. */
  async step(kind: StepKind | 'back', paused: () => boolean): Promise<void> {
    const { session } = this;
    session.rememberAll(true);
    await this.#quietly(async () => {
      if (kind === 'back') this.#arrived(await stepBack(session, paused));
      else {
        if (session.cursor.phase === 'batch' && session.cursor.iteration >= session.target) session.start(1);
        await this.#go(paused, () => this.#watch.isHit(), { done: stepDone(session, kind) });
      }
    }, PATIENCE.step);
  }

  /** Goes to a moment of the past, or one that lies ahead in this iteration. */
  async travel(place: Place, paused: () => boolean): Promise<void> {
    this.session.rememberAll(true);
    await this.#quietly(async () => {
      this.#watch.begins();
      this.#arrived(await travel(this.session, place, paused, () => this.#watch.isHit()));
    }, PATIENCE.journey);
  }

  /** To be asked once at every stop: it tells what has changed since it was asked before. */
  report(): StopReport {
    const { session } = this;
    const { earliest, bytes } = session.history;
    const mark = session.look(() => markOf(session), undefined);
    const since = this.#mark && mark && changesSince(this.#mark, mark);
    this.#mark = mark ?? this.#mark;
    return {
      ...this.#stop,
      ...(since === undefined ? {} : { since }),
      reason: session.state === 'finished' && this.#stop.reason === 'pause' ? 'end' : this.#stop.reason,
      iteration: session.cursor.iteration,
      position: session.position,
      hits: this.#breakpoints.hits,
      history: { bytes, ...(earliest === undefined ? {} : { earliest }) },
    };
  }

  /** The tape of the iteration that the session stands in, or that is over; undefined before the first. */
  tape(): TapeReport | undefined {
    const moment = this.session.moment();
    return moment && { ...this.#tapeOf(moment), ...listOf(moment) };
  }

  /** That tape for whoever has the list numbered `known`, which is not told again. */
  briefTape(known: number | undefined): BriefTape | undefined {
    const moment = this.session.moment();
    const tape = moment && this.#tapeOf(moment);
    return moment && tape && (tape.list === known ? tape : { ...tape, fresh: listOf(moment) });
  }

  #tapeOf(moment: Moment): Omit<TapeReport, keyof TapeList> {
    const { iteration, loops } = this.session;
    const list = numberOf(moment.entries);
    return { iteration, done: moment.done, list, loops: Object.fromEntries(loops), film: this.#film };
  }

  /** Elements of a tensor of this moment; undefined where it is not there. */
  tensor(ref: Ref, start: number, count: number): TensorSlice | undefined {
    const found = this.session.view.elements(ref);
    if (found === undefined) return undefined;
    const values = found.values.subarray(start, start + count);
    return { shape: [...found.shape], start, values: Float64Array.from(values) };
  }

  /** Runs until a breakpoint, the watch or `done` says so; whole iterations while nobody asks for more. */
  async #go(
    paused: () => boolean,
    isHit: () => boolean,
    { done = () => false, isFree = () => false }: { done?: () => boolean; isFree?: () => boolean },
  ): Promise<void> {
    const { session } = this;
    this.#watch.begins();
    this.#stop = { reason: 'pause', breakpoints: [] };
    // An advance from one phase to the next does no entry, an evaluation none of the tape: that moment was asked about already.
    let asked = placeOf(session);
    const until = (): boolean => {
      const place = placeOf(session);
      const met = isBefore(asked, place) ? session.look(() => this.#breakpoints.at(session, this.#film), []) : [];
      asked = place;
      const hit = isHit();
      if (met.length > 0) this.#stop = { reason: 'breakpoint', breakpoints: met };
      else if (hit) return true;
      else if (done()) this.#stop = { reason: 'step', breakpoints: [] };
      else return false;
      return true;
    };
    await pump(session, { paused, until, isFree });
    if (this.#watch.isFirst()) this.#tellFault();
    else if (this.#watch.isPast()) await this.#findFault(paused);
  }

  /** Runs again, from where all was sound, up to the first entry that makes a NaN or an infinity, and stands there. */
  async #findFault(paused: () => boolean): Promise<void> {
    const { session } = this;
    const from = this.#watch.sound;
    if (!session.rewind(from)) return;
    this.#stop = { reason: 'pause', breakpoints: [] };
    const isThere = (): boolean => {
      const moment = session.iteration >= from ? session.moment() : undefined;
      return moment !== undefined && session.look(() => isMaker(moment, session.backend), false);
    };
    await pump(session, { paused, until: isThere });
    if (this.#watch.isFirst()) this.#tellFault();
  }

  /** Of the entry that was done last. */
  #tellFault(): void {
    const { session } = this;
    const moment = session.moment();
    const examine = () => moment && examineFault(moment, session.iteration, this.#before(), session.backend);
    const fault = session.look(examine, undefined);
    if (fault === undefined) return;
    const { breakpoints } = this.#stop;
    this.#stop = { reason: breakpoints.length > 0 ? 'breakpoint' : 'nonFinite', breakpoints, fault };
    this.#watch.told();
  }

  /** Tells one state at the end of `work`, and before it, where that is asked, that something runs which takes a while. */
  async #quietly(work: () => Promise<void>, patience?: number): Promise<void> {
    this.#isQuiet = true;
    const timer = patience === undefined ? undefined : setTimeout(() => this.onState('running'), patience);
    try {
      await work();
    } finally {
      clearTimeout(timer);
      this.#isQuiet = false;
    }
    this.onState(this.session.state);
  }

  #before(): Before {
    const { learningRates: rates, iteration: now, rows, view } = this.session;
    const past = this.#film.filter(({ iteration }) => iteration <= now);
    return {
      losses: past.slice(-LOOKED_AT).map(({ loss }) => loss),
      lr: rates.length === 0 ? undefined : Math.max(...rates),
      weights: view.largestWeights,
      rows,
    };
  }

  #arrived(arrival: Arrival): void {
    const reason: Record<Arrival, StopReason> = { arrived: 'step', paused: 'pause', 'out-of-reach': 'historyEnds' };
    this.#stop = { reason: reason[arrival], breakpoints: [] };
    if (this.#watch.isFirst()) this.#tellFault();
  }
}
