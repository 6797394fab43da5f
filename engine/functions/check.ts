import { Context } from '../autograd/context.ts';
import { type GradcheckResult, gradcheckSteps } from '../autograd/gradcheck.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { Kernels } from '../backends/kernels.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import { TorchGenerator } from '../random/torch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { numel, type Shape, ShapeError, stridesOf } from '../tensor/shape.ts';
import { type FunctionProblem, functionProblem } from './problems.ts';
import { functionRecord } from './record.ts';
import type { FunctionSignature, FunctionTrace, TensorType } from './trace.ts';
import { type TraceLimits, traceFunction } from './tracing.ts';

/** What finite differences say of a backward. */
export type FunctionVerdict =
  | {
      readonly verdict: 'verified';
      /** How many elements of the inputs were compared, out of `elements`. */
      readonly checked: number;
      readonly elements: number;
      /** How many were passed over because the function has no derivative there. */
      readonly kinks: number;
    }
  | {
      readonly verdict: 'wrong';
      readonly checked: number;
      readonly elements: number;
      readonly kinks: number;
      readonly input: number;
      /** Where in the input. */
      readonly element: readonly number[];
      /** The finite difference. */
      readonly expected: number;
      /** What backward says. */
      readonly got: number;
    }
  | { readonly verdict: 'failed'; readonly problem: FunctionProblem };

/** Elements compared in each input: all of a small one, a sample of a large one. */
const MOST_ELEMENTS = 64;
const FEWEST_ELEMENTS = 4;
/** Numbers that a check may compute, roughly: what bounds the sample where the tensors are large. */
const BUDGET = 2e7;
/** Numbers that the values of a function may have together. */
const MOST_NUMBERS = 2 ** 23;

/**
 * What the inputs are drawn from, one after the other until the outputs are finite: of either sign, then positive, for roots and
 * logarithms. `labels` is one more than the largest whole number.
 */
const draws = [
  { low: -2, high: 2, labels: 2 },
  { low: 0.25, high: 2, labels: 2 },
  { low: 0.25, high: 2, labels: 1 },
] as const;

/** Compares the backward of a source with central finite differences in f64, at inputs that depend on the seed only. */
export async function checkFunction(
  source: string,
  signature: FunctionSignature,
  options: { readonly seed?: number; readonly limits?: Partial<TraceLimits> } = {},
): Promise<FunctionVerdict> {
  const traced = await traceFunction(source, signature, options.limits);
  return traced.ok ? checkTrace(traced.trace, options.seed) : { verdict: 'failed', problem: traced.problem };
}

/** The same for a function that is traced already, in one go. */
export function checkTrace(trace: FunctionTrace, seed = 0): FunctionVerdict {
  const steps = checkSteps(trace, seed);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Milliseconds after which a check lets others have their turn. */
const TURN_MS = 10;

/** The same in small pieces, between which `pause` lets others have their turn. */
export async function checkTraceInTurns(trace: FunctionTrace, pause: () => Promise<void>): Promise<FunctionVerdict> {
  const steps = checkSteps(trace, 0);
  for (let began = performance.now(); ; ) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < TURN_MS) continue;
    await pause();
    began = performance.now();
  }
}

function* checkSteps(trace: FunctionTrace, seed: number): Generator<undefined, FunctionVerdict> {
  const size = sizeOf(trace);
  const grouped = (n: number) => n.toLocaleString('en-US');
  if (size > MOST_NUMBERS) return failed('too-large-to-check', { count: grouped(size), limit: grouped(MOST_NUMBERS) });
  let verdict: FunctionVerdict | undefined;
  for (const draw of draws)
    try {
      verdict = yield* compare(trace, new TorchGenerator(seed), draw);
      if (verdict !== undefined) return verdict;
    } catch (error) {
      // What no shape rule foresees: the largest of nothing, or a label beyond the classes, which the next draw may avoid.
      if (!(error instanceof ShapeError)) throw error;
      verdict = failed('shape', { reason: error.message, expected: error.expected, got: error.got });
    }
  return verdict ?? failed('nothing-to-check');
}

const failed = (...problem: Parameters<typeof functionProblem>): FunctionVerdict => ({
  verdict: 'failed',
  problem: functionProblem(...problem),
});

/** Undefined: the outputs are not finite for these inputs. */
function* compare(
  trace: FunctionTrace,
  generator: TorchGenerator,
  draw: (typeof draws)[number],
): Generator<undefined, FunctionVerdict | undefined> {
  const context = new Context(new Kernels(createReferenceBackend({ floatType: 'f64' })));
  const record = functionRecord('function', trace);
  const apply = (inputs: readonly Tensor[]) => context.apply(record, inputs);
  const { inputs } = trace.signature;
  const most = sampleSize(trace);
  const elements = inputs.reduce((n, x) => n + (x.needsInputGrad ? numel(x.shape) : 0), 0);
  const leaves = inputs.map((x) => {
    const value = context.kernels.upload(drawn(generator, x, draw), x.shape, isFloat(x.dtype) ? 'f64' : x.dtype);
    return context.tensor(value, { requiresGrad: x.needsInputGrad && isFloat(x.dtype) });
  });
  const outputs = context.noGrad(() => apply(leaves));
  if (!outputs.every((y) => y.data().every(Number.isFinite))) return undefined;
  const result = yield* gradcheckSteps(context, apply, leaves, {
    skipKinks: true,
    elements: (_input, count) => sample(generator, count, most),
  });
  return result.checked === 0 && elements > 0 ? failed('nothing-to-check') : verdictOf(result, inputs, elements);
}

function verdictOf(result: GradcheckResult, inputs: readonly TensorType[], elements: number): FunctionVerdict {
  const { passed, checked, kinks, input, element, analytic, numeric } = result;
  if (passed) return { verdict: 'verified', checked, elements, kinks };
  const at = indexOf(element, inputs[input]?.shape ?? []);
  return { verdict: 'wrong', checked, elements, kinks, input, element: at, expected: numeric, got: analytic };
}

/** How many elements of each input fit into the budget: each costs two runs of forward. */
const sampleSize = (trace: FunctionTrace): number =>
  Math.max(FEWEST_ELEMENTS, Math.min(MOST_ELEMENTS, Math.floor(BUDGET / (2 * costOf(trace) + 1))));

/** Roughly how many numbers forward computes; each of a product of matrices is a sum. */
function costOf({ signature, forward }: FunctionTrace): number {
  const types = [...signature.inputs, ...forward];
  return forward.reduce((cost, { op, attrs, inputs: [a = 0], shape }) => {
    const summed = op === 'matmul' ? (types[a]?.shape.at(attrs.transposeA === true ? -2 : -1) ?? 1) : 1;
    return cost + numel(shape) * summed;
  }, 0);
}

/** How many numbers forward and backward hold. */
const sizeOf = ({ signature, forward, backward }: FunctionTrace): number =>
  [...signature.inputs, ...forward, ...backward].reduce((n, { shape }) => n + numel(shape), 0);

function drawn(
  generator: TorchGenerator,
  { shape, dtype }: TensorType,
  { low, high, labels }: (typeof draws)[number],
): ArrayLike<number> {
  if (isFloat(dtype)) return generator.uniform(numel(shape), low, high);
  return generator.randint(0, dtype === 'bool' ? 2 : labels, numel(shape));
}

/** Distinct elements, all where there are few. */
function sample(generator: TorchGenerator, count: number, most: number): Iterable<number> {
  if (count <= most) return Array(count).keys();
  const chosen = new Set<number>();
  while (chosen.size < most) for (const element of generator.randint(0, count, most - chosen.size)) chosen.add(element);
  return chosen;
}

/** Row-major position → index along each axis. */
const indexOf = (element: number, shape: Shape): number[] =>
  stridesOf(shape).map((stride, axis) => Math.floor(element / stride) % (shape[axis] ?? 1));
