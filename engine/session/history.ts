import { type Snapshot, sizeOf } from './snapshot.ts';

/** How often a run that nobody steps through is remembered: every so many iterations, a power of two. */
const EVERY = 4;
/** The same where whoever copies has to wait for a device first. */
export const EVERY_ON_DEVICE = 64;
/** Larger snapshots are taken less often, so that a run copies at most so many bytes in an iteration, on average. */
const COPIED = 2 ** 20;
/** Snapshots lie at most 2 to this iterations apart, however long ago or large: what a jump to anywhere has to run again. */
const WIDEST = 6;
/** Snapshots of each spacing that a budget without limit would keep. */
const KEPT_PER_SPACING = 16;

/**
 * Snapshots of a run within a budget of memory: dense near the present, at widening distances before it, and none beyond what
 * the budget holds.
 */
export class History {
  readonly #budget: number;
  readonly #dropped: (snapshot: Snapshot) => void;
  readonly #snapshots: Snapshot[] = [];
  #bytes = 0;
  /** Iterations from one snapshot to the next, by the size of the last. */
  #every: number;
  readonly #least: number;

  /** `budget` in bytes; 0 keeps nothing. `dropped` is told of snapshots that are kept no longer. */
  constructor(budget: number, dropped: (snapshot: Snapshot) => void = () => undefined, least = EVERY) {
    this.#budget = budget;
    this.#least = least;
    this.#every = least;
    this.#dropped = dropped;
  }

  /** The first iteration that can be gone back to; undefined where there is none. */
  get earliest(): number | undefined {
    return this.#snapshots[0]?.iteration;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get size(): number {
    return this.#snapshots.length;
  }

  /** Is a snapshot wanted as `iteration` begins? While somebody steps, of every iteration. */
  wants(iteration: number, stepping: boolean): boolean {
    if (this.#budget === 0 || (!stepping && iteration % this.#every !== 0)) return false;
    return this.nearest(iteration)?.iteration !== iteration;
  }

  add(snapshot: Snapshot): void {
    const before = this.#snapshots.findLastIndex(({ iteration }) => iteration < snapshot.iteration);
    this.#snapshots.splice(before + 1, 0, snapshot);
    const size = sizeOf(snapshot);
    this.#bytes += size;
    this.#every = this.#least;
    while (this.#every < 2 ** WIDEST && size > COPIED * this.#every) this.#every *= 2;
    this.#thin(Math.max(1, Math.min(KEPT_PER_SPACING, Math.floor(this.#budget / size / (2 * WIDEST)))));
    // The one just taken stays, however small the budget.
    while (this.#bytes > this.#budget && this.#snapshots.length > 1) this.#removeAt(0);
  }

  /** The last snapshot at or before `iteration`. */
  nearest(iteration: number): Snapshot | undefined {
    return this.#snapshots.findLast((snapshot) => snapshot.iteration <= iteration);
  }

  /** Forgets what came after `iteration`: from here on the run is another one. */
  forgetAfter(iteration: number): void {
    for (let i = this.#snapshots.length - 1; i >= 0 && (this.#snapshots[i]?.iteration ?? 0) > iteration; i--)
      this.#removeAt(i);
  }

  clear(): void {
    this.forgetAfter(-1);
  }

  /** A snapshot stays the longer, the more often 2 divides its iteration. */
  #thin(kept: number): void {
    const now = this.#snapshots.at(-1)?.iteration ?? 0;
    for (let i = this.#snapshots.length - 2; i >= 0; i--) {
      const iteration = this.#snapshots[i]?.iteration ?? 0;
      const spacing = spacingOf(iteration);
      if (spacing < 2 ** WIDEST && now - iteration > kept * spacing) this.#removeAt(i);
      // All before it have been thinned by now.
      else if (now - iteration > 2 * kept * 2 ** WIDEST) break;
    }
  }

  #removeAt(i: number): void {
    const [removed] = this.#snapshots.splice(i, 1);
    if (removed === undefined) return;
    this.#bytes -= sizeOf(removed);
    this.#dropped(removed);
  }
}

/** The largest power of two, up to the widest spacing, that divides `iteration`. */
function spacingOf(iteration: number): number {
  let spacing = 1;
  while (spacing < 2 ** WIDEST && iteration % (2 * spacing) === 0) spacing *= 2;
  return spacing;
}
