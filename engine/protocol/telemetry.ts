/** At most this often, however fast the screen. */
export const FRAME_INTERVAL_MS = 33;

/**
 * Decides when a telemetry frame may leave: one in flight until it is acked, at most thirty a second, and the last one of
 * a run always. It holds no frame: what is sent is made at that moment, so that it is the latest.
 */
export class TelemetryGate {
  readonly #send: () => void;
  readonly #clock: () => number;
  #inFlight = false;
  #news = false;
  #final = false;
  #lastSent = Number.NEGATIVE_INFINITY;

  constructor(send: () => void, clock: () => number = () => performance.now()) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Iterations have finished since the last frame. */
  progressed(): void {
    this.#news = true;
    this.#final = false;
    this.#offer();
  }

  /** Nothing more will come for now: what has not been shown yet must be, however soon after the last frame. */
  stopped(): void {
    this.#final = true;
    this.#offer();
  }

  /** The other side has painted the frame. */
  acked(): void {
    this.#inFlight = false;
    this.#offer();
  }

  #offer(): void {
    if (this.#inFlight || !this.#news) return;
    const now = this.#clock();
    if (!this.#final && now - this.#lastSent < FRAME_INTERVAL_MS) return;
    this.#inFlight = true;
    this.#news = false;
    this.#lastSent = now;
    this.#send();
  }
}
