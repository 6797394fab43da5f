/** How fast a run trains; what evaluations take does not count. */
export class Pace {
  #steps = 0;
  #samples = 0;
  #seconds = 0;
  #since = performance.now();

  /** An iteration is over, on a batch of `samples` rows; undefined where it trained on all there is. */
  stepped(samples: number | undefined): void {
    this.#steps++;
    this.#samples += samples ?? 0;
    this.#pass(true);
  }
  evaluated(): void {
    this.#pass(false);
  }

  /** `938 steps in 1.2 s: 782 steps/s, 50,000 samples/s`; undefined before the first. */
  describe(): string | undefined {
    if (this.#steps === 0 || this.#seconds === 0) return undefined;
    const perSecond = (count: number) => {
      const rate = count / this.#seconds;
      return rate < 10 ? rate.toPrecision(2) : Math.round(rate).toLocaleString('en');
    };
    const samples = this.#samples === 0 ? '' : `, ${perSecond(this.#samples)} samples/s`;
    const steps = this.#steps === 1 ? '1 step' : `${this.#steps} steps`;
    return `${steps} in ${this.#seconds.toPrecision(3)} s: ${perSecond(this.#steps)} steps/s${samples}`;
  }

  #pass(counts: boolean): void {
    const now = performance.now();
    if (counts) this.#seconds += (now - this.#since) / 1000;
    this.#since = now;
  }
}
