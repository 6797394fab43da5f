import { checkDocument, needOf } from '../../engine/graph/check.ts';
import type { Need } from '../../engine/graph/device.ts';
import type { Diagnostic, DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import type { FunctionUse } from '../../engine/graph/functions.ts';
import { isUnfolded, kindOf, moduleName } from '../../engine/graph/kinds.ts';
import { missingLoss } from '../../engine/graph/losses.ts';
import { isUnreadable } from '../../engine/graph/unreached.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { addressesOf, templateOf } from './addresses.ts';
import { graphOf, moduleOf, type Tab, useActiveTab } from './documents.ts';
import { knownTraces, useFunctions } from './functions.ts';
import { inLevel, levelOf } from './levels.ts';
import { scoped } from './scope.ts';
import { splice } from './splice.ts';

/** A parameter of a node on the canvas. */
export interface KnownParameter {
  /** `weight`. */
  readonly name: string;
  readonly shape: Shape;
}

/** All that the check finds out about what is on the canvas. */
export interface Diagnosis {
  /** Everything wrong with the document, on the canvas or not. */
  readonly diagnostics: readonly Diagnostic[];
  /** By node of what is on the canvas. At an instance stands what is wrong in its definition too. */
  readonly byNode: ReadonlyMap<string, readonly Diagnostic[]>;
  /** By output port: `linear1.output`. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Own parameters by node. */
  readonly parameters: ReadonlyMap<string, readonly KnownParameter[]>;
  /** How many numbers a node learns, with all that it contains. */
  readonly weights: ReadonlyMap<string, number>;
  /** Functions of the user's own by node, those of a definition once for each instance. */
  readonly functions: ReadonlyMap<string, readonly FunctionUse[]>;
  /** Ids of the nodes that hold parameters: what optimizers and updates can name. */
  readonly holders: readonly string[];
  /** Nothing keeps it from being trained. */
  readonly sound: boolean;
  /** About how many bytes a run takes at most, as far as shapes are known. */
  readonly memory: number;
  /** Multiplications and additions in the matrix products of a forward pass, as far as shapes are known. */
  readonly flops: number;
}

type Checked = ReturnType<typeof checkDocument>;

// By the array of nodes, which survives moves and selections; the other parts of the meaning are compared when found.
const known = new WeakMap<
  object,
  { readonly document: GraphDocument; readonly checked: Checked; readonly reports: object }
>();
const verdicts = new WeakMap<Checked, Pick<Diagnosis, 'diagnostics' | 'sound'>>();

/** Checks a document; a second question about the same meaning costs nothing. */
function check(document: GraphDocument): Checked {
  const before = known.get(document.nodes);
  const { reports } = useFunctions.getState();
  if (before !== undefined && sameMeaning(before.document, document))
    if (before.reports === reports || !hasCode(before.checked)) return before.checked;
  const checked = checkDocument(document, knownTraces);
  known.set(document.nodes, { document, checked, reports });
  return checked;
}

/** Everything wrong with a document, and whether anything of it keeps the document from being trained. */
export function diagnose(document: GraphDocument): Pick<Diagnosis, 'diagnostics' | 'sound'> {
  const checked = check(document);
  // As long as there is nothing to train, nobody misses a loss.
  const missing = checked.parameters.size === 0 ? [] : missingLoss(checked);
  const verdict = verdicts.get(checked) ?? {
    diagnostics: [...checked.diagnostics, ...missing],
    sound: checked.diagnostics.every((d) => d.severity !== 'error'),
  };
  verdicts.set(checked, verdict);
  return verdict;
}

/** What a run of a document asks of a device. */
export const need = (document: GraphDocument): Need => needOf(check(document));

const hasCode = ({ functions, unreached }: Checked): boolean => functions.length + unreached.length > 0;

/** The functions of the user's own that a document holds, and to which no shapes come. */
export const unreachedIn = (document: GraphDocument): readonly FunctionUse[] => check(document).unreached;

/** The functions of the user's own that a document holds, as far as shapes come to them. */
export const functionsOf = (document: GraphDocument): readonly FunctionUse[] => check(document).functions;

/** All that is to be run before a document is trained or exported: the same with the last batch of an epoch, too. */
export function functionsToRun(document: GraphDocument): readonly FunctionUse[] {
  const { functions, lastFunctions } = check(document);
  return [...functions, ...lastFunctions];
}

/** Same but for appearance. By identity: undo brings back the very parts it left. */
export const sameMeaning = (a: GraphDocument, b: GraphDocument): boolean =>
  a.nodes === b.nodes && a.wires === b.wires && a.data === b.data && a.run === b.run && a.modules === b.modules;

const views = new WeakMap<Checked, Map<string, Diagnosis>>();

/** The diagnosis of what a tab shows. */
export function diagnoseTab(tab: Pick<Tab, 'document' | 'scope'>): Diagnosis {
  const checked = check(tab.document);
  // What is unfolded is no part of the meaning, but of what is seen.
  const { parts } = splice(scoped(tab.document, moduleOf(tab)));
  const key = JSON.stringify([tab.scope, parts.map(({ level }) => level)]);
  const seen = views.get(checked) ?? new Map<string, Diagnosis>();
  views.set(checked, seen);
  const made = seen.get(key) ?? view(checked, tab);
  seen.set(key, made);
  return made;
}

function view(checked: Checked, tab: Pick<Tab, 'document' | 'scope'>): Diagnosis {
  const module = moduleOf(tab);
  const graph = graphOf(tab);
  const prefix = module === null ? '' : `${tab.scope.at(-1)?.instance ?? '-'}/`;
  const shown = new Set(graph.nodes.map(({ id }) => levelOf(id)));
  const shapes = new Map<string, Shape>();
  // A node of an unfolded instance has the same name on the canvas as in the check's result.
  for (const [port, { shape }] of checked.shapes) {
    const name = port.slice(prefix.length);
    if (port.startsWith(prefix) && (levelOf(name) === '' || shown.has(levelOf(name)))) shapes.set(name, shape);
  }
  for (const [port, shape] of terminalShapes(checked, graph, tab, module)) shapes.set(port, shape);
  for (const [port, shape] of enteredShapes(graph, shapes)) shapes.set(port, shape);
  const { of } = addressesOf(tab, () => 1);
  const nodeAt = new Map([...of].map(([id, address]) => [templateOf(address), id]));
  const parameters = new Map<string, KnownParameter[]>();
  const weights = new Map<string, number>();
  for (const [address, { shape }] of checked.parameters) {
    const dot = address.lastIndexOf('.');
    const parts = address.slice(0, dot).split('/');
    const own = nodeAt.get(parts.join('/'));
    if (own !== undefined) {
      const list = parameters.get(own);
      const parameter = { name: address.slice(dot + 1), shape };
      if (list) list.push(parameter);
      else parameters.set(own, [parameter]);
    }
    // A node counts what it holds, and so does everything around it.
    for (let length = parts.length; length > 0; length--) {
      const holder = nodeAt.get(parts.slice(0, length).join('/'));
      if (holder !== undefined) weights.set(holder, (weights.get(holder) ?? 0) + numel(shape));
    }
  }
  return {
    ...diagnose(tab.document),
    byNode: problemsByNode(checked.diagnostics, graph, module),
    shapes,
    parameters,
    weights,
    functions: functionsOn(checked, graph, module, prefix),
    holders: [...weights.keys()].filter((id) => levelOf(id) === ''),
    memory: checked.memory?.bytes ?? 0,
    flops: checked.flops,
  };
}

/**
 * Functions by node. Those of the definition that is open stand for all of its instances, those in an unfolded one for itself; so
 * do those whose code cannot be read in any of them.
 */
function functionsOn(checked: Checked, { nodes }: GraphDocument, module: string | null, prefix: string) {
  const found = new Map<string, FunctionUse[]>();
  const add = (node: string, use: FunctionUse) => {
    const list = found.get(node);
    if (list) list.push(use);
    else found.set(node, [use]);
  };
  const shown = new Set(nodes.map(({ id }) => levelOf(id)));
  const unfolded = Map.groupBy(
    nodes.filter(({ kind }) => isUnfolded(kind)),
    ({ kind }) => moduleName(kind),
  );
  for (const use of checked.functions) {
    const name = use.name.slice(prefix.length);
    if (use.module === (module ?? undefined)) add(use.node, use);
    else if (use.name.startsWith(prefix) && shown.has(levelOf(name))) add(name, use);
  }
  for (const use of checked.unreached.filter(isUnreadable))
    if (use.module === (module ?? undefined)) add(use.node, use);
    else if (use.module !== undefined)
      for (const { id } of unfolded.get(use.module) ?? []) add(inLevel(id, use.node), use);
  return found;
}

/** Inside an unfolded instance, what enters it has the shapes of what feeds it. Instances come before those within them. */
function* enteredShapes(graph: GraphDocument, shapes: ReadonlyMap<string, Shape>): Iterable<[string, Shape]> {
  const sources = new Map(graph.wires.map(({ from, to }) => [to, from]));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const links = Map.groupBy(graph.nodes, (node) => node.parent);
  const linkBefore = new Map([...links.values()].flatMap((list) => list.map((link, i) => [link, list[i - 1]])));
  /** The output that feeds a port: by wire, or the link before its node in a chain. */
  const sourceOf = (node: DocumentNode, port: string | undefined, depth = 0): string | undefined => {
    const frame = node.parent === undefined ? undefined : byId.get(node.parent);
    const kind = frame && kindOf(frame, graph.modules);
    if (frame === undefined || kind?.block !== 'chain') return sources.get(`${node.id}.${port}`);
    const before = linkBefore.get(node);
    // Blocks that contain each other come to an end.
    if (before === undefined) return depth > byId.size ? undefined : sourceOf(frame, kind.inputs[0]?.name, depth + 1);
    return `${before.id}.${kindOf(before, graph.modules)?.outputs[0]?.name}`;
  };
  for (const node of graph.nodes) {
    const module = isUnfolded(node.kind) ? moduleName(node.kind) : undefined;
    for (const { name } of graph.modules[module ?? '']?.ports.inputs ?? []) {
      const shape = shapes.get(sourceOf(node, name) ?? '');
      if (shape !== undefined) yield [`${node.id}.inputs/${name}`, shape];
    }
  }
}

/** What enters a definition has the shapes of what is wired to the instance that it was opened from. */
function terminalShapes(
  checked: Checked,
  graph: GraphDocument,
  { document, scope }: Pick<Tab, 'document' | 'scope'>,
  module: string | null,
): [string, Shape][] {
  const name = scope.at(-1)?.instance;
  if (module === null || name == null) return [];
  const outer = scoped(document, scope.at(-2)?.module ?? null);
  const id = name.split('/').at(-1) ?? name;
  const around = name.slice(0, name.length - id.length);
  return (graph.modules[module]?.ports.inputs ?? []).flatMap((port): [string, Shape][] => {
    const wire = outer.wires.find(({ to }) => to === `${id}.${port.name}`);
    const shape = wire && checked.shapes.get(around + wire.from)?.shape;
    return shape === undefined ? [] : [[`inputs.${port.name}`, shape]];
  });
}

/** Problems by the node on the canvas where they are seen: at an instance what is wrong in its definition, too. */
export function problemsByNode(
  diagnostics: readonly Diagnostic[],
  { nodes }: GraphDocument,
  module: string | null,
): Map<string, readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  const add = (node: string, problem: Diagnostic) => {
    const list = found.get(node);
    if (list) list.push(problem);
    else found.set(node, [problem]);
  };
  const instances = Map.groupBy(nodes, (node) => moduleName(node.kind));
  for (const problem of diagnostics) {
    const { node } = problem;
    if (problem.module === (module ?? undefined)) {
      if (node !== undefined) add(node, problem);
    } else if (problem.module !== undefined)
      for (const { id, kind } of instances.get(problem.module) ?? [])
        add(node !== undefined && isUnfolded(kind) ? inLevel(id, node) : id, problem);
  }
  return found;
}

const nothing: Diagnosis = {
  diagnostics: [],
  byNode: new Map(),
  shapes: new Map(),
  parameters: new Map(),
  weights: new Map(),
  functions: new Map(),
  holders: [],
  sound: true,
  memory: 0,
  flops: 0,
};

export function useDiagnosis(): Diagnosis {
  const tab = useActiveTab();
  // What the engine says of a function may tell shapes.
  useFunctions(({ reports }) => reports);
  return tab === undefined ? nothing : diagnoseTab(tab);
}
