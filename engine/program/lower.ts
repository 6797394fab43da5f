import { functionRecord } from '../functions/record.ts';
import type { FunctionTrace } from '../functions/trace.ts';
import { type CheckResult, checkDocument, dataValues, hasErrors } from '../graph/check.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import { type Diagnostic, type GraphDocument, splitPort } from '../graph/document.ts';
import {
  type FunctionTraces,
  type FunctionUse,
  noTraces,
  outputTypes,
  signatureOf,
  traceFor,
} from '../graph/functions.ts';
import { inferOperation } from '../graph/infer.ts';
import { parametersNamed, parametersOwned, topOf } from '../graph/ownership.ts';
import { resolveStructure, type Structure } from '../graph/structure.ts';
import { type DrawPlace, drawOrder, inDrawOrder, type Visit, walk } from '../graph/walk.ts';
import type { Builder, Init, Value } from '../nodes/builder.ts';
import type { Settings } from '../nodes/settings.ts';
import { operations } from '../ops/index.ts';
import type { OpRecord } from '../ops/op.ts';
import type { Shape } from '../tensor/shape.ts';
import type {
  DataSpec,
  MetricSpec,
  NodePorts,
  OptimizerSpec,
  ParameterSpec,
  Program,
  ProgramStep,
  Slot,
  UpdateSpec,
  ZeroGradSpec,
} from './program.ts';

export type Lowered =
  | { readonly program: Program; readonly diagnostics?: undefined }
  | { readonly program?: undefined; readonly diagnostics: readonly Diagnostic[] };

/**
 * Lowers a document that passes the check; a document without a loss cannot be trained and is refused too, as is one with a
 * function that `traces` does not know. `checked`: what the check said with these traces.
 */
export function lowerDocument(
  document: GraphDocument,
  traces: FunctionTraces = noTraces,
  checked: CheckResult = checkDocument(document, traces),
): Lowered {
  const { diagnostics, functions } = checked;
  const pending = functions.filter(({ traced }) => traced === undefined);
  if (hasErrors(diagnostics) || pending.length > 0)
    return { diagnostics: [...diagnostics, ...pending.map(pendingProblem)] };
  const { batchSize } = document.run;
  const program = emit(document, (_slot, whole) => Math.min(whole, batchSize ?? whole), traces);
  return program.losses.length === 0 ? { diagnostics: [...diagnostics, diagnostic('no-loss', {})] } : { program };
}

const pendingProblem = ({ module, node }: FunctionUse): Diagnostic =>
  diagnostic('function-pending', { ...(module === undefined ? {} : { module }), node }, { node });

/**
 * Lowers a document that was lowered before for batches of other sizes: `rowsOf` gives the rows of the value in `slot`, whose
 * whole set has `whole` of them. What the user is told about batch sizes does not apply here.
 * @throws ShapeError where the nodes do not fit so many rows, PendingFunction where a function was not traced for them
 */
export const lowerForRows = (document: GraphDocument, rowsOf: RowsOf, traces: FunctionTraces): Program =>
  emit(document, rowsOf, traces);

export type RowsOf = (slot: Slot, whole: number) => number;

interface SlotValue extends Value {
  readonly slot: Slot;
}

/** A parameter as its node declares it; an untied loop makes copies of it. */
interface Declared {
  readonly node: string;
  readonly name: string;
  readonly shape: Shape;
  readonly init: Init;
  readonly requiresGrad: boolean;
  readonly value: SlotValue;
  /** The nodes outside of blocks that use it. */
  readonly users: Set<string>;
}

/** What the builders of one lowering write to. */
interface Emission {
  readonly structure: Structure;
  readonly places: readonly DrawPlace[];
  /** The list that steps go to: of the forward pass or the update phase, or of the loop whose body is being lowered. */
  readonly steps: Record<Visit['phase'], ProgramStep[]>;
  /** By address without copies. */
  readonly parameters: Map<string, Declared>;
  readonly data: DataSpec[];
  readonly losses: { node: string; slot: Slot }[];
  readonly gradients: { parameter: string; slot: Slot }[];
  readonly optimizers: { node: string; kind: string; settings: Settings; loss: Slot }[];
  readonly updates: (Omit<UpdateSpec, 'parameters'> & { readonly parameter: string })[];
  readonly zeroGrads: { node: string; parameters: readonly string[] | null }[];
  readonly metrics: MetricSpec[];
  readonly holders: Map<string, Slot[]>;
  readonly ports: Map<string, NodePorts & { readonly outputs: Map<string, Slot> }>;
  readonly slotOf: WeakMap<Value, Slot>;
  /** Values that have numbers of their own: no parameter's, which an Update writes. */
  readonly fresh: WeakSet<Value>;
  /** Outputs outside of blocks, by `id.port`. */
  readonly outputs: Map<string, Slot>;
  readonly rowsOf: RowsOf;
  readonly traces: FunctionTraces;
  readonly functions: Map<string, { readonly trace: FunctionTrace; readonly record: OpRecord }>;
  slots: number;
}

function emit(document: GraphDocument, rowsOf: RowsOf, traces: FunctionTraces): Program {
  const { structure } = resolveStructure(document);
  const emission: Emission = {
    structure,
    places: drawOrder(structure),
    steps: { forward: [], update: [] },
    parameters: new Map(),
    data: [],
    losses: [],
    gradients: [],
    optimizers: [],
    updates: [],
    zeroGrads: [],
    metrics: [],
    holders: new Map(),
    ports: new Map(),
    slotOf: new WeakMap(),
    fresh: new WeakSet(),
    outputs: new Map(),
    rowsOf,
    traces,
    functions: new Map(),
    slots: 0,
  };
  const marked = new Set<string>();
  walk(structure, {
    builder: (visit) => programBuilder(visit, emission),
    received({ address, phase }, given) {
      const inputs = new Map(Object.entries(given).map(([port, value]) => [port, slotOf(emission, value)]));
      emission.ports.set(address, { phase, inputs, outputs: new Map() });
    },
    output(visit, port, value) {
      const { address, name, phase } = visit;
      emission.ports.get(address)?.outputs.set(port, slotOf(emission, value));
      emission.outputs.set(`${name}.${port}`, slotOf(emission, value));
      if (marked.has(address)) return;
      marked.add(address);
      emission.steps[phase].push({ kind: 'output', address, slot: slotOf(emission, value) });
    },
    failed(_visit, _inputs, error) {
      throw error;
    },
  });
  const { parameters, copies } = drawParameters(emission);
  const rank = new Map(emission.places.map(({ template }, i) => [template, i]));
  const losses = lossesOf(document, emission);
  const data = emission.data.toSorted((a, b) => (rank.get(a.address) ?? 0) - (rank.get(b.address) ?? 0));
  return {
    data,
    parameters,
    draws: inDrawOrder<DataSpec | ParameterSpec>([...data, ...parameters], placeOf, document.run.draws),
    copies,
    functions: new Map([...emission.functions].map(([name, { record }]) => [name, record])),
    steps: emission.steps.forward,
    losses,
    gradients: emission.gradients,
    updateSteps: emission.steps.update,
    optimizers: emission.optimizers.map((spec) => optimizerSpec(emission, spec)),
    updates: emission.updates.map(({ parameter, ...spec }) => ({ ...spec, parameters: named(emission, [parameter]) })),
    zeroGrads: emission.zeroGrads.map(
      ({ node, parameters: ids }): ZeroGradSpec => ({ node, parameters: named(emission, ids) }),
    ),
    metrics: emission.metrics,
    holders: emission.holders,
    ports: emission.ports,
    slots: emission.slots,
  };
}

/** Parameters in the order in which they are drawn, and the slots of those that an untied loop has several of. */
function drawParameters(emission: Emission): Pick<Program, 'parameters' | 'copies'> {
  const byTemplate = Map.groupBy(emission.parameters, ([address]) => address.slice(0, address.lastIndexOf('.')));
  const copies = new Map<Slot, Map<string, Slot>>();
  const parameters: ParameterSpec[] = [];
  for (const place of emission.places)
    for (const [, { value, users: _, ...spec }] of byTemplate.get(place.template) ?? []) {
      const slot = place.copies.length === 0 ? value.slot : emission.slots++;
      parameters.push({ ...spec, address: `${place.address}.${spec.name}`, slot });
      if (place.copies.length === 0) continue;
      const known = copies.get(value.slot) ?? new Map<string, Slot>();
      copies.set(value.slot, known.set(place.copies.join('.'), slot));
    }
  return { parameters, copies };
}

/** The node that draws. */
const placeOf = (spec: DataSpec | ParameterSpec) => ({
  address: 'init' in spec ? spec.address.slice(0, spec.address.lastIndexOf('.')) : spec.address,
});

/** Addresses as parameters have them, from those without copies. */
function withCopies({ places }: Emission, addresses: Iterable<string>): string[] {
  const wanted = new Set(addresses);
  const names = Map.groupBy(wanted, (address) => address.slice(0, address.lastIndexOf('.')));
  return places.flatMap(({ address, template }) =>
    (names.get(template) ?? []).map((whole) => address + whole.slice(template.length)),
  );
}

const named = (emission: Emission, ids: readonly string[] | null): string[] =>
  withCopies(emission, parametersNamed(emission.structure, ids, new Set(emission.parameters.keys())));

const optimizerSpec = (emission: Emission, { loss: _, ...spec }: Emission['optimizers'][number]): OptimizerSpec => ({
  ...spec,
  parameters: withCopies(emission, parametersOwned(emission.structure, spec, emission.parameters)),
});

/** The losses of the run in its order; where it names none, those of all loss nodes and whatever an optimizer minimises. */
function lossesOf({ run }: GraphDocument, { losses, optimizers, outputs }: Emission): Emission['losses'] {
  if (run.losses !== undefined && run.losses.length > 0)
    return run.losses.flatMap((address) => {
      const slot = outputs.get(address);
      return slot === undefined ? [] : [{ node: splitPort(address).node, slot }];
    });
  const all = new Map(losses.map((loss) => [loss.slot, loss]));
  for (const { node, loss } of optimizers) if (!all.has(loss)) all.set(loss, { node, slot: loss });
  return [...all.values()];
}

function slotOf(emission: Emission, value: Value): Slot {
  const slot = emission.slotOf.get(value);
  if (slot === undefined) throw new Error('a value of another lowering was used');
  return slot;
}

/** Under which name the program has a function: its node's, counted where instances trace it for several shapes. */
function nameFunction({ functions }: Emission, node: string, trace: FunctionTrace): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? `function ${node}` : `function ${node} (${n})`;
    const known = functions.get(name);
    if (known === undefined) functions.set(name, { trace, record: functionRecord(name, trace) });
    if (known === undefined || known.trace === trace) return name;
  }
}

/** The reading of a node that emits a program. */
function programBuilder(visit: Visit, emission: Emission): Builder {
  let module: string | undefined;
  const make = ({ shape, dtype }: Value): SlotValue => {
    const value = { shape, dtype, slot: emission.slots++ };
    emission.slotOf.set(value, value.slot);
    return value;
  };
  const push = (step: ProgramStep) => emission.steps[visit.phase].push(step);
  const areFresh = (values: readonly Value[]) => values.every((value) => emission.fresh.has(value));
  const setFresh = (values: readonly Value[]) => {
    for (const value of values) emission.fresh.add(value);
  };
  const place = (inputs: readonly Value[], ...outputs: readonly SlotValue[]) => ({
    node: visit.owner,
    address: visit.address,
    inputs: inputs.map((v) => slotOf(emission, v)),
    outputs: outputs.map(({ slot }) => slot),
    shape: outputs[0]?.shape ?? [],
    ...(module === undefined ? {} : { module }),
  });
  const builder: Builder = {
    op(name, inputs, attrs = {}) {
      const output = make(inferOperation(name, inputs, attrs));
      push({ kind: 'op', op: name, attrs, ...place(inputs, output) });
      if (operations.get(name)?.mayPassOn !== true || areFresh(inputs)) setFresh([output]);
      return output;
    },
    custom(source, inputs, count) {
      const signature = signatureOf(inputs);
      const trace = traceFor(emission.traces(source, signature), source, signature, count);
      const outputs = outputTypes(trace).map(make);
      push({ kind: 'op', op: nameFunction(emission, visit.id, trace), attrs: {}, ...place(inputs, ...outputs) });
      if (areFresh(inputs)) setFresh(outputs);
      return outputs;
    },
    parameter(name, shape, init, requiresGrad = true) {
      const address = `${visit.parameterAddress}.${name}`;
      const known = emission.parameters.get(address);
      const value = known?.value ?? make({ shape, dtype: 'f32' });
      const users = known?.users ?? new Set();
      users.add(topOf(emission.structure, visit.owner));
      emission.parameters.set(address, { node: visit.parameterOwner, name, shape, init, requiresGrad, value, users });
      emission.holders.set(visit.address, [...(emission.holders.get(visit.address) ?? []), value.slot]);
      return value;
    },
    gradient(parameter) {
      const value = make(parameter);
      setFresh([value]);
      const address = [...emission.parameters].find(([, declared]) => declared.value === parameter)?.[0];
      if (address !== undefined) emission.gradients.push({ parameter: address, slot: value.slot });
      return value;
    },
    module(name, _args, body) {
      const outer = module;
      module = name;
      const value = body(builder);
      module = outer;
      return value;
    },
    data(source) {
      const whole = dataValues(source);
      const values = whole.map(({ shape, dtype }) => {
        const rows = shape[0];
        const cut = rows === undefined ? shape : [emission.rowsOf(emission.slots, rows), ...shape.slice(1)];
        return make({ shape: cut, dtype });
      });
      setFresh(values);
      const outputs = values.map((value, i) => ({
        slot: value.slot,
        shape: whole[i]?.shape ?? [],
        dtype: value.dtype,
      }));
      emission.data.push({ address: visit.address, node: visit.owner, source, outputs });
      return values;
    },
    loss(value) {
      emission.losses.push({ node: visit.owner, slot: slotOf(emission, value) });
      return value;
    },
    dropout(input, p) {
      const output = make(input);
      push({ kind: 'dropout', p, ...place([input], output) });
      if (areFresh([input])) setFresh([output]);
      return output;
    },
    optimizer(kind, loss, settings) {
      emission.optimizers.push({ node: visit.id, kind, settings, loss: slotOf(emission, loss) });
    },
    update(parameter, gradient, settings) {
      const { id: node, kind } = visit;
      // All is read before anything is written: another parameter's own numbers would be what an update before this one made of them.
      const isItself = [...emission.parameters.values()].some(
        (one) => one.value === gradient && one.node === parameter,
      );
      const read = isItself || areFresh([gradient]) ? gradient : builder.op('detach', [gradient]);
      emission.updates.push({ node, kind: kind.kind, settings, parameter, gradient: slotOf(emission, read) });
    },
    zeroGrad(parameters) {
      emission.zeroGrads.push({ node: visit.id, parameters });
    },
    repeat({ count, untied }, starts, body) {
      const around = emission.steps[visit.phase];
      const inside: ProgramStep[] = [];
      emission.steps[visit.phase] = inside;
      const currents = starts.map(make);
      setFresh(currents.filter((_, i) => areFresh(starts.slice(i, i + 1))));
      const nexts = body(currents);
      emission.steps[visit.phase] = around;
      const results = starts.map(make);
      // After no iteration it is what it started with.
      setFresh(results.filter((_, i) => areFresh([...starts.slice(i, i + 1), ...nexts.slice(i, i + 1)])));
      const carried = starts.map((start, i) => ({
        start: slotOf(emission, start),
        current: currents[i]?.slot ?? -1,
        next: slotOf(emission, nexts[i] ?? start),
        result: results[i]?.slot ?? -1,
      }));
      push({ kind: 'repeat', node: visit.owner, address: visit.address, count, untied, carried, body: inside });
      return results;
    },
    instance: (_name, _args, _inputs, body) => body(),
    metric(name, prediction, target) {
      emission.metrics.push({
        name,
        node: visit.owner,
        prediction: slotOf(emission, prediction),
        target: slotOf(emission, target),
        classes: prediction.shape.at(-1) ?? 0,
      });
    },
  };
  return builder;
}
