import type { Context } from '../autograd/context.ts';
import { batchesInOrder } from '../data/batches.ts';
import type { MetricSpec } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import { Iteration } from './iteration.ts';
import type { Material, Split } from './material.ts';
import type { OwnedParameter } from './owner.ts';
import type { Evaluation } from './summary.ts';

export interface EvaluationOptions {
  /** Undefined: the whole split at once. */
  readonly batchSize: number | undefined;
  scheduleFor(rows: number, split: Split): Schedule;
}

interface Piece {
  readonly split: Split;
  readonly start: number;
  readonly end: number;
  readonly last: boolean;
}

/**
 * One evaluation of the splits, a batch per advance: under no-grad, with dropout off, and without a draw from any stream.
 * `loss` is the mean over batches weighted by their rows (with `reduction: 'mean'`, the mean over the split).
 */
export class EvaluationRun {
  readonly #context: Context;
  readonly #material: Material;
  readonly #parameters: ReadonlyMap<string, OwnedParameter>;
  readonly #epoch: number;
  readonly #options: EvaluationOptions;
  readonly #pieces: readonly Piece[];
  #next = 0;
  #rows = 0;
  #loss = 0;
  #counted = 0;
  #correct = 0;

  constructor(
    context: Context,
    material: Material,
    parameters: ReadonlyMap<string, OwnedParameter>,
    epoch: number,
    options: EvaluationOptions,
  ) {
    this.#context = context;
    this.#material = material;
    this.#parameters = parameters;
    this.#epoch = epoch;
    this.#options = options;
    this.#pieces = (['train', 'test'] as const).flatMap((split) => {
      const samples = material.samples[split];
      return [...batchesInOrder(samples, options.batchSize ?? Math.max(1, samples))].map(([start, end]) => ({
        split,
        start,
        end,
        last: end === samples,
      }));
    });
  }

  /** One batch. `finished` is the split whose last batch it was. */
  advance(): { readonly done: boolean; readonly finished?: Evaluation } {
    const piece = this.#pieces[this.#next++];
    if (piece === undefined) return { done: true };
    this.#batch(piece);
    return { done: this.#next >= this.#pieces.length, ...(piece.last && { finished: this.#finish(piece.split) }) };
  }

  #batch({ split, start, end }: Piece): void {
    const rows = end - start;
    const { backend } = this.#context.kernels;
    const iteration = new Iteration({
      schedule: this.#options.scheduleFor(rows, split),
      context: this.#context,
      parameters: this.#parameters,
      data: this.#material[split],
      take: (whole, slot) =>
        this.#options.batchSize === undefined || !this.#material.cut.has(slot)
          ? whole
          : backend.slice(whole, 0, start, end),
    });
    try {
      for (const step of iteration.schedule.steps) iteration.forward(step);
      this.#loss += iteration.readLoss() * rows;
      this.#rows += rows;
      for (const metric of iteration.schedule.program.metrics) this.#score(iteration, metric);
    } finally {
      iteration.close();
    }
  }

  #score(iteration: Iteration, { prediction, target }: MetricSpec): void {
    const { schedule } = iteration;
    const scores = iteration.value(schedule.slotOf(prediction));
    const labels = iteration.value(schedule.slotOf(target));
    if (scores === undefined || labels === undefined) return;
    const { backend } = this.#context.kernels;
    const chosen = backend.readSync(backend.reduce('argmax', scores, [scores.shape.length - 1], false));
    const right = backend.readSync(labels);
    chosen.forEach((label, i) => {
      this.#counted++;
      if (label === right[i]) this.#correct++;
    });
  }

  #finish(split: Split): Evaluation {
    const result: Evaluation = {
      epoch: this.#epoch,
      split,
      loss: this.#loss / this.#rows,
      ...(this.#counted > 0 && { accuracy: this.#correct / this.#counted }),
    };
    this.#rows = this.#loss = this.#counted = this.#correct = 0;
    return result;
  }
}
