import type { Kernels } from '../backends/kernels.ts';
import type { Settings } from '../nodes/settings.ts';
import type { StepFormula } from '../optim/rule.ts';
import type { Program, UpdateSpec } from '../program/program.ts';
import { type OwnedParameter, Owner, type Writer } from './owner.ts';
import type { Pass } from './pass.ts';
import type { WriterState } from './snapshot.ts';
import type { Weights } from './weights.ts';

/** An Update node in a run: `parameter ← parameter − lr · gradient`, as `with torch.no_grad(): w -= lr * g`. */
class HandUpdate implements Writer {
  readonly spec: UpdateSpec;
  settings: Settings;
  readonly hasParameters: boolean;
  readonly why = {
    en: 'The gradient points to where the loss grows fastest, so a small step against it makes the loss smaller. It runs under no-grad: the step itself is no part of what is differentiated.',
    zh: '梯度指向损失增长最快的方向，所以逆着它走一小步会使损失变小。它在 no-grad 下执行：这一步本身不参与求导。',
  };
  readonly #kernels: Kernels;
  readonly #parameters: readonly OwnedParameter[];

  constructor(spec: UpdateSpec, kernels: Kernels, parameters: ReadonlyMap<string, OwnedParameter>) {
    this.spec = spec;
    this.settings = spec.settings;
    this.#kernels = kernels;
    this.#parameters = spec.parameters.map((address) => parameters.get(address)).filter((p) => p !== undefined);
    this.hasParameters = this.#parameters.length > 0;
  }

  set(setting: string, value: number): void {
    this.settings = { ...this.settings, [setting]: value };
  }

  step(pass: Pass): void {
    const gradient = pass.value(pass.schedule.slotOf(this.spec.gradient));
    if (gradient === undefined) return;
    const k = this.#kernels;
    const lr = Number(this.settings.lr);
    k.backend.scope(() =>
      k.backend.fuse(() => {
        for (const { value } of this.#parameters) k.assign(value, k.sub(value, k.mul(gradient, lr)));
      }),
    );
  }

  count(cells: Float64Array, at: number): number {
    const next = at + this.#parameters.length;
    cells.fill(Number(this.settings.lr), at, next);
    return next;
  }

  memoryOf(): undefined {}
  stepsOf(): undefined {}
  formula(): StepFormula {
    return {
      lines: ['W \\leftarrow W - \\eta\\, g'],
      constants: [['\\eta', Number(this.settings.lr)]],
      memory: {},
    };
  }
  state(): WriterState {
    return [];
  }
  restore(): void {}
  close(): void {}
}

/** One entry of the update phase. */
export interface UpdateEntry {
  readonly node: string;
  readonly name: string;
  run(): void;
}

/** What happens after the backward pass, under no-grad: all reads of gradients, then all writes, then gradients are cleared. */
export class Updating {
  /** Optimizers and Updates. */
  readonly writers: readonly Writer[];
  readonly #program: Program;
  readonly #weights: Weights;

  constructor(program: Program, kernels: Kernels, weights: Weights) {
    this.#program = program;
    this.#weights = weights;
    this.writers = [
      ...program.optimizers.map((spec) => new Owner(spec, kernels, weights.parameters)),
      ...program.updates.map((spec) => new HandUpdate(spec, kernels, weights.parameters)),
    ];
  }

  /** What ends an iteration that a plan does. */
  clear(): void {
    for (const { parameters } of this.#program.zeroGrads) this.#weights.zeroGrad(parameters);
  }

  /** What this iteration has to do, in order. */
  entries(pass: Pass): UpdateEntry[] {
    const { program, updateSteps } = pass.schedule;
    return [
      ...updateSteps.map((step) => ({
        node: step.address,
        name: step.kind === 'op' ? step.op : step.kind,
        run: () => pass.update(step),
      })),
      ...this.writers.map((writer) => ({
        node: writer.spec.node,
        name: writer.spec.kind,
        run: () => pass.write(() => writer.step(pass)),
      })),
      ...program.zeroGrads.map(({ node, parameters }) => ({
        node,
        name: 'ZeroGrad',
        run: () => this.#weights.zeroGrad(parameters),
      })),
    ];
  }
}
