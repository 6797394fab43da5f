import type { Builder, DataSource, RepeatCount, Value } from '../nodes/builder.ts';
import { nodeKinds } from '../nodes/index.ts';
import type { Settings } from '../nodes/settings.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Need } from './device.ts';
import { diagnostic, withLastBatch } from './diagnostics.ts';
import type { Diagnostic, GraphDocument, RunSettings } from './document.ts';
import { drawNames } from './draws.ts';
import { grouped, limited, problemOf, requireCarried, requireRecorded } from './failures.ts';
import {
  type FunctionTraces,
  type FunctionUse,
  noTraces,
  outputTypes,
  PendingFunction,
  signatureOf,
  traceFor,
} from './functions.ts';
import { inferOperation } from './infer.ts';
import { lossProblems } from './losses.ts';
import { MemoryCount, type MemoryEstimate, memoryProblems } from './memory.ts';
import { ownership } from './ownership.ts';
import { resolveStructure } from './structure.ts';
import { type ParameterUse, tieProblems } from './ties.ts';
import { unreachedFunctions, unreadable } from './unreached.ts';
import { type Visit, walk } from './walk.ts';
import { WorkCount } from './work.ts';

/** Plans that a run keeps; iterations beyond that run dynamically. */
export const MOST_PLANS = 64;

export interface CheckedValue {
  readonly shape: Shape;
  readonly dtype: DType;
}
export interface CheckedParameter {
  /** The node of the document that holds it: a layer, or an instance. */
  readonly node: string;
  readonly shape: Shape;
}

/** What the live check knows about a document. */
export interface CheckResult {
  /** Everything wrong, at once; a document without errors can be lowered. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Shape and type of every output whose node could be lowered, and of what enters a frame, by `id.port`; in an instance by
   * `net1/id.port`.
   */
  readonly shapes: ReadonlyMap<string, CheckedValue>;
  /** Program order of the nodes outside of blocks. */
  readonly order: readonly string[];
  /** Parameters by address (`model/linear1.weight`); the copies of an untied loop count as one. */
  readonly parameters: ReadonlyMap<string, CheckedParameter>;
  /** Functions of the user's own. Those that are pending hide what hangs on them: it is neither known nor wrong. */
  readonly functions: readonly FunctionUse[];
  /** The same with the last batch of an epoch, where that has fewer samples: it has a signature of its own. */
  readonly lastFunctions: readonly FunctionUse[];
  /** Those to which no shapes come. */
  readonly unreached: readonly FunctionUse[];
  /** Names (as in `run.draws`) of all that is drawn, in the order of the draws. */
  readonly draws: readonly string[];
  /** Whether it has anything to minimise. */
  readonly hasLoss: boolean;
  /** What a run takes where it takes most; undefined where anything else is wrong, as a part would be missing. */
  readonly memory: MemoryEstimate | undefined;
  /** Multiplications and additions in the matrix products of a forward pass, as far as shapes are known. */
  readonly flops: number;
}

/**
 * Checks structure, types, shapes, cycles, ownership, batches and settings, with the last batch of an epoch too. Pure; fast enough for
 * every edit. What functions of the user's own do is looked up in `traces`.
 */
export function checkDocument(document: GraphDocument, traces: FunctionTraces = noTraces): CheckResult {
  const { rest, ...checked } = checkBatch(document, traces);
  if (rest === undefined || hasErrors(checked.diagnostics)) return { ...checked, lastFunctions: [] };
  const last = checkBatch({ ...document, run: { ...document.run, batchSize: rest } }, traces);
  const wrong = last.diagnostics.filter(({ severity }) => severity === 'error');
  const diagnostics = [...checked.diagnostics, ...wrong.map((one) => withLastBatch(one, rest))];
  return { ...checked, diagnostics, lastFunctions: last.functions };
}

/** Checks it with a batch of the size that the document says; `rest`: as many samples are in the last, where these are fewer. */
function checkBatch(
  document: GraphDocument,
  traces: FunctionTraces,
): Omit<CheckResult, 'lastFunctions'> & { readonly rest: number | undefined } {
  const { structure, diagnostics: structural } = resolveStructure(document);
  const shapes = new Map<string, CheckedValue>();
  const facts: Facts = {
    batchSize: document.run.batchSize,
    parameters: new Map(),
    data: [],
    drawn: new Set(),
    losses: new Set(),
    optimizers: [],
    updates: [],
    frozen: new Set(),
    gradless: new Set(),
    problems: [],
    functions: [],
    visited: new Set(),
    times: 1,
    ways: 1,
    loops: [],
    uses: new Map(),
    copies: [],
    ties: [],
    failed: [],
    memory: new MemoryCount(),
    work: new WorkCount(),
  };
  walk(structure, {
    builder(visit) {
      facts.visited.add(visit.parameterAddress);
      return shapeBuilder(visit, facts, traces);
    },
    output: ({ name }, port, { shape, dtype }) => void shapes.set(`${name}.${port}`, { shape, dtype }),
    entered: ({ name }, port, { shape, dtype }) => void shapes.set(`${name}.${port}`, { shape, dtype }),
    failed(visit, inputs, error) {
      facts.failed.push(visit.address);
      if (!(error instanceof PendingFunction)) facts.problems.push(problemOf(structure, visit, inputs, error));
    },
  });
  const diagnostics = [...structural];
  const unreached = unreachedFunctions(structure, facts.functions, traces);
  const drawn = drawNames(structure, facts, document.run.draws);
  const more = [
    facts.problems,
    unreadable(unreached),
    tieProblems(facts, structural),
    ownership(structure, facts),
    batches(facts),
    lossProblems(structure, document.run, facts, shapes),
    manyPlans(document.run, facts),
    drawn.diagnostics,
    runLength(document.run),
  ];
  // A spread into `push` overflows the stack where there are very many. What is wrong in every instance is said once.
  const said = new Set<string>();
  for (const list of more)
    for (const found of list) {
      const text = found.module === undefined ? '' : JSON.stringify(found);
      if (text === '' || !said.has(text)) diagnostics.push(found);
      said.add(text);
    }
  const memory = hasErrors(diagnostics) ? undefined : facts.memory.estimate(remembered(facts));
  if (memory !== undefined) diagnostics.push(...memoryProblems(memory));
  return {
    diagnostics,
    shapes,
    order: structure.orders.get('') ?? [],
    parameters: facts.parameters,
    rest: restOf(facts),
    functions: facts.functions,
    unreached,
    draws: drawn.draws,
    hasLoss: (document.run.losses ?? []).length > 0 || facts.losses.size > 0 || facts.optimizers.length > 0,
    memory,
    flops: facts.work.flops,
  };
}

/** What a run of the document asks of a device. */
export const needOf = ({ flops, memory }: CheckResult): Need => ({ flops, bytes: memory?.bytes ?? 0 });

/** Whether anything stands in the way of lowering. */
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error');

interface Use {
  readonly requiresGrad: boolean;
  /** The nodes of the document that use it: several where instances are tied. */
  readonly users: Set<string>;
}

/** Notes that nodes leave while shapes are tracked. */
export interface Facts {
  readonly batchSize: number | undefined;
  readonly parameters: Map<string, CheckedParameter & Use>;
  readonly data: { node: string; rows: number }[];
  /** Addresses of data nodes. */
  readonly drawn: Set<string>;
  /** Addresses of loss nodes whose loss is one number. */
  readonly losses: Set<string>;
  readonly optimizers: { node: string; kind: string; loss: Value; settings: Settings }[];
  readonly updates: { node: string; kind: string; parameters: readonly string[] | null; gradient: Value | undefined }[];
  /** Values of parameters that autograd computes no gradient for, and the addresses of nodes that would give it out. */
  readonly frozen: Set<Value>;
  readonly gradless: Set<string>;
  readonly problems: Diagnostic[];
  readonly functions: FunctionUse[];
  /** Addresses of all nodes that were lowered, or that failed. */
  readonly visited: Set<string>;
  /** How often the loops around the node that is lowered run it. */
  times: number;
  /** In how many ways the loops lowered so far at this level can run: a pass has the counts of one of them. */
  ways: number;
  /** Loops whose count is drawn, and in how many ways each can run. */
  readonly loops: { readonly node: string; readonly module: string | undefined; readonly ways: number }[];
  readonly uses: Map<string, ParameterUse>;
  /** How many copies of weights each untied loop around the node that is lowered makes. */
  copies: readonly number[];
  readonly ties: Visit[];
  readonly failed: string[];
  readonly memory: MemoryCount;
  readonly work: WorkCount;
}

/** The reading of a node that knows shapes and types only. */
function shapeBuilder(visit: Visit, facts: Facts, traces: FunctionTraces): Builder {
  // What changes parameters in a block or a definition was reported, and names nodes that are not those of the document.
  const isOutside = visit.address === visit.id;
  const { memory, work } = facts;
  const builder: Builder = {
    op(name, inputs, attrs = {}) {
      const output = limited(inferOperation(name, inputs, attrs));
      memory.operation(visit, name, inputs, output, facts.times);
      work.operation(name, inputs, output, attrs, facts.times);
      return output;
    },
    custom(source, inputs, outputs) {
      const { name, id: node, module } = visit;
      const signature = signatureOf(inputs);
      const traced = traces(source, signature);
      facts.functions.push({ name, node, ...(module === undefined ? {} : { module }), source, signature, traced });
      const trace = traceFor(traced, source, signature, outputs);
      const made = outputTypes(trace).map(limited);
      memory.custom(visit, trace, inputs, made, facts.times);
      work.custom(trace, facts.times);
      return made;
    },
    parameter(name, shape, _init, requiresGrad = true) {
      limited({ shape, dtype: 'f32' });
      const address = `${visit.parameterAddress}.${name}`;
      const known = facts.parameters.get(address);
      facts.uses.set(`${visit.address}.${name}`, { shape, copies: facts.copies });
      const users = known?.users ?? new Set();
      facts.parameters.set(address, { node: visit.parameterOwner, shape, requiresGrad, users: users.add(visit.owner) });
      const value: Value = { shape, dtype: 'f32' };
      if (!requiresGrad) facts.frozen.add(value);
      memory.parameter(
        visit,
        address,
        value,
        facts.copies.reduce((n, copies) => n * copies, 1),
        requiresGrad,
      );
      return value;
    },
    gradient(parameter) {
      if (facts.frozen.has(parameter)) facts.gradless.add(visit.address);
      return { shape: parameter.shape, dtype: parameter.dtype };
    },
    module: (_name, _args, body) => body(builder),
    data: (source) => {
      facts.drawn.add(visit.address);
      const whole = dataValues(source).map(limited);
      const seen = whole.map((value) => {
        const rows = value.shape[0];
        if (rows === undefined) return value;
        facts.data.push({ node: visit.owner, rows });
        return { ...value, shape: [Math.min(rows, facts.batchSize ?? rows), ...value.shape.slice(1)] };
      });
      memory.data(visit, whole, seen, facts.batchSize !== undefined);
      return seen;
    },
    loss: (value) => {
      facts.losses.add(visit.address);
      return value;
    },
    dropout(input, p) {
      if (p === 0) return input;
      const output = { ...input };
      memory.dropout(visit, input, output, facts.times);
      return output;
    },
    optimizer(kind, loss, settings) {
      if (isOutside) facts.optimizers.push({ node: visit.id, kind, loss, settings });
    },
    update(parameter, gradient) {
      if (isOutside) facts.updates.push({ node: visit.id, kind: visit.kind.kind, parameters: [parameter], gradient });
    },
    zeroGrad(parameters) {
      if (isOutside) facts.updates.push({ node: visit.id, kind: visit.kind.kind, parameters, gradient: undefined });
    },
    repeat(spec, starts, body) {
      const { times, ways, copies } = facts;
      facts.times *= most(spec.count);
      if (spec.untied) facts.copies = [...copies, most(spec.count)];
      facts.ways = 1;
      try {
        requireRecorded(facts.times);
        const currents = starts.map((start) => {
          const current = { ...start };
          memory.carried([start], current, facts.times);
          return current;
        });
        return body(currents).map((next, i) => {
          const result = requireCarried(i, starts[i], next);
          memory.carried([starts[i], next], result, times);
          return result;
        });
      } finally {
        const own = waysOf(spec.count, facts.ways);
        if (typeof spec.count !== 'number') facts.loops.push({ node: visit.id, module: visit.module, ways: own });
        facts.times = times;
        facts.copies = copies;
        facts.ways = ways * own;
      }
    },
    instance(_name, _args, _inputs, body) {
      if (visit.sharedWith !== undefined) facts.ties.push(visit);
      return body();
    },
    metric: () => memory.evaluated(),
  };
  return builder;
}

/** Arrays of a parameter's size that are kept for each; where there are several optimizers, by the one that keeps most. */
const remembered = ({ optimizers }: Facts): number =>
  Math.max(0, ...optimizers.map(({ kind }) => nodeKinds.get(kind)?.remembers ?? 0));

const A_MILLION = 1e6;

/** In how many ways a loop can run whose body can run in `inner` ways. */
function waysOf(count: RepeatCount, inner: number): number {
  if (typeof count === 'number') return inner ** count;
  let ways = 0;
  for (let n = count.min; n <= count.max && ways <= A_MILLION; n++) ways += inner ** n;
  return ways;
}

const most = (count: RepeatCount): number => (typeof count === 'number' ? count : count.max);

/** The outputs of a source over its whole set. */
export function dataValues(source: DataSource): Value[] {
  switch (source.kind) {
    case 'randn':
      return [{ shape: source.shape, dtype: 'f32' }];
    case 'constant':
      return [{ shape: [], dtype: 'f32' }];
    case 'dataset':
      return source.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
    default:
      return source satisfies never;
  }
}

function restOf({ batchSize, data }: Facts): number | undefined {
  const rows = data[0]?.rows;
  return rows === undefined || batchSize === undefined ? undefined : rows % batchSize || undefined;
}

function batches({ batchSize, data }: Facts): Diagnostic[] {
  const first = data[0];
  if (batchSize === undefined || first === undefined) return [];
  const odd = data.find((d) => d.rows !== first.rows);
  if (odd !== undefined)
    return [
      diagnostic('batch-rows', { node: odd.node }, { rows: [...new Set(data.map((d) => d.rows))].join(' and ') }),
    ];
  return batchSize > first.rows
    ? [diagnostic('batch-size', { node: first.node }, { batch: batchSize, rows: first.rows })]
    : [];
}

/** A run keeps one plan for each way through the loops, up to a limit: who asks for plans is told; auto goes without. */
function manyPlans({ mode }: RunSettings, { ways, loops }: Facts): Diagnostic[] {
  const [first, ...others] = loops;
  if (mode !== 'static' || ways <= MOST_PLANS || first === undefined) return [];
  const { node, module } = others.reduce((most, one) => (one.ways > most.ways ? one : most), first);
  const count = ways > A_MILLION ? 'more than a million' : grouped(ways);
  return [
    diagnostic('many-plans', { ...(module === undefined ? {} : { module }), node }, { node, count, limit: MOST_PLANS }),
  ];
}

function runLength({ steps, epochs }: RunSettings): Diagnostic[] {
  if ((steps === undefined) !== (epochs === undefined)) return [];
  return [
    diagnostic(
      'run-length',
      {},
      steps === undefined
        ? { named: 'neither steps nor epochs', taken: 'it makes one pass over the data' }
        : { named: 'both steps and epochs', taken: 'the steps count' },
    ),
  ];
}
