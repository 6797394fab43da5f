import variant from '@jitl/quickjs-singlefile-browser-release-sync';
import { newQuickJSWASMModuleFromVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';
import { inputNames } from '../nodes/source_ports.ts';
import { isFloat } from '../tensor/dtype.ts';
import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import { notCallable } from './absent.ts';
import { type Argument, isList, TracedValue } from './arguments.ts';
import { markLoops, placeAt } from './loops.ts';
import { tensorFunctions } from './methods.ts';
import { type FunctionProblem, functionProblem, ProblemError, type SourcePlace } from './problems.ts';
import { Recorder } from './recorder.ts';
import { Sandbox, SandboxError, type SandboxFunction, type SandboxLimits } from './sandbox.ts';
import type { FunctionSignature, FunctionTrace, TraceResult } from './trace.ts';

export interface TraceLimits extends SandboxLimits {
  /** How many operations forward, and backward, may have. */
  readonly operations: number;
}

/** A trace needs far less than a megabyte and a few milliseconds. */
const defaultLimits: TraceLimits = {
  memoryBytes: 64 << 20,
  stackBytes: 64 << 10,
  milliseconds: 2000,
  now: () => performance.now(),
  operations: 4096,
};

const MAX_SOURCE = 100_000;
const MAX_OUTPUTS = 16;
/** Methods of PyTorch's that read numbers, and what JavaScript calls to turn an object into a number or a text. */
const readers = ['item', 'data', 'read', 'tolist', 'numpy', 'valueOf', 'toString', 'toJSON', 'toLocaleString'] as const;

/** The instance that the next trace runs in. */
let ready: Promise<QuickJSWASMModule> | undefined;

/**
 * Runs `forward` and `backward` of a source once, in a sandbox, on tensors that have shapes but no values, and gives what they did as
 * data. Nothing of one call is there in the next: each has a context of its own, and after a failure WebAssembly itself is
 * instantiated anew.
 */
export async function traceFunction(
  source: string,
  signature: FunctionSignature,
  limits: Partial<TraceLimits> = {},
): Promise<TraceResult> {
  const refusal = refusalOf(source);
  if (refusal !== undefined) return { ok: false, problem: refusal };
  const all = { ...defaultLimits, ...limits };
  const result = await traceOnce(source, signature, all);
  if (result.ok || result.problem.code !== 'too-slow') return result;
  return { ok: false, problem: { ...result.problem, ...(await endlessLoop(source, signature, all)) } };
}

/** How much of the time of a trace the search for an endless loop may take. */
const SEARCH = 0.1;

/**
 * Where the loop stands that goes round without end, if one does. What an interrupted interpreter tells of its place is the last
 * call before the loop; so the code runs once more, for a short while, and its loops call out.
 */
async function endlessLoop(source: string, signature: FunctionSignature, limits: TraceLimits) {
  const marked = markLoops(source);
  let rounds = new Map<Argument, number>();
  let before = rounds;
  const now = () => {
    // Between two looks at the clock there are thousands of rounds of a loop that does not end.
    before = rounds;
    rounds = new Map();
    return limits.now();
  };
  const milliseconds = limits.milliseconds * SEARCH;
  await traceOnce(marked.source, signature, { ...limits, milliseconds, now }, (sandbox) =>
    sandbox.global(marked.mark, (_this, [loop]) => void rounds.set(loop, (rounds.get(loop) ?? 0) + 1)),
  );
  // Of loops in each other the outer one goes round least.
  const [outermost] = [...before].sort(([, a], [, b]) => a - b)[0] ?? [];
  return typeof outermost === 'number' ? marked.places[outermost] : {};
}

async function traceOnce(
  source: string,
  signature: FunctionSignature,
  limits: TraceLimits,
  furnish: (sandbox: Sandbox) => void = () => undefined,
): Promise<TraceResult> {
  for (;;) {
    ready ??= newQuickJSWASMModuleFromVariant(variant);
    const loading = ready;
    const module = await loading.catch((error: unknown) => String(error));
    // While this call waited, another one may have given that instance up.
    if (loading !== ready) continue;
    const result =
      typeof module === 'string'
        ? { ok: false as const, problem: functionProblem('sandbox-failed', { reason: module }) }
        : traceIn(module, source, signature, limits, furnish);
    if (!result.ok) ready = undefined;
    return result;
  }
}

/** What is wrong with a source before it runs. */
function refusalOf(source: string): FunctionProblem | undefined {
  if (source.length > MAX_SOURCE)
    return functionProblem('source-too-long', { size: `${source.length}`, limit: `${MAX_SOURCE}` });
  // Their arithmetic runs in native code, for hours if one likes. A literal is the only way to one.
  const literal = /(?<![\w$.])(?:\d[\d_]*|0[xXoObB][\da-fA-F_]+)n(?![\w$])/.exec(source);
  if (literal !== null) return functionProblem('big-integer', { literal: literal[0] }, placeAt(source, literal.index));
  const waiting = /(?<![\w$.])async(?=\s+function\b|\s*\(|\s+[\w$]+\s*(?:=>|\())/.exec(source);
  return waiting === null ? undefined : functionProblem('async-function', {}, placeAt(source, waiting.index));
}

function traceIn(
  module: QuickJSWASMModule,
  source: string,
  signature: FunctionSignature,
  limits: TraceLimits,
  furnish: (sandbox: Sandbox) => void,
): TraceResult {
  let tracing: Tracing | undefined;
  try {
    tracing = new Tracing(module, signature, limits);
    furnish(tracing.sandbox);
    const trace = tracing.run(source);
    if (tracing.sandbox.failure !== undefined) throw tracing.sandbox.failure;
    tracing.sandbox.dispose();
    return { ok: true, trace };
  } catch (error) {
    const cause = tracing?.sandbox.failure ?? error;
    return { ok: false, problem: tracing?.problemOf(cause) ?? failureOf(cause) };
  }
}

/** What to say of an error that is not the code's: the stack of the host may end before that of the sandbox does. */
const failureOf = (error: unknown): FunctionProblem =>
  error instanceof RangeError ? functionProblem('too-deep') : functionProblem('sandbox-failed', { reason: `${error}` });

/** One trace on its way: forward first, then backward. */
class Tracing {
  readonly sandbox: Sandbox;
  private readonly signature: FunctionSignature;
  private readonly limits: TraceLimits;
  private recorder: Recorder;
  private phase: 'forward' | 'backward' = 'forward';
  private saved: readonly TracedValue[] = [];
  private savedTensors: readonly TracedValue[] = [];
  /** What the host told the code, to be found again when it comes out as an error. */
  private readonly told: FunctionProblem[] = [];
  /** Where the function begins that is running. */
  private place: SourcePlace = {};
  private source = '';

  constructor(module: QuickJSWASMModule, signature: FunctionSignature, limits: TraceLimits) {
    this.signature = signature;
    this.limits = limits;
    this.recorder = new Recorder(signature.inputs, limits.operations);
    this.sandbox = new Sandbox(module, limits);
    this.furnish();
  }

  /** @throws ProblemError, SandboxError */
  run(source: string): FunctionTrace {
    this.source = source;
    this.sandbox.evaluate(source);
    const forward = this.required('forward');
    const backward = this.required('backward');
    const ctx = this.sandbox.object(
      { saveForBackward: (_ctx, given) => this.telling(() => this.save(given)) },
      {
        savedTensors: () => this.savedTensors,
        needsInputGrad: () => this.signature.inputs.map((x) => x.needsInputGrad),
      },
    );

    this.place = { line: forward.line };
    const first = this.recorder;
    const outputs = this.outputsOf(this.sandbox.call(forward, ctx, first.given));

    this.place = { line: backward.line };
    this.phase = 'backward';
    const second = new Recorder([...this.saved, ...outputs], this.limits.operations);
    this.recorder = second;
    this.savedTensors = second.given.slice(0, this.saved.length);
    const gradients = this.gradientsOf(this.sandbox.call(backward, ctx, second.given.slice(this.saved.length)));

    return {
      signature: { inputs: this.signature.inputs.map((x) => ({ ...x, shape: [...x.shape] })) },
      forward: first.ops,
      outputs: outputs.map((x) => x.id),
      saved: this.saved.map((x) => x.id),
      backward: second.ops,
      gradients,
    };
  }

  /** Puts the table's functions into the sandbox. */
  private furnish(): void {
    for (const row of tensorFunctions)
      for (const as of row.as)
        if (as === 'free')
          this.sandbox.global(row.name, (_this, given) => this.telling(() => this.recorder.apply(row, as, given)));
        else
          this.sandbox.method(row.name, (self, given) =>
            this.telling(() => this.recorder.apply(row, as, [self, ...given])),
          );
    this.sandbox.property('shape', (self) => (self instanceof TracedValue ? self.shape : undefined));
    this.sandbox.property('dtype', (self) => (self instanceof TracedValue ? self.dtype : undefined));
    const read = () =>
      this.telling(() => {
        throw new ProblemError(functionProblem('reads-value'));
      });
    for (const name of readers) this.sandbox.method(name, read);
    this.sandbox.method({ symbol: 'toPrimitive' }, read);
    this.sandbox.method({ symbol: 'iterator' }, read);
  }

  /** Runs what may throw a problem, and remembers it. */
  private telling<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : problemOfShapes(error);
      if (problem !== undefined) this.told.push(problem);
      throw problem === undefined ? error : new ProblemError(problem);
    }
  }

  private required(name: 'forward' | 'backward'): SandboxFunction {
    const found = this.sandbox.function(name);
    if (found === undefined) throw new ProblemError(functionProblem('no-function', { name }));
    if (/^(?:function\s*)?\*/.test(found.text))
      throw new ProblemError(functionProblem('generator-function', { name }, { line: found.line }));
    return found;
  }

  private save(given: readonly Argument[]): undefined {
    if (this.phase === 'backward') throw new ProblemError(functionProblem('saved-too-late'));
    this.saved = given.map((x) => this.recorder.tensor(x, 'What is saved'));
  }

  private outputsOf(returned: Argument): readonly TracedValue[] {
    if (returned === undefined) throw new ProblemError(functionProblem('no-return', { name: 'forward' }));
    const list = isList(returned) ? returned : [returned];
    if (list.length === 0) throw new ProblemError(functionProblem('no-output'));
    if (list.length > MAX_OUTPUTS)
      throw new ProblemError(functionProblem('too-many-outputs', { got: `${list.length}`, limit: `${MAX_OUTPUTS}` }));
    return list.map((x, i) => {
      const output = this.recorder.tensor(x, list.length === 1 ? 'What forward returns' : `Output ${i}`);
      if (!isFloat(output.dtype))
        throw new ProblemError(functionProblem('output-type', { index: `${i}`, dtype: output.dtype }));
      return output;
    });
  }

  private gradientsOf(returned: Argument): readonly (number | null)[] {
    const { inputs } = this.signature;
    if (returned === undefined) throw new ProblemError(functionProblem('no-return', { name: 'backward' }));
    const list = isList(returned) ? returned : [returned];
    if (list.length !== inputs.length)
      throw new ProblemError(
        functionProblem('gradient-count', { got: `${list.length}`, expected: `${inputs.length}` }),
      );
    const names = inputNames(this.source);
    return inputs.map(({ shape, dtype, needsInputGrad }, i) => {
      const given = list[i];
      const input = names[i] ?? `input ${i}`;
      if (given === null) return null;
      if (!isFloat(dtype)) {
        if (given === undefined) return null;
        throw new ProblemError(functionProblem('gradient-needless', { input, dtype }));
      }
      const gradient = this.recorder.tensor(given, `The gradient of ${input}`);
      if (!isFloat(gradient.dtype))
        throw new ProblemError(functionProblem('gradient-type', { input, dtype: gradient.dtype }));
      if (!sameShape(gradient.shape, shape))
        throw new ProblemError(
          functionProblem('gradient-shape', {
            input,
            got: formatShape(gradient.shape),
            expected: formatShape(shape),
          }),
        );
      return needsInputGrad ? gradient.id : null;
    });
  }

  /** The problem behind whatever came out. */
  problemOf(error: unknown): FunctionProblem {
    if (error instanceof ProblemError) return { ...this.place, ...error.problem };
    if (!(error instanceof SandboxError)) return failureOf(error);
    const { kind, message, line, column } = error;
    const place = { ...(line === undefined ? this.place : { line }), ...(column === undefined ? {} : { column }) };
    if (this.sandbox.expired) return functionProblem('too-slow', {}, place);
    const told = this.told.find((problem) => problem.message.startsWith(message) && message !== '');
    if (told !== undefined) return { ...told, ...place };
    if (kind === 'InternalError' && /memory|too long/.test(message)) return functionProblem('out-of-memory', {}, place);
    if (message === 'stack overflow') return functionProblem('too-deep', {}, place);
    if (kind === 'SyntaxError') return functionProblem('syntax', { reason: message }, place);
    if (kind === 'TypeError' && message === 'not a function') return notCallable(this.source, place);
    const reason =
      kind === '' ? `The function threw ${message || 'an object'}, which is no error` : `${kind}: ${message}`;
    return functionProblem('thrown', { reason }, place);
  }
}

const problemOfShapes = (error: unknown): FunctionProblem | undefined =>
  error instanceof ShapeError
    ? functionProblem('shape', { reason: error.message, expected: error.expected, got: error.got })
    : undefined;
