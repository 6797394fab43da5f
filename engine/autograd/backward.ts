import type { NDArray } from '../backends/backend.ts';
import type { OpRecord } from '../ops/op.ts';
import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import type { Context } from './context.ts';
import type { TapeEntry } from './tape.ts';
import { Tensor } from './tensor.ts';

/** What the backward pass did: it can be stopped, shown and counted between any two of these. */
export type BackwardStep =
  /** An operation turned the gradients of its outputs into contributions to those of its inputs. */
  | {
      readonly kind: 'op';
      readonly entry: TapeEntry;
      readonly outputGrads: readonly NDArray[];
      readonly inputGrads: readonly (NDArray | undefined)[];
    }
  /** `total = before + contribution`: the `+=` into a gradient. `from` is null for the seed at a root. */
  | {
      readonly kind: 'accumulate';
      readonly target: Tensor;
      readonly contribution: NDArray;
      readonly before: NDArray | null;
      readonly total: NDArray;
      readonly from: TapeEntry | null;
      /** Which input of `from` the target is. */
      readonly input: number;
      /** Leaves collect in `.grad`, across passes; others within this pass. */
      readonly leaf: boolean;
    };

export interface BackwardOptions {
  /** Gradients of the roots; ones by default, which asks for scalar roots. */
  readonly gradients?: readonly NDArray[];
  /** Keeps the saved values for another pass. */
  readonly retainGraph?: boolean;
  /** Every leaf gets elements that nothing else has, so that they may change in place. */
  readonly ownGradients?: boolean;
}

/**
 * Walks the recorded operations from `roots` backwards, latest first, and yields what it does. Gradients of leaves that require
 * them are summed into `.grad`; those of other tensors live in the steps (and the scope) only.
 * PyTorch: `torch.autograd.backward(roots, gradients, retain_graph)`.
 */
export function* backward(
  context: Context,
  roots: readonly Tensor[],
  options: BackwardOptions = {},
): Generator<BackwardStep, void> {
  const k = context.kernels;
  const pending = new Map<TapeEntry, (NDArray | undefined)[]>();

  /** Adds a contribution to what `target` has received so far. */
  function accumulate(
    target: Tensor,
    contribution: NDArray,
    from: TapeEntry | null,
    input: number,
    mustCopy: boolean,
  ): BackwardStep {
    const source = target.gradFn;
    const slots = source === null ? undefined : pending.get(source.entry);
    const before = source === null ? (target.grad?.value ?? null) : (slots?.[source.output] ?? null);
    const own = () => (mustCopy && source === null ? k.copy(contribution) : contribution);
    const total = before === null ? own() : k.add(before, contribution);
    if (source === null) {
      target.grad = new Tensor(context, total, false);
      context.iterations.at(-1)?.leaves.add(target);
    } else if (slots !== undefined) slots[source.output] = total;
    return { kind: 'accumulate', target, contribution, before, total, from, input, leaf: source === null };
  }

  const order = reachable(roots);
  for (const entry of order) pending.set(entry, new Array<undefined>(entry.outputs.length).fill(undefined));
  for (const [i, root] of roots.entries())
    yield accumulate(root, seedOf(context, root, options.gradients?.[i]), null, i, options.ownGradients === true);

  for (const entry of order) {
    const given = pending.get(entry) ?? [];
    pending.delete(entry);
    const rule = entry.op.backward;
    if (rule === undefined || given.every((g) => g === undefined)) continue;
    if (entry.saved === null)
      throw new Error(`the graph of ${entry.op.name} was already used by a backward pass: pass retainGraph to keep it`);
    const needs = entry.inputs.map((x) => x.requiresGrad);
    const isStale = ([name, value]: readonly [string, NDArray]) =>
      context.changedSince(value, entry.index) && isRead(entry.op, name, needs);
    if (Object.entries(entry.saved).some(isStale))
      throw new Error(`${entry.op.name} was computed from a value that has changed in place since: run forward again`);
    const outputGrads = entry.outputs.map((output, i) => given[i] ?? k.zerosLike(output));
    const inputGrads = rule.call(entry.op, k, outputGrads, entry.saved, entry.attrs, needs, entry.shapes);
    // An addition hands the same gradient on to both of its operands; a function of the user's own may give what it saved.
    const elsewhere = options.ownGradients === true ? new Set([...outputGrads, ...Object.values(entry.saved)]) : null;
    // Where nothing was saved, nothing is freed: it can be gone through again.
    if (options.retainGraph !== true && entry.op.saves.length > 0) entry.saved = null;
    yield { kind: 'op', entry, outputGrads, inputGrads };
    for (const [i, target] of entry.inputs.entries()) {
      const contribution = inputGrads[i];
      if (contribution === undefined || !target.requiresGrad) continue;
      yield accumulate(target, contribution, entry, i, elsewhere?.has(contribution) ?? false);
      elsewhere?.add(contribution);
    }
  }
}

/** The differentiable entries that lead to `roots`, latest first: every consumer comes before what it consumed. */
function reachable(roots: readonly Tensor[]): TapeEntry[] {
  const seen = new Set<TapeEntry>();
  const open = [...roots];
  for (let x = open.pop(); x !== undefined; x = open.pop()) {
    const entry = x.gradFn?.entry;
    if (entry === undefined || seen.has(entry)) continue;
    seen.add(entry);
    open.push(...entry.inputs);
  }
  return [...seen].sort((a, b) => b.index - a.index);
}

/** Does a gradient that is needed read a value of this name? */
const isRead = ({ reads }: OpRecord, name: string, needs: readonly boolean[]): boolean =>
  reads === undefined || reads.some((names, i) => needs[i] === true && names.some((one) => one === name));

function seedOf(context: Context, root: Tensor, given: NDArray | undefined): NDArray {
  if (!root.requiresGrad) throw new Error('backward: the tensor does not depend on anything that requires a gradient');
  if (given === undefined) {
    if (root.value.shape.reduce((n, d) => n * d, 1) !== 1)
      throw new ShapeError('backward without a gradient starts from a scalar', 'one element', formatShape(root.shape));
    return context.kernels.onesLike(root.value);
  }
  if (!sameShape(given.shape, root.shape))
    throw new ShapeError(
      'backward: the gradient does not fit the tensor',
      formatShape(root.shape),
      formatShape(given.shape),
    );
  return given;
}
