/** At most this often, however fast the screen. */
export const FRAME_INTERVAL_MS = 33;
/** Summarising a large data set takes longer than an iteration: frames get at most one part in this many of the time. */
const SHARE_OF_TIME = 33;

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
  #lastSent = Number.NEGATIVE_INFINITY;
  #interval = FRAME_INTERVAL_MS;

  constructor(send: () => void, clock: () => number = () => performance.now()) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Iterations have finished since the last frame. */
  progressed(): void {
    this.#news = true;
    this.#final = false;
    const now = this.#clock();
    if (now - this.#lastSent >= this.#interval) this.#offer(now);
  }

  /** Nothing more will come for now: what has not been shown yet must be, however soon after the last frame. */
  stopped(): void {
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
    this.#lastSent = now;
    this.#send();
    this.#interval = Math.max(FRAME_INTERVAL_MS, SHARE_OF_TIME * (this.#clock() - now));
  }
}
