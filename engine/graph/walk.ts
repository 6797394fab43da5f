import type { Builder, Value, Values } from '../nodes/builder.ts';
import type { NodeKind } from '../nodes/node.ts';
import { type SettingProblem, type Settings, settingProblem, settingProblemText } from '../nodes/settings.ts';
import { moduleName, paramOf } from './kinds.ts';
import { type Entry, type Structure, settingsOf, tiedRoot } from './structure.ts';

/** A node at the moment it is lowered. */
export interface Visit {
  readonly id: string;
  /** The way to it through blocks and instances: `net1/linear1`. */
  readonly address: string;
  /** The address under which its parameters are known: of a tied instance, that of the other. */
  readonly parameterAddress: string;
  /** What its ports are called in the check's result: `linear1` in the document, `net1/linear1` in an instance. */
  readonly name: string;
  /** The node of the document itself that it is, or that holds it through instances. */
  readonly owner: string;
  /** The node of the document that its parameters belong to: another than `owner` where an instance is tied. */
  readonly parameterOwner: string;
  /** Of a tied instance: the one that has the weights, beside it. */
  readonly sharedWith: { readonly id: string; readonly address: string } | undefined;
  /** The definition in which it stands. */
  readonly module: string | undefined;
  readonly kind: NodeKind;
  readonly settings: Settings;
  readonly phase: 'forward' | 'update';
}

/** A reading of a document: a builder per node, and what becomes of the values. */
export interface Reading {
  builder(visit: Visit): Builder;
  /** What is wired to a node, before it is lowered. */
  received?(visit: Visit, inputs: Values): void;
  output(visit: Visit, port: string, value: Value): void;
  /** A value came to the inner side of a frame's terminal. */
  entered?(visit: Visit, port: string, value: Value): void;
  /** Lowering threw: the node has no outputs and what hangs on it is passed over. */
  failed(visit: Visit, inputs: Values, error: unknown): void;
}

/** A setting that came through a param does not fit the node it is for. */
export class ParamError extends Error {
  readonly setting: string;
  readonly problem: SettingProblem;
  readonly got: unknown;
  constructor(setting: string, problem: SettingProblem, got: unknown) {
    super(settingProblemText(problem));
    this.setting = setting;
    this.problem = problem;
    this.got = got;
  }
}

/** More nodes than any network has: definitions that use each other many times over. */
export class TooManyNodes extends Error {}

/** A body that cannot be completed: what is missing was reported where it is missing. */
class Incomplete extends Error {}

const MAX_VISITS = 100_000;

/** A graph on the walk: of the document, or of one instance. */
interface Run {
  readonly structure: Structure;
  readonly params: Settings;
  /** By `id.port`. */
  readonly values: Map<string, Value>;
  /** Before each node's path. */
  readonly address: string;
  readonly parameterAddress: string;
  readonly name: string;
  readonly owner: string | undefined;
  readonly parameterOwner: string | undefined;
  readonly phase: 'forward' | 'update' | undefined;
}

/** Lowers every node in program order: topological, ties by array order; the body of a block at the block's place. */
export function walk(structure: Structure, reading: Reading): void {
  let visits = 0;
  /** What comes after too many is passed over: definitions that use each other could keep the walk busy for ever. */
  let isFull = false;

  /** All nodes of a frame, or those outside of blocks. */
  function level(run: Run, frame: string): void {
    for (const id of run.structure.orders.get(frame) ?? []) {
      if (isFull) return;
      const inputs = inputsOf(run, id);
      if (inputs === undefined) continue;
      for (const [port, value] of Object.entries(lower(run, id, inputs))) run.values.set(`${id}.${port}`, value);
    }
  }

  function lower(run: Run, id: string, inputs: Values): Values {
    const entry = run.structure.nodes.get(id);
    if (entry === undefined) return {};
    const visit = visitOf(run, id, entry);
    let outputs: Values;
    try {
      isFull = ++visits > MAX_VISITS;
      if (isFull) throw new TooManyNodes();
      requireFit(entry, visit.settings);
      reading.received?.(visit, inputs);
      outputs = visit.kind.lower(reading.builder(visit), inputs, visit.settings, (sources) =>
        body(run, visit, sources),
      );
    } catch (error) {
      if (!(error instanceof Incomplete)) reading.failed(visit, inputs, error);
      return {};
    }
    for (const [port, value] of Object.entries(outputs)) reading.output(visit, port, value);
    return outputs;
  }

  /** The inside of a block, given what enters it. */
  function body(run: Run, visit: Visit, sources: Values): Values {
    const { id, kind } = visit;
    if (kind.block === 'chain') return chain(run, visit, sources);
    if (kind.block === 'module') return instance(run, visit, sources);
    for (const [port, value] of Object.entries(sources)) {
      run.values.set(`${id}.${port}`, value);
      reading.entered?.(visit, port, value);
    }
    level(run, id);
    return collect(run, kind.inner?.targets ?? [], id);
  }

  function chain(run: Run, { id, kind }: Visit, sources: Values): Values {
    let value = sources[kind.inner?.sources[0]?.name ?? ''];
    for (const child of run.structure.children.get(id) ?? []) {
      const link = run.structure.nodes.get(child)?.kind;
      const [input, output] = [link?.inputs[0]?.name, link?.outputs[0]?.name];
      if (value === undefined || input === undefined || output === undefined) throw new Incomplete();
      value = lower(run, child, { [input]: value })[output];
    }
    if (value === undefined) throw new Incomplete();
    return { [kind.inner?.targets[0]?.name ?? '']: value };
  }

  function instance(run: Run, visit: Visit, sources: Values): Values {
    const definition = run.structure.modules.get(moduleName(visit.kind.kind) ?? '');
    if (definition === undefined) throw new Incomplete();
    const inner: Run = {
      structure: definition,
      params: visit.settings,
      values: new Map(Object.entries(sources).map(([port, value]) => [`inputs.${port}`, value])),
      address: `${visit.address}/`,
      parameterAddress: `${visit.parameterAddress}/`,
      name: `${visit.name}/`,
      owner: visit.owner,
      parameterOwner: visit.parameterOwner,
      phase: visit.phase,
    };
    level(inner, '');
    return collect(inner, visit.kind.inner?.targets ?? [], 'outputs');
  }

  level(
    {
      structure,
      params: {},
      values: new Map(),
      address: '',
      parameterAddress: '',
      name: '',
      owner: undefined,
      parameterOwner: undefined,
      phase: undefined,
    },
    '',
  );
}

function visitOf(run: Run, id: string, entry: Entry): Visit {
  const { structure } = run;
  const path = structure.paths.get(id) ?? id;
  const root = entry.node.tiedTo === undefined ? id : (tiedRoot(id, structure.nodes) ?? id);
  const [top = id] = path.split('/');
  return {
    id,
    address: run.address + path,
    parameterAddress: run.parameterAddress + (structure.paths.get(root) ?? root),
    name: run.name + id,
    owner: run.owner ?? id,
    parameterOwner: run.parameterOwner ?? root,
    sharedWith: root === id ? undefined : { id: root, address: run.address + (structure.paths.get(root) ?? root) },
    module: structure.module,
    kind: entry.kind,
    settings: settingsOf(entry, run.params),
    phase: run.phase ?? (structure.updatePhase.has(top) ? 'update' : 'forward'),
  };
}

/** What is wired to a node; undefined where something it needs has no value. */
function inputsOf({ structure, values }: Run, id: string): Values | undefined {
  const inputs: Record<string, Value> = {};
  for (const { name, optional } of structure.nodes.get(id)?.kind.inputs ?? []) {
    const wire = structure.incoming.get(`${id}.${name}`);
    const value = wire && values.get(wire.from);
    if (value !== undefined) inputs[name] = value;
    else if (optional !== true) return undefined;
  }
  return inputs;
}

/** What reaches the inner sides of a block's outputs. */
function collect({ structure, values }: Run, ports: readonly { readonly name: string }[], node: string): Values {
  const collected: Record<string, Value> = {};
  for (const { name } of ports) {
    const wire = structure.incoming.get(`${node}.${name}`);
    const value = wire && values.get(wire.from);
    if (value === undefined) throw new Incomplete();
    collected[name] = value;
  }
  return collected;
}

/** What stands in the document itself was reported when it was resolved; only values that came through params are new. */
function requireFit({ node, kind }: Entry, settings: Settings): void {
  for (const [name, given] of Object.entries(node.settings)) {
    const setting = Object.hasOwn(kind.settings, name) ? kind.settings[name] : undefined;
    const problem = setting && settingProblem(setting, settings[name]);
    if (problem === undefined) continue;
    throw paramOf(given) === undefined ? new Incomplete() : new ParamError(name, problem, settings[name]);
  }
}

/** A place at which parameters and data are drawn. */
export interface DrawPlace {
  /** `repeat1#2/linear1`: the second copy of an untied loop. */
  readonly address: string;
  /** The same without counting copies, as `Visit.parameterAddress` has it. */
  readonly template: string;
  /** Which copy it is of each untied loop around it, from 1. */
  readonly copies: readonly number[];
}

/**
 * Every place in the order in which things are drawn: array order, a block's body at the block's place, untied copies iteration
 * by iteration. Tied instances draw nothing.
 */
export function drawOrder(structure: Structure): DrawPlace[] {
  const places: DrawPlace[] = [];
  const graph = (inner: Structure, params: Settings, at: DrawPlace): void => {
    const visit = (id: string, around: DrawPlace): void => {
      const entry = inner.nodes.get(id);
      if (entry === undefined || places.length > MAX_VISITS) return;
      const place = within(around, id);
      places.push(place);
      const settings = settingsOf(entry, params);
      const definition = inner.modules.get(moduleName(entry.kind.kind) ?? '');
      if (definition !== undefined && entry.node.tiedTo === undefined) graph(definition, settings, place);
      const copies = entry.kind.copies?.(settings);
      for (let copy = 1; copy <= (copies ?? 1); copy++) {
        const inside = copies === undefined ? place : copyOf(place, copy);
        for (const child of inner.children.get(id) ?? []) visit(child, inside);
      }
    };
    for (const { id, parent } of inner.graph.nodes) if (parent === undefined) visit(id, at);
  };
  graph(structure, {}, { address: '', template: '', copies: [] });
  return places;
}

const within = (around: DrawPlace, id: string): DrawPlace => ({
  address: around.address === '' ? id : `${around.address}/${id}`,
  template: around.template === '' ? id : `${around.template}/${id}`,
  copies: around.copies,
});

const copyOf = (place: DrawPlace, copy: number): DrawPlace => ({
  ...place,
  address: `${place.address}#${copy}`,
  copies: [...place.copies, copy],
});

/** By what name a place stands in a document's list of draws: an untied loop is one entry, with all that is in it. */
export const drawName = ({ address }: Pick<DrawPlace, 'address'>): string => address.replace(/#.*$/, '');

/** Sorts what is drawn at places by the document's list; what it does not name comes last, as it came. */
export function inDrawOrder<T>(
  items: readonly T[],
  placeOf: (item: T) => Pick<DrawPlace, 'address'>,
  draws: readonly string[] = [],
): T[] {
  const rank = new Map(draws.map((name, i) => [name, i]));
  const rankOf = (item: T) => rank.get(drawName(placeOf(item))) ?? draws.length;
  return items.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Nodes outside of blocks from which a wire leads, directly or not, into `id`; `id` itself is among them. */
export function upstream(structure: Structure, id: string): Set<string> {
  const before = Map.groupBy(structure.edges.get('') ?? [], (edge) => edge.to);
  const found = new Set([id]);
  // A set's iterator also visits what is added on the way.
  for (const at of found) for (const { from } of before.get(at) ?? []) found.add(from);
  return found;
}
