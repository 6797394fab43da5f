import type { Builder, DataSource, Value } from '../nodes/builder.ts';
import type { DType } from '../tensor/dtype.ts';
import { formatShape, numel, type Shape, ShapeError } from '../tensor/shape.ts';
import { diagnostic } from './diagnostics.ts';
import { type Diagnostic, type GraphDocument, type RunSettings, splitPort } from './document.ts';
import { inferOperation } from './infer.ts';
import { resolveStructure, type Structure } from './structure.ts';
import { upstream, type Visit, walk } from './walk.ts';

/** Numbers in one value: 1 GiB of f32, of which a run keeps several copies. */
const MAX_ELEMENTS = 2 ** 28;

/** What the live check knows about a document. */
export interface CheckResult {
  /** Everything wrong, at once; a document without errors can be lowered. */
  readonly diagnostics: readonly Diagnostic[];
  /** Shape and type of every output whose node could be lowered, by `id.port`. */
  readonly shapes: ReadonlyMap<string, { readonly shape: Shape; readonly dtype: DType }>;
  /** Program order of the nodes outside of blocks. */
  readonly order: readonly string[];
  /** Parameters by address (`model/linear1.weight`), with the node that holds them. */
  readonly parameters: ReadonlyMap<string, { readonly node: string; readonly shape: Shape }>;
}

/** Checks structure, types, shapes, cycles, ownership, batches and settings. Pure; fast enough for every edit. */
export function checkDocument(document: GraphDocument): CheckResult {
  const structure = resolveStructure(document);
  const diagnostics = [...structure.diagnostics];
  const shapes = new Map<string, { shape: Shape; dtype: DType }>();
  const facts: Facts = { batchSize: document.run.batchSize, parameters: new Map(), data: [], losses: new Set() };
  walk(structure, {
    builder: (visit) => shapeBuilder(visit, facts),
    output: (id, port, value) => void shapes.set(`${id}.${port}`, { shape: value.shape, dtype: value.dtype }),
    failed: (visit, inputs, error) =>
      diagnostics.push(
        error instanceof TooLarge ? sizeDiagnostic(visit, error.shape) : shapeDiagnostic(visit, inputs, error),
      ),
  });
  // A spread into `push` overflows the stack where there are very many.
  for (const find of [ownership(structure, facts), batches(facts), runLosses(structure), runLength(document.run)])
    for (const found of find) diagnostics.push(found);
  return { diagnostics, shapes, order: structure.order, parameters: facts.parameters };
}

/** Whether anything stands in the way of lowering. */
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error');

/** Notes that nodes leave while shapes are tracked. */
interface Facts {
  readonly batchSize: number | undefined;
  readonly parameters: Map<string, { node: string; shape: Shape }>;
  readonly data: { node: string; rows: number }[];
  readonly losses: Set<string>;
}

/** A node asked for a value that no machine here holds: it counts as failed, and what hangs on it is passed over. */
class TooLarge extends Error {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super(`a value of shape ${formatShape(shape)} is too large`);
    this.shape = shape;
  }
}

function limited<V extends Value>(value: V): V {
  if (numel(value.shape) > MAX_ELEMENTS) throw new TooLarge(value.shape);
  return value;
}

const grouped = (count: number): string => count.toLocaleString('en-US');

const sizeDiagnostic = ({ id, kind }: Visit, shape: Shape): Diagnostic =>
  diagnostic(
    'too-large',
    { node: id },
    { kind: kind.kind, shape: formatShape(shape), count: grouped(numel(shape)), limit: grouped(MAX_ELEMENTS) },
  );

/** The reading of a node that knows shapes and types only. */
function shapeBuilder(visit: Visit, facts: Facts): Builder {
  const builder: Builder = {
    op: (name, inputs, attrs = {}) => limited(inferOperation(name, inputs, attrs)),
    parameter(name, shape) {
      limited({ shape, dtype: 'f32' });
      facts.parameters.set(`${visit.address}.${name}`, { node: visit.id, shape });
      return { shape, dtype: 'f32' };
    },
    module: (_name, _args, body) => body(builder),
    data: (source) =>
      dataValues(source)
        .map(limited)
        .map((value) => {
          const rows = value.shape[0];
          if (rows === undefined) return value;
          facts.data.push({ node: visit.id, rows });
          return { ...value, shape: [Math.min(rows, facts.batchSize ?? rows), ...value.shape.slice(1)] };
        }),
    loss: (value) => {
      facts.losses.add(visit.id);
      return value;
    },
    dropout: (input) => input,
    optimizer: () => undefined,
    metric: () => undefined,
  };
  return builder;
}

/** The outputs of a source over its whole set. */
export const dataValues = (source: DataSource): Value[] =>
  source.kind === 'randn'
    ? [{ shape: source.shape, dtype: 'f32' }]
    : source.outputs.map(({ shape, dtype }) => ({ shape, dtype }));

function shapeDiagnostic(visit: Visit, inputs: Readonly<Record<string, Value>>, error: unknown): Diagnostic {
  const ports = Object.entries(inputs).filter(
    ([, value]) => error instanceof ShapeError && formatShape(value.shape) === error.got,
  );
  // Where several or none are the one that was complained about: the last has to fit what came before it.
  const port = (ports.length === 1 ? ports[0]?.[0] : undefined) ?? Object.keys(inputs).at(-1);
  const place = { node: visit.id, ...(port === undefined ? {} : { port }) };
  const reason = error instanceof Error ? error.message : String(error);
  const { expected, got } =
    error instanceof ShapeError ? error : { expected: 'settings that fit together', got: 'these' };
  return diagnostic('shape-mismatch', place, { reason, expected, got, port: port ?? visit.id });
}

function ownership(structure: Structure, facts: Facts): Diagnostic[] {
  const holders = new Set([...facts.parameters.values()].map(({ node }) => topOf(structure, node)));
  const owners = new Map<string, string[]>();
  const found: Diagnostic[] = [];
  for (const id of structure.order) {
    const kind = structure.nodes.get(id)?.kind;
    if (kind?.category !== 'optimizer' || !kind.inputs.every((p) => structure.incoming.has(`${id}.${p.name}`)))
      continue;
    const owned = [...upstream(structure, id)].filter((node) => holders.has(node));
    const complete = [...upstream(structure, id)].some((node) => facts.losses.has(node));
    if (owned.length === 0 && complete) found.push(diagnostic('no-parameters', { node: id }, { kind: kind.kind }));
    for (const node of owned) {
      const list = owners.get(node);
      if (list) list.push(id);
      else owners.set(node, [id]);
    }
  }
  const clashes = new Map<string, { owners: string[]; owned: string[] }>();
  for (const [node, list] of owners) {
    if (list.length < 2) continue;
    const clash = clashes.get(list.join());
    if (clash) clash.owned.push(node);
    else clashes.set(list.join(), { owners: list, owned: [node] });
  }
  for (const clash of clashes.values())
    for (const node of clash.owners)
      found.push(
        diagnostic(
          'two-owners',
          { node, port: 'loss' },
          { owned: clash.owned.join(', '), owners: clash.owners.join(' and ') },
        ),
      );
  return found;
}

/** The node outside of blocks that holds `id`. */
export function topOf(structure: Structure, id: string): string {
  for (let at = id; ; ) {
    const parent = structure.nodes.get(at)?.node.parent;
    if (parent === undefined) return at;
    at = parent;
  }
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

/** What is wrong with the list of losses, and the optimizers whose loss it leaves out. */
function runLosses(structure: Structure): Diagnostic[] {
  const counts = new Map<string, number>();
  for (const loss of structure.document.run.losses ?? []) counts.set(loss, (counts.get(loss) ?? 0) + 1);
  const found: Diagnostic[] = [];
  for (const [loss, count] of counts) {
    const { node, port } = splitPort(loss);
    const kind = structure.nodes.get(node)?.kind;
    const isLoss = kind?.outputs.some((p) => p.name === port && p.type === 'loss') === true;
    if (!isLoss) found.push(diagnostic('unknown-loss', {}, { loss: JSON.stringify(loss) }));
    else if (count > 1) found.push(diagnostic('duplicate-loss', { node, port }, { loss, count }));
  }
  if (counts.size === 0) return found;
  for (const id of structure.order) {
    const kind = structure.nodes.get(id)?.kind;
    const loss = structure.incoming.get(`${id}.loss`)?.from;
    if (kind?.category === 'optimizer' && loss !== undefined && !counts.has(loss))
      found.push(diagnostic('loss-not-trained', { node: id, port: 'loss' }, { kind: kind.kind, loss }));
  }
  return found;
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
