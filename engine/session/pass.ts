import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../backends/backend.ts';
import type { EntryStep, Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';

/** What one pass through a schedule has made; it lives until `close`. */
export interface PassMade {
  readonly schedule: Schedule;
  /** The first loss, once it was read. */
  readonly loss: number | undefined;
  value(slot: Slot): NDArray | undefined;
  /**
   * What the `entry`-th call of `backward` made, once it did: of an operation the gradients of its inputs, of a `+=` the gradient
   * before (none at first), what was added, and the sum.
   */
  result(entry: number): readonly (NDArray | undefined)[];
  /** Frees what the pass made, but for what `survivors` keeps. */
  close(survivors?: (keep: (x: NDArray) => void) => void): void;
}

/** Where the sum stands in what a `+=` made. */
export const SUM = 2;

/** A pass an entry at a time, as the conductor drives it. */
export interface Pass extends PassMade {
  forward(step: EntryStep): void;
  /** Sums the losses for backward, and reads the first. */
  readLoss(): number;
  /** False where nothing that requires a gradient reaches the losses. */
  startBackward(): boolean;
  /** One operation's backward, or one `+=` into a gradient; undefined when there is none left. */
  backward(): BackwardEntry | undefined;
  /** Begins the update phase: what gradients are now is what it reads. */
  startUpdate(gradientOf: (parameter: string) => Tensor | null | undefined): void;
  /** An operation of the update phase. What needs a gradient that nothing has reached is passed over, as an optimizer does. */
  update(step: EntryStep): void;
  /** An optimizer or an Update changes parameters: `work`. */
  write(work: () => void): void;
}

export interface BackwardEntry {
  readonly address: string;
  readonly op: string;
  /** The parameter, or another leaf, whose `.grad` has changed. */
  readonly leaf?: Tensor;
}
