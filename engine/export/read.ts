import { dataValues } from '../graph/check.ts';
import type { GraphDocument } from '../graph/document.ts';
import { type FunctionTraces, outputTypes, signatureOf, traceFor } from '../graph/functions.ts';
import { inferOperation } from '../graph/infer.ts';
import { paramOf } from '../graph/kinds.ts';
import { parametersNamed, parametersOwned } from '../graph/ownership.ts';
import { resolveStructure, type Structure } from '../graph/structure.ts';
import { drawOrder, inDrawOrder, type Visit, walk } from '../graph/walk.ts';
import type { Builder, Init, Value, Values } from '../nodes/builder.ts';
import type { Settings } from '../nodes/settings.ts';
import { numel } from '../tensor/shape.ts';
import { functionCode } from './function_code.ts';
import { shapesOf } from './library_module.ts';
import type {
  Arguments,
  CodeValue,
  DataStatement,
  FunctionCode,
  HeldTensor,
  Layer,
  Parameter,
  Place,
  Script,
  Statement,
} from './script.ts';
import { isActivation, isElementwise, Sizes } from './sizes.ts';
import { type BatchSizes, forBothSizes } from './uneven.ts';

type Phase = Visit['phase'];

/** What the builders of one reading write to. */
interface Draft {
  readonly document: GraphDocument;
  readonly structure: Structure;
  readonly traces: FunctionTraces;
  /** The lists that statements go to: of a phase, and of the bodies that are open in it. */
  readonly lists: Readonly<Record<Phase, Statement[][]>>;
  /** Tensors held by the script, and by the definitions that are open. */
  readonly tensors: HeldTensor[][];
  readonly known: Map<string, HeldTensor>;
  readonly parameters: Map<string, { requiresGrad: boolean; init: Init; elements: number; users: Set<string> }>;
  readonly data: DataStatement[];
  readonly losses: CodeValue[];
  readonly outputs: Map<string, CodeValue>;
  readonly gradients: Map<CodeValue, string>;
  readonly optimizers: { place: Place; kind: string; settings: Settings; loss: CodeValue }[];
  readonly updates: { place: Place; parameter: string; gradient: CodeValue; lr: number }[];
  readonly zeroGrads: { place: Place; parameters: readonly string[] | null }[];
  readonly hints: Map<CodeValue, string>;
  readonly sizes: Sizes;
  /** Functions of the user's own, in the order in which they are met, and what they do with the last batch of an epoch. */
  readonly codes: FunctionCode[];
  readonly last: LastBatch | undefined;
  /** What is wired to the node that is lowered. */
  inputs: Values;
  /** Settings of the instances that are open. */
  readonly params: Settings[];
}

/** What functions of the user's own do with the last batch of an epoch, where it is smaller. */
interface LastBatch extends BatchSizes {
  readonly codes: readonly FunctionCode[];
}

/**
 * Reads a document that passes the check, with all its functions traced, for the last batch of an epoch too. It computes nothing.
 * @throws PendingFunction, FailedFunction where they are not, or cannot be
 */
export function readScript(document: GraphDocument, traces: FunctionTraces): Script {
  const draft = read(document, traces);
  const script = scriptOf(draft);
  const { run } = document;
  const { size = 0, samples = 0 } = script.batches ?? {};
  const rest = size === 0 ? 0 : samples % size;
  if (rest === 0 || draft.codes.length === 0) return script;
  const { codes } = read({ ...document, run: { ...run, batchSize: rest } }, traces);
  return scriptOf(read(document, traces, { size, rest, codes }));
}

function read(document: GraphDocument, traces: FunctionTraces, last?: LastBatch): Draft {
  const { structure } = resolveStructure(document);
  const draft: Draft = {
    document,
    structure,
    traces,
    lists: { forward: [[]], update: [[]] },
    tensors: [[]],
    known: new Map(),
    parameters: new Map(),
    data: [],
    losses: [],
    outputs: new Map(),
    gradients: new Map(),
    optimizers: [],
    updates: [],
    zeroGrads: [],
    hints: new Map(),
    sizes: new Sizes(),
    codes: [],
    last,
    inputs: {},
    params: [],
  };
  walk(structure, {
    builder(visit) {
      if (visit.kind.block === 'chain') draft.lists[visit.phase].push([]);
      return codeBuilder(visit, draft);
    },
    received(_visit, inputs) {
      draft.inputs = inputs;
    },
    output(visit, port, value) {
      if (visit.kind.block === 'chain') closeChain(draft, visit, value);
      draft.outputs.set(`${visit.name}.${port}`, value);
      const [first] = visit.kind.outputs;
      if (!draft.hints.has(value))
        draft.hints.set(value, port === first?.name ? placeOf(draft, visit).name : `${visit.id}_${port}`);
    },
    failed(_visit, _inputs, error) {
      throw error;
    },
  });
  return draft;
}

function scriptOf(draft: Draft): Script {
  const { document, structure, parameters } = draft;
  const { run } = document;
  const known = new Set(parameters.keys());
  const samples = draft.data.find(({ rows }) => rows !== undefined)?.rows;
  return {
    name: plain(document.name).replaceAll('\n', ' '),
    notes: notesAt(document, undefined, undefined),
    seed: run.seed,
    count: run.epochs === undefined ? { steps: run.steps ?? 0 } : { epochs: run.epochs },
    batches: run.batchSize === undefined || samples === undefined ? undefined : { size: run.batchSize, samples },
    data: draft.data,
    tensors: draft.tensors[0] ?? [],
    forward: draft.lists.forward[0] ?? [],
    update: draft.lists.update[0] ?? [],
    losses: lossesOf(draft),
    gradients: draft.gradients,
    optimizers: draft.optimizers.map(({ loss: _, ...spec }) => ({
      ...spec,
      parameters: parametersOwned(structure, { node: spec.place.id, settings: spec.settings }, parameters),
    })),
    updates: draft.updates.map(({ parameter, ...spec }) => ({
      ...spec,
      parameters: [...parametersNamed(structure, [parameter], known)],
    })),
    zeroGrads: draft.zeroGrads.map(({ place, parameters: ids }) => ({
      place,
      parameters: [...parametersNamed(structure, ids, known)],
    })),
    parameters,
    draws: drawsOf(draft),
    hints: draft.hints,
  };
}

/** As the run has them; where it lists none, those of all loss nodes and whatever an optimizer minimises. */
function lossesOf({ document, losses, optimizers, outputs }: Draft): CodeValue[] {
  const listed = document.run.losses ?? [];
  if (listed.length > 0) return listed.flatMap((address) => outputs.get(address) ?? []);
  return [...new Set([...losses, ...optimizers.map(({ loss }) => loss)])];
}

/** A drawn number more or less moves all that come after it; zeros and ones are none. */
const draws = ({ init, elements }: { readonly init: Init; readonly elements: number }): boolean =>
  elements > 0 && init.kind !== 'zeros' && init.kind !== 'ones';

/** Everything that is drawn, one entry for each copy: data first, then parameters, unless the document lists another order. */
function drawsOf({ structure, document, data, parameters }: Draft): string[] {
  const places = drawOrder(structure);
  const drawn = new Set(data.filter(({ source }) => source.kind !== 'constant').map(({ place }) => place.address));
  const byNode = Map.groupBy(
    [...parameters].filter(([, parameter]) => draws(parameter)).map(([address]) => address),
    (address) => address.slice(0, address.lastIndexOf('.')),
  );
  const all = [
    ...places.filter(({ template }) => drawn.has(template)),
    ...places.filter(({ template }) => byNode.has(template)),
  ];
  return inDrawOrder(all, (place) => place, document.run.draws).flatMap(
    ({ template }) => byNode.get(template) ?? [template],
  );
}

/** Without what no program text may hold: control characters but for the ends of lines. */
const plain = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, ' ');

/** What is noted at a node; without one, what stands free on the canvas. */
function notesAt({ view }: GraphDocument, module: string | undefined, node: string | undefined): string[] {
  const { notes } = (module === undefined ? view : view.modules?.[module]) ?? {};
  const texts = (notes ?? []).filter((note) => note.node === node).map(({ text }) => plain(text.en));
  return texts.filter((text) => text.trim() !== '');
}

function placeOf({ document }: Draft, { id, parameterAddress, owner, module }: Visit): Place {
  const { nodes = {} } = (module === undefined ? document.view : document.view.modules?.[module]) ?? {};
  return {
    id,
    address: parameterAddress,
    name: nodes[id]?.label ?? id,
    owner,
    module,
    notes: notesAt(document, module, id),
  };
}

/** What a node gives to a class, with the params of the definition around it that its settings are, or that its input's size is. */
function argumentsOf(draft: Draft, { id, module }: Visit, args: Readonly<Record<string, unknown>>) {
  const { document, params, inputs, sizes } = draft;
  const given = module === undefined ? undefined : document.modules[module]?.nodes.find((node) => node.id === id);
  const around = params.at(-1) ?? {};
  const [input] = Object.values(inputs);
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const isDerived = name === 'inFeatures' && input !== undefined;
      const param = paramOf(given?.settings[name]) ?? (isDerived ? sizes.of(input, params.at(-1)) : undefined);
      // A layer may make something else of a setting: only what is passed on as it is goes by its name.
      return [name, { value, param: param !== undefined && around[param] === value ? param : undefined }];
    }),
  ) satisfies Arguments;
}

/** What a chain can name. */
const isLink = (statement: Statement): boolean =>
  statement.kind === 'operation'
    ? isActivation(statement.op)
    : statement.kind !== 'loop' && statement.kind !== 'function';

/** A chain of modules is one statement; what stands in another is written out. */
function closeChain(draft: Draft, visit: Visit, output: CodeValue): void {
  const lists = draft.lists[visit.phase];
  const body = lists.pop() ?? [];
  const inputs = body[0]?.inputs ?? [];
  draft.hints.set(output, placeOf(draft, visit).name);
  const isOne = body.length > 1 && body.every(isLink) && inputs.length === 1;
  const statements: readonly Statement[] = isOne
    ? [{ kind: 'chain', place: placeOf(draft, visit), inputs, outputs: [output], body }]
    : body;
  lists.at(-1)?.push(...statements);
}

/** The reading of a node that writes statements. */
function codeBuilder(visit: Visit, draft: Draft): Builder {
  const place = placeOf(draft, visit);
  const inputs = Object.values(draft.inputs);
  const list = () => draft.lists[visit.phase].at(-1) ?? [];
  const push = (statement: Statement) => void list().push(statement);
  const make = ({ shape, dtype }: Value): CodeValue => {
    const value = { shape, dtype };
    draft.hints.set(value, place.name);
    return value;
  };
  const note = (name: string, shape: Value['shape'], init: Init, requiresGrad: boolean): Parameter => {
    const address = `${visit.parameterAddress}.${name}`;
    const users = draft.parameters.get(address)?.users ?? new Set();
    draft.parameters.set(address, { requiresGrad, init, elements: numel(shape), users: users.add(visit.owner) });
    return { address, name, shape, init, requiresGrad };
  };
  return {
    op(name, given, attrs = {}) {
      const output = make(inferOperation(name, given, attrs));
      if (isElementwise(name)) draft.sizes.pass(output, given, draft.params.at(-1));
      push({ kind: 'operation', op: name, attrs, place, inputs: given, outputs: [output] });
      return output;
    },
    custom(source, given, count) {
      const signature = signatureOf(given);
      const trace = traceFor(draft.traces(source, signature), source, signature, count);
      const outputs = outputTypes(trace).map(make);
      const code = functionCode(source, trace, place);
      const ofLast = draft.last?.codes[draft.codes.length];
      draft.codes.push(code);
      const forBoth = draft.last === undefined ? code : ofLast && forBothSizes(code, ofLast, draft.last);
      push({ kind: 'function', code: forBoth ?? code, isUneven: !forBoth, place, inputs: given, outputs });
      return outputs;
    },
    parameter(name, shape, init, requiresGrad = true) {
      const parameter = note(name, shape, init, requiresGrad);
      const known = draft.known.get(parameter.address);
      if (known !== undefined) return known.value;
      const held = { place, parameter, value: make({ shape, dtype: 'f32' }) };
      draft.known.set(parameter.address, held);
      draft.tensors.at(-1)?.push(held);
      return held.value;
    },
    module(layer, args, body) {
      const parameters: Parameter[] = [];
      const output = make(body(shapesOf((...parameter) => parameters.push(note(...parameter)))));
      const given = argumentsOf(draft, visit, args);
      const around = draft.params.at(-1);
      if ('outFeatures' in given) draft.sizes.note(output, given.outFeatures?.param, around);
      else draft.sizes.pass(output, inputs, around);
      push({ kind: 'layer', layer, args: given, parameters, isLoss: false, place, inputs, outputs: [output] });
      return output;
    },
    // Only a module knows whether it trains; outside of one there is none.
    dropout: (input) => make(input),
    loss(value) {
      draft.losses.push(value);
      const statements = list();
      const made = statements.at(-1);
      if (made?.kind === 'layer' && made.outputs[0] === value)
        statements[statements.length - 1] = { ...made, isLoss: true } satisfies Layer;
      return value;
    },
    data(source) {
      const whole = dataValues(source);
      if (source.kind === 'constant')
        return whole.map(({ shape, dtype }) => ({ shape, dtype, constant: source.value }));
      const { batchSize } = draft.document.run;
      // What is wired to it sees a batch.
      const seen = whole.map(({ shape: [rows, ...rest], dtype }) => ({
        shape: rows === undefined ? [] : [Math.min(rows, batchSize ?? rows), ...rest],
        dtype,
      }));
      const outputs = seen.map(make);
      draft.data.push({ place, source, outputs, rows: whole[0]?.shape[0] });
      return outputs.map((value, i) => {
        if (source.kind === 'dataset') draft.hints.set(value, source.outputs[i]?.name ?? place.name);
        return value;
      });
    },
    repeat({ count, untied }, starts, body) {
      const lists = draft.lists[visit.phase];
      lists.push([]);
      if (untied) draft.tensors.push([]);
      const currents = starts.map(make);
      const nexts = body(currents);
      const tensors = untied ? (draft.tensors.pop() ?? []) : [];
      const inside = lists.pop() ?? [];
      const outputs = starts.map(make);
      push({ kind: 'loop', count, untied, currents, nexts, body: inside, tensors, place, inputs: starts, outputs });
      return outputs;
    },
    instance(name, args, given, body) {
      const lists = draft.lists[visit.phase];
      lists.push([]);
      draft.tensors.push([]);
      const outer = argumentsOf(draft, visit, args);
      draft.params.push(args);
      const results = body();
      draft.params.pop();
      // Two ports that one value is wired to are one argument.
      const ports = new Map(
        Object.entries(given)
          .toReversed()
          .map(([port, value]) => [value, port]),
      );
      const definition = {
        name,
        notes: notesAt(draft.document, name, undefined),
        inputs: [...ports.keys()].toReversed(),
        inputNames: [...ports.values()].toReversed(),
        outputs: Object.values(results),
        body: lists.pop() ?? [],
        tensors: draft.tensors.pop() ?? [],
      };
      const outputs = Object.entries(results).map(([port, value]) => [port, make(value)] as const);
      // The first is what the instance is for, and goes by its name.
      for (const [port, value] of outputs.slice(1)) draft.hints.set(value, `${place.name}_${port}`);
      const made = outputs.map(([, value]) => value);
      push({ kind: 'instance', definition, args: outer, place, inputs: definition.inputs, outputs: made });
      return Object.fromEntries(outputs);
    },
    gradient(parameter) {
      const value = make(parameter);
      for (const { value: held, parameter: known } of draft.known.values())
        if (held === parameter) draft.gradients.set(value, known.address);
      return value;
    },
    update(parameter, gradient, { lr }) {
      draft.updates.push({ place, parameter, gradient, lr: Number(lr) });
    },
    zeroGrad(parameters) {
      draft.zeroGrads.push({ place, parameters });
    },
    optimizer(kind, loss, settings) {
      draft.optimizers.push({ place, kind, settings, loss });
    },
    metric() {},
  };
}
