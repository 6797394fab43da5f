/** At most this often, however fast the screen. */
export const FRAME_INTERVAL_MS = 33;
/** Where a frame takes long all the same, as on a slow machine, frames get at most one part in this many of the time. */
const SHARE_OF_TIME = 33;
/** Frames leave so often, in milliseconds, however long they take: whoever watches sees that it goes on. */
const LONGEST_INTERVAL_MS = 10_000;
/** What a frame takes is the median of so many: one in whose middle another process had its turn tells nothing. */
const FRAMES_ASKED = 9;

/**
 * Decides when a telemetry frame may leave: one in flight until it is acked, at most thirty a second, and the last one of
 * a run always. It holds no frame: what is sent is made at that moment, so that it is the latest, and that moment is the
 * end of an iteration or of a run, when all values belong together.
 */
export class TelemetryGate {
  readonly #send: () => void;
  readonly #clock: () => number;
  #inFlight = false;
  #news = false;
  #final = false;
  /** When the next frame may leave. */
  #due = Number.NEGATIVE_INFINITY;
  /**
   * What the last frames in the middle of a run took, in milliseconds; while nothing runs they keep nobody waiting. The first one tells
   * nothing: a GPU compiles what it tallies with.
   */
  #costs: readonly number[] = [];
  #isFirst = true;

  constructor(send: () => void, clock: () => number = () => performance.now()) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Iterations have finished since the last frame. */
  progressed(): void {
    this.#news = true;
    this.#final = false;
    const now = this.#clock();
    if (now >= this.#due) this.#offer(now);
  }

  /**
   * Nothing more will come for now: what has not been shown yet must be, however soon after the last frame. `hasNews`: there is
   * something that no iteration has told of.
   */
  stopped(hasNews = false): void {
    this.#news ||= hasNews;
    this.#final = true;
    this.#offer(this.#clock());
  }

  /** The other side has painted the frame. */
  acked(): void {
    this.#inFlight = false;
    // In mid-run the end of the next iteration is a better moment than the middle of this one.
    if (this.#final) this.#offer(this.#clock());
  }

  #offer(now: number): void {
    if (this.#inFlight || !this.#news) return;
    this.#inFlight = true;
    this.#news = false;
    this.#send();
    if (!this.#final) {
      if (!this.#isFirst) this.#costs = [...this.#costs, this.#clock() - now].slice(-FRAMES_ASKED);
      this.#isFirst = false;
    }
    const wished = Math.min(LONGEST_INTERVAL_MS, SHARE_OF_TIME * median(this.#costs));
    const interval = Math.max(FRAME_INTERVAL_MS, wished);
    // Iterations end when they end: by what a frame was late for that, the next one waits less.
    const late = now - this.#due;
    this.#due = now + interval - (late > 0 && late < interval ? late : 0);
  }
}

/** 0 of none. */
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
