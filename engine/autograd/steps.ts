import type { NDArray } from '../backends/backend.ts';
import { type Context, defaultContext, type OpenIteration } from './context.ts';
import type { Tensor } from './tensor.ts';

/**
 * Counts from 0 to `count` − 1, and frees what an iteration has made when the next one begins or the loop is left: JavaScript collects
 * nothing while a loop runs. Gradients in the `.grad` of leaves that were there before live on, and so does what `keep` was given.
 *
 *     for (const step of steps(500)) {
 *       const loss = lossFn.forward(model.forward(x), y);
 *       optimizer.zeroGrad();
 *       loss.backward();
 *       optimizer.step();
 *     }
 *
 * @throws RangeError unless `count` is a whole number of at least 0
 */
export function* steps(count: number): Generator<number, void> {
  yield* freeing(counting(count));
}

/** 0 … count − 1. @throws RangeError */
export function* counting(count: number): Generator<number, void> {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`Iterations are counted by a whole number of at least 0; got ${count}.`);
  for (let i = 0; i < count; i++) yield i;
}

/**
 * Lets a tensor outlive the iteration of `steps` or `batches` that it was made in, and those around it. Its value alone: what it was
 * computed from goes. It is freed once JavaScript has forgotten it, which may take until the loop is over.
 */
export function keep<T extends Tensor>(tensor: T): T {
  const { context, value } = tensor;
  for (const { scope } of context.iterations.toReversed()) scope.keep(value);
  context.kept.add(value);
  return tensor;
}

/** Goes through `items`, each in an iteration of its own that frees what was made in it. */
export function* freeing<T>(items: Iterable<T>): Generator<T, void> {
  const context = defaultContext();
  let carried: Carried = new Map();
  for (const item of items) {
    const iteration = { scope: context.kernels.backend.openScope(), leaves: new Set<Tensor>() };
    context.iterations.push(iteration);
    try {
      yield item;
    } finally {
      carried = close(context, iteration, carried);
    }
  }
}

/** Gradients that a loop has carried out of its iterations, by their leaves. */
type Carried = ReadonlyMap<Tensor, NDArray>;

/** Ends an iteration: frees what it made, and what was carried into it and has been replaced. What is carried on. */
function close(context: Context, iteration: OpenIteration, before: Carried): Carried {
  const { scope, leaves } = iteration;
  context.iterations.splice(context.iterations.lastIndexOf(iteration), 1);
  const outer = context.iterations.at(-1);
  const now = new Map<Tensor, NDArray>();
  const alive = new Set<NDArray>();
  for (const leaf of new Set([...before.keys(), ...leaves])) {
    const gradient = leaf.grad?.value;
    // The gradient of a leaf that was made in the iteration goes with it.
    if (gradient === undefined || scope.owns(leaf.value)) continue;
    // One that came from outside is another's.
    if (!scope.owns(gradient) && !alive.has(gradient) && before.get(leaf) !== gradient) continue;
    scope.keep(gradient);
    now.set(leaf, gradient);
    alive.add(gradient);
    outer?.leaves.add(leaf);
  }
  scope.close();
  for (const gradient of new Set(before.values()))
    if (!alive.has(gradient) && !context.kept.has(gradient)) context.kernels.backend.free(gradient);
  return now;
}
