import { checkDocument, dataValues, hasErrors, topOf } from '../graph/check.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import { inferOperation } from '../graph/infer.ts';
import { resolveStructure } from '../graph/structure.ts';
import { drawOrder, upstream, type Visit, walk } from '../graph/walk.ts';
import type { Builder, Value } from '../nodes/builder.ts';
import type {
  DataSpec,
  MetricSpec,
  OptimizerSpec,
  ParameterSpec,
  Program,
  ProgramScope,
  ProgramStep,
  Slot,
} from './program.ts';

export type Lowered =
  | { readonly program: Program; readonly diagnostics?: undefined }
  | { readonly program?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Lowers a document that passes the check; a document without a loss cannot be trained and is refused too. */
export function lowerDocument(document: GraphDocument): Lowered {
  const { diagnostics } = checkDocument(document);
  if (hasErrors(diagnostics)) return { diagnostics };
  const { batchSize } = document.run;
  const program = emit(document, (_slot, whole) => Math.min(whole, batchSize ?? whole));
  return program.losses.length === 0 ? { diagnostics: [...diagnostics, diagnostic('no-loss', {})] } : { program };
}

/**
 * Lowers a document that was lowered before for batches of other sizes: `rowsOf` gives the rows of the value in `slot`, whose
 * whole set has `whole` of them. What the user is told about batch sizes does not apply here.
 * @throws ShapeError where the nodes do not fit so many rows
 */
export const lowerForRows = (document: GraphDocument, rowsOf: RowsOf): Program => emit(document, rowsOf);

type RowsOf = (slot: Slot, whole: number) => number;

interface SlotValue extends Value {
  readonly slot: Slot;
}

/** What the builders of one lowering write to. */
interface Emission {
  readonly steps: ProgramStep[];
  readonly scopes: ProgramScope[];
  readonly parameters: ParameterSpec[];
  readonly data: DataSpec[];
  readonly optimizers: Omit<OptimizerSpec, 'parameters'>[];
  readonly losses: { node: string; slot: Slot }[];
  readonly metrics: MetricSpec[];
  readonly slotOf: WeakMap<Value, Slot>;
  readonly rowsOf: RowsOf;
  slots: number;
}

function emit(document: GraphDocument, rowsOf: RowsOf): Program {
  const structure = resolveStructure(document);
  const emission: Emission = {
    steps: [],
    scopes: [],
    parameters: [],
    data: [],
    optimizers: [],
    losses: [],
    metrics: [],
    slotOf: new WeakMap(),
    rowsOf,
    slots: 0,
  };
  const outputs = new Map<string, Slot>();
  walk(structure, {
    builder: (visit) => programBuilder(visit, emission),
    output(id, _port, value) {
      if (!outputs.has(id)) outputs.set(id, slotOf(emission, value));
    },
    failed(_visit, _inputs, error) {
      throw error;
    },
  });
  const rank = new Map(drawOrder(structure).map((id, i) => [id, i]));
  const byRank = <T extends { readonly node: string }>(specs: readonly T[]): T[] =>
    [...specs].sort((a, b) => (rank.get(a.node) ?? 0) - (rank.get(b.node) ?? 0));
  return {
    slots: emission.slots,
    data: byRank(emission.data),
    parameters: byRank(emission.parameters),
    steps: emission.steps,
    scopes: emission.scopes,
    losses: orderLosses(document, emission.losses),
    optimizers: emission.optimizers.map((spec) => {
      const reaching = upstream(structure, spec.node);
      const owned = byRank(emission.parameters).filter((p) => reaching.has(topOf(structure, p.node)));
      return { ...spec, parameters: owned.map((p) => p.address) };
    }),
    metrics: emission.metrics,
    outputs,
  };
}

/** The losses of the run in its order; all of them where it names none. */
function orderLosses(document: GraphDocument, losses: Emission['losses']): Emission['losses'] {
  const named = document.run.losses?.map((address) => address.slice(0, address.lastIndexOf('.')));
  return named === undefined || named.length === 0
    ? losses
    : named.flatMap((node) => losses.filter((loss) => loss.node === node));
}

function slotOf(emission: Emission, value: Value): Slot {
  const slot = emission.slotOf.get(value);
  if (slot === undefined) throw new Error('a value of another lowering was used');
  return slot;
}

/** The reading of a node that emits a program. */
function programBuilder(visit: Visit, emission: Emission): Builder {
  const make = ({ shape, dtype }: Value): SlotValue => {
    const value = { shape, dtype, slot: emission.slots++ };
    emission.slotOf.set(value, value.slot);
    return value;
  };
  const place = (inputs: readonly Value[], output: SlotValue) => ({
    node: visit.id,
    address: visit.address,
    inputs: inputs.map((v) => slotOf(emission, v)),
    output: output.slot,
    shape: output.shape,
  });
  const builder: Builder = {
    op(name, inputs, attrs = {}) {
      const output = make(inferOperation(name, inputs, attrs));
      emission.steps.push({ kind: 'op', op: name, attrs, ...place(inputs, output) });
      return output;
    },
    parameter(name, shape, init) {
      const value = make({ shape, dtype: 'f32' });
      emission.parameters.push({
        address: `${visit.address}.${name}`,
        node: visit.id,
        name,
        shape,
        init,
        slot: value.slot,
      });
      return value;
    },
    module(name, _args, body) {
      const first = emission.steps.length;
      const value = body(builder);
      emission.scopes.push({ name, address: visit.address, first, end: emission.steps.length });
      return value;
    },
    data(source) {
      const whole = dataValues(source);
      const values = whole.map(({ shape, dtype }) => {
        const rows = shape[0];
        const cut = rows === undefined ? shape : [emission.rowsOf(emission.slots, rows), ...shape.slice(1)];
        return make({ shape: cut, dtype });
      });
      const outputs = values.map((value, i) => ({
        slot: value.slot,
        shape: whole[i]?.shape ?? [],
        dtype: value.dtype,
      }));
      emission.data.push({ node: visit.id, source, outputs });
      return values;
    },
    loss(value) {
      emission.losses.push({ node: visit.id, slot: slotOf(emission, value) });
      return value;
    },
    dropout(input, p) {
      const output = make(input);
      emission.steps.push({ kind: 'dropout', p, ...place([input], output) });
      return output;
    },
    optimizer(kind, _loss, settings) {
      emission.optimizers.push({ node: visit.id, kind, settings });
    },
    metric(name, prediction, target) {
      emission.metrics.push({
        name,
        node: visit.id,
        prediction: slotOf(emission, prediction),
        target: slotOf(emission, target),
        classes: prediction.shape.at(-1) ?? 0,
      });
    },
  };
  return builder;
}
