import type { GraphDocument } from '../../engine/graph/document.ts';
import { kindOf, moduleName } from '../../engine/graph/kinds.ts';
import { layoutOf } from '../canvas/frame_layout.ts';
import { pushAside } from '../canvas/push_aside.ts';
import { removePort } from '../stores/definition.ts';
import { activeGraph, activeTab, editedOn, moduleOf, useDocuments } from '../stores/documents.ts';
import { keepMoved, keepShown, movedBetween } from '../stores/draws.ts';
import { shownPort } from '../stores/levels.ts';
import { detach, type GroupProblem, group } from '../stores/modules.ts';
import { rehomed } from '../stores/rehome.ts';
import type { Healed } from '../stores/reparent.ts';
import { scoped, unscoped } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { spliced } from '../stores/splice.ts';
import { toastOfEdit } from '../stores/toasts.ts';
import { type UnpackProblem, unpack } from '../stores/unpack.ts';
import { unwrap } from '../stores/unwrap.ts';
import { wrapInRepeat } from '../stores/wrap.ts';
import { currentText } from '../text/text.ts';
import { type Place, selectedPlace, selectIn } from './place.ts';

/** What can be done with blocks: one step of undo each; wires that could not be kept are named. */

/**
 * An edit of what is on the canvas that may change in which blocks nodes stand. What was drawn draws the same numbers after it.
 * Returns the new ids of nodes that belong to another definition now.
 */
export function editBlocks(recipe: (graph: GraphDocument) => Healed): ReadonlyMap<string, string> {
  const tab = activeTab();
  if (tab === undefined) return new Map();
  const module = moduleOf(tab);
  let told: Pick<Healed, 'cut' | 'refused'> = { cut: [] };
  let renamed: ReadonlyMap<string, string> = new Map();
  useDocuments.getState().editWhole((document) => {
    const graph = spliced(scoped(document, module));
    const healed = recipe(graph);
    told = healed;
    const homed = rehomed(healed.document);
    renamed = homed.renamed;
    const edited = editedOn(document, module, () => homed.document);
    if (sameBlocks(graph, healed.document)) return edited;
    return keepShown(document, edited, module, movedBetween(graph, homed.document, renamed));
  });
  if (renamed.size > 0) {
    const { nodes, select } = useSelection.getState();
    select([...nodes].map((id) => renamed.get(id) ?? id));
  }
  if (told.refused !== undefined) toastOfEdit(currentText().blocks.border[told.refused], [], 'bad');
  tellCut(told.cut, currentText().blocks.cutHint);
  return renamed;
}

/** An edit of the graph in which all of the selected nodes stand: a definition has its own. */
function editPlace({ module }: Place, recipe: (graph: GraphDocument) => Healed): void {
  let cut: Healed['cut'] = [];
  useDocuments.getState().editWhole((document) => {
    const graph = scoped(document, module);
    const healed = recipe(graph);
    cut = healed.cut;
    const edited = unscoped(document, module, healed.document);
    if (sameBlocks(graph, healed.document)) return edited;
    return keepMoved(document, edited, module, movedBetween(graph, healed.document));
  });
  tellCut(cut, currentText().blocks.cutHint);
}

/** Takes a port of a definition away, and says which wires went with it. */
export function removePortOf(module: string, side: 'inputs' | 'outputs', name: string): void {
  let cut: Healed['cut'] = [];
  useDocuments.getState().editWhole((document) => {
    const removed = removePort(document, module, side, name);
    cut = removed.cut;
    return removed.document;
  });
  tellCut(cut, currentText().blocks.portHint);
}

/** Puts `edited` in the place of a graph. `moved` tells what went where: in all instances of a definition it draws the same. */
function replaceGraph({ module }: Place, edited: GraphDocument, moved: ReadonlyMap<string, string>): void {
  useDocuments.getState().editWhole((document) => {
    const replaced = unscoped(document, module, edited);
    return module === null ? replaced : keepMoved(document, replaced, module, moved);
  });
}

/** Do the nodes that were there stand in the same blocks and in the same order? */
function sameBlocks(a: GraphDocument, b: GraphDocument): boolean {
  if (a.nodes === b.nodes) return true;
  const [before, after] = [new Set(a.nodes.map((n) => n.id)), new Set(b.nodes.map((n) => n.id))];
  const told = ({ nodes }: GraphDocument, others: ReadonlySet<string>) =>
    nodes.filter((n) => others.has(n.id)).map((n) => `${n.parent ?? ''}/${n.id}`);
  return told(a, after).join() === told(b, before).join();
}

export function tellCut(cut: Healed['cut'], hint: string): void {
  if (cut.length === 0) return;
  const wires = cut.map(({ from, to }) => `${shownPort(from)} → ${shownPort(to)}`);
  toastOfEdit(currentText().blocks.cut(cut.length), [...wires.slice(0, 4), hint]);
}

const refuse = (problem: GroupProblem | UnpackProblem) => toastOfEdit(currentText().blocks.refused[problem], [], 'bad');

/** Makes a module of the selected nodes. */
export function groupSelected(): void {
  const place = selectedPlace();
  if (place === undefined) return;
  const grouped = place === 'several' ? ({ problem: 'levels' } as const) : group(place.graph, place.ids);
  if (grouped.problem !== undefined) refuse(grouped.problem);
  else if (place !== 'several') {
    replaceGraph(place, grouped.document, grouped.moved);
    selectIn(place, [grouped.id]);
  }
}

/** Puts the selected nodes into a loop of their own. */
export function repeatSelected(): void {
  const place = selectedPlace();
  if (place === undefined) return;
  if (place === 'several') {
    refuse('levels');
    return;
  }
  let id = '';
  let problem: GroupProblem | undefined;
  editPlace(place, (graph) => {
    const wrapped = wrapInRepeat(graph, place.ids);
    if ('problem' in wrapped) {
      problem = wrapped.problem;
      return { document: graph, cut: [] };
    }
    id = wrapped.id;
    return { ...wrapped, document: pushAside(graph, wrapped.document, id) };
  });
  if (problem !== undefined) refuse(problem);
  else selectIn(place, [id]);
}

/** Puts the contents of the selected instance or frame in its place. */
export function unpackSelected(): void {
  const place = selectedPlace();
  if (place === undefined || place === 'several') return;
  const [only] = place.ids;
  if (only === undefined) return;
  if (moduleName(place.graph.nodes.find((n) => n.id === only)?.kind ?? '') === undefined) {
    unwrapFrame(place, only);
    return;
  }
  const unpacked = unpack(place.graph, only);
  if (unpacked.problem !== undefined) {
    refuse(unpacked.problem);
    return;
  }
  replaceGraph(place, unpacked.document, unpacked.moved);
  selectIn(place, unpacked.ids);
}

function unwrapFrame(place: Place, id: string): void {
  let ids: readonly string[] = [];
  let problem: UnpackProblem | undefined;
  editPlace(place, (graph) => {
    const unwrapped = unwrap(graph, id, layoutOf(graph).get(id)?.block?.places ?? new Map());
    if ('problem' in unwrapped) {
      problem = unwrapped.problem;
      return { document: graph, cut: [] };
    }
    ids = unwrapped.ids;
    return unwrapped;
  });
  if (problem !== undefined) refuse(problem);
  else selectIn(place, ids);
}

/** Is the only selected node a block that can be unpacked? */
export function isBlockSelected(): boolean {
  const { nodes } = useSelection.getState();
  const [only] = nodes;
  const graph = activeGraph();
  const node = nodes.size === 1 ? graph?.nodes.find((n) => n.id === only) : undefined;
  return node !== undefined && kindOf(node, graph?.modules ?? {})?.block !== undefined;
}

/** Gives the selected instance a definition of its own. */
export function detachSelected(): void {
  const place = selectedPlace();
  if (place === undefined || place === 'several') return;
  const [only] = place.ids;
  if (only !== undefined) editPlace(place, (graph) => ({ document: detach(graph, only), cut: [] }));
}

/** The definition of the only selected node, if it is an instance. */
export function selectedModule(): { readonly id: string; readonly module: string } | undefined {
  const { nodes } = useSelection.getState();
  const [only] = nodes;
  const node = nodes.size === 1 ? activeGraph()?.nodes.find((n) => n.id === only) : undefined;
  const module = node && moduleName(node.kind);
  return node === undefined || module === undefined ? undefined : { id: node.id, module };
}

/** Opens the definition of an instance on the canvas; of one in unfolded instances, through their definitions. */
export function openDefinition(id: string, module: string): void {
  const tab = activeTab();
  const graph = activeGraph();
  if (tab === undefined || graph === undefined) return;
  const around = moduleOf(tab) === null ? [] : tab.scope;
  const outer = around.at(-1)?.instance;
  const parts = id.split('/');
  const way = parts.map((_, i) => {
    const at = parts.slice(0, i + 1).join('/');
    const inner = i === parts.length - 1 ? module : moduleName(graph.nodes.find((n) => n.id === at)?.kind ?? '');
    return { module: inner ?? module, instance: outer === null ? null : outer === undefined ? at : `${outer}/${at}` };
  });
  useDocuments.getState().enter([...around, ...way]);
}

/** Back to what the open definition was opened from. */
export const leaveDefinition = (): void => goBack((activeTab()?.scope.length ?? 0) - 1);

/** Back on the way to the open definition, to its first `length` steps; selected is what was opened there. */
export function goBack(length: number): void {
  const tab = activeTab();
  const left = tab?.scope[length];
  if (tab === undefined || left === undefined) return;
  useDocuments.getState().enter(tab.scope.slice(0, length));
  const id = left.instance?.split('/').at(-1);
  if (id !== undefined && activeGraph()?.nodes.some((node) => node.id === id)) useSelection.getState().select([id]);
}
