/** Points that a chart can show; beyond this, neighbours share a bucket. */
const MOST_POINTS = 8_000;

/**
 * The losses of a run at an even resolution, however long it gets: iterations fall into buckets of equal width, each of which keeps
 * its lowest and its highest loss, so that no spike is lost and the early part stays. The width doubles when the series is full.
 */
export class LossSeries {
  readonly steps: number[] = [];
  readonly values: number[] = [];
  /** The very first and the very latest loss, whatever the buckets kept. */
  first: number | undefined;
  last: number | undefined;
  #width = 1;
  #bucket = -1;
  /** Where the points of the latest bucket begin. */
  #start = 0;

  /** A step that was there already begins another future: what came after it is forgotten. */
  append(step: number, value: number): void {
    if (step <= (this.steps.at(-1) ?? -1)) this.#forgetFrom(step);
    this.first ??= value;
    this.last = value;
    this.#place(step, value);
    if (this.steps.length > MOST_POINTS) this.#widen();
  }

  clear(): void {
    this.first = undefined;
    this.last = undefined;
    this.#width = 1;
    this.#empty();
  }

  #forgetFrom(step: number): void {
    const kept = this.steps.filter((one) => one < step).length;
    this.steps.length = kept;
    this.values.length = kept;
    this.#bucket = -1;
    if (kept === 0) this.first = undefined;
  }

  #empty(): void {
    this.steps.length = 0;
    this.values.length = 0;
    this.#bucket = -1;
  }

  #place(step: number, value: number): void {
    const bucket = Math.floor(step / this.#width);
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#start = this.steps.length;
    }
    this.steps.push(step);
    this.values.push(value);
    if (this.steps.length - this.#start > 2) this.#dropMiddle();
  }

  /** Of the three points of the latest bucket, leaves the lowest and the highest. What is not finite is kept above all. */
  #dropMiddle(): void {
    const start = this.#start;
    const rank = (i: number) => {
      const value = this.values[start + i] ?? 0;
      return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
    };
    const byValue = [0, 1, 2].sort((a, b) => rank(a) - rank(b) || a - b);
    const middle = start + (byValue[1] ?? 1);
    this.steps.splice(middle, 1);
    this.values.splice(middle, 1);
  }

  #widen(): void {
    const points = this.steps.map((step, i) => [step, this.values[i] ?? Number.NaN] as const);
    this.#width *= 2;
    this.#empty();
    for (const [step, value] of points) this.#place(step, value);
  }
}
