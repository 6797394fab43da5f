import type { GraphDocument } from '../../engine/graph/document.ts';
import { kindOf, moduleName } from '../../engine/graph/kinds.ts';
import { layoutOf } from '../canvas/frame_layout.ts';
import { removePort } from '../stores/definition.ts';
import { activeGraph, activeTab, moduleOf, useDocuments } from '../stores/documents.ts';
import { keepMoved, movedBetween } from '../stores/draws.ts';
import { detach, type GroupProblem, group } from '../stores/modules.ts';
import type { Healed } from '../stores/reparent.ts';
import { scoped, unscoped } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { toast } from '../stores/toasts.ts';
import { type UnpackProblem, unpack } from '../stores/unpack.ts';
import { unwrap } from '../stores/unwrap.ts';
import { wrapInRepeat } from '../stores/wrap.ts';
import { currentText } from '../text/text.ts';

/** What can be done with blocks: one step of undo each; wires that could not be kept are named. */

/** An edit that may change in which blocks nodes stand. What was drawn draws the same numbers after it. */
export function editBlocks(recipe: (document: GraphDocument) => Healed): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const module = moduleOf(tab);
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

/** Puts `edited` on the canvas. `moved` tells what went where: in all instances of a definition it draws the same numbers. */
function replaceGraph(edited: GraphDocument, moved: ReadonlyMap<string, string>): void {
  const tab = activeTab();
  const module = tab === undefined ? null : moduleOf(tab);
  if (module === null) useDocuments.getState().edit(() => edited);
  else
    useDocuments
      .getState()
      .editWhole((document) => keepMoved(document, unscoped(document, module, edited), module, moved));
}

/** Do the nodes that were there stand in the same blocks and in the same order? */
function sameBlocks(a: GraphDocument, b: GraphDocument): boolean {
  if (a.nodes === b.nodes) return true;
  const [before, after] = [new Set(a.nodes.map((n) => n.id)), new Set(b.nodes.map((n) => n.id))];
  const told = ({ nodes }: GraphDocument, others: ReadonlySet<string>) =>
    nodes.filter((n) => others.has(n.id)).map((n) => `${n.parent ?? ''}/${n.id}`);
  return told(a, after).join() === told(b, before).join();
}

function tellCut(cut: Healed['cut'], hint: string): void {
  if (cut.length === 0) return;
  const wires = cut.map(({ from, to }) => `${from} → ${to}`);
  toast(currentText().blocks.cut(cut.length), [...wires.slice(0, 4), hint]);
}

const refuse = (problem: GroupProblem | UnpackProblem) => toast(currentText().blocks.refused[problem], [], 'bad');

/** Makes a module of the selected nodes. */
export function groupSelected(): void {
  const { nodes, select } = useSelection.getState();
  const graph = activeGraph();
  if (graph === undefined) return;
  const grouped = group(graph, nodes);
  if (grouped.problem !== undefined) {
    refuse(grouped.problem);
    return;
  }
  replaceGraph(grouped.document, grouped.moved);
  select([grouped.id]);
}

/** Puts the selected nodes into a loop of their own. */
export function repeatSelected(): void {
  const { nodes, select } = useSelection.getState();
  let id = '';
  let problem: GroupProblem | undefined;
  editBlocks((document) => {
    const wrapped = wrapInRepeat(document, nodes);
    if ('problem' in wrapped) {
      problem = wrapped.problem;
      return { document, cut: [] };
    }
    id = wrapped.id;
    return wrapped;
  });
  if (problem !== undefined) refuse(problem);
  else select([id]);
}

/** Puts the contents of the selected instance or frame in its place. */
export function unpackSelected(): void {
  const { nodes, select } = useSelection.getState();
  const [only] = nodes;
  const graph = activeGraph();
  if (graph === undefined || only === undefined) return;
  if (moduleName(graph.nodes.find((n) => n.id === only)?.kind ?? '') === undefined) {
    unwrapFrame(only);
    return;
  }
  const unpacked = unpack(graph, only);
  if (unpacked.problem !== undefined) {
    refuse(unpacked.problem);
    return;
  }
  replaceGraph(unpacked.document, unpacked.moved);
  select(unpacked.ids);
}

function unwrapFrame(id: string): void {
  let ids: readonly string[] = [];
  let problem: UnpackProblem | undefined;
  editBlocks((document) => {
    const unwrapped = unwrap(document, id, layoutOf(document).get(id)?.block?.places ?? new Map());
    if ('problem' in unwrapped) {
      problem = unwrapped.problem;
      return { document, cut: [] };
    }
    ids = unwrapped.ids;
    return unwrapped;
  });
  if (problem !== undefined) refuse(problem);
  else useSelection.getState().select(ids);
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
  const [only] = useSelection.getState().nodes;
  if (only !== undefined) useDocuments.getState().edit((document) => detach(document, only));
}

/** The definition of the only selected node, if it is an instance. */
export function selectedModule(): { readonly id: string; readonly module: string } | undefined {
  const { nodes } = useSelection.getState();
  const [only] = nodes;
  const node = nodes.size === 1 ? activeGraph()?.nodes.find((n) => n.id === only) : undefined;
  const module = node && moduleName(node.kind);
  return node === undefined || module === undefined ? undefined : { id: node.id, module };
}

/** Opens the definition of an instance on the canvas. */
export function openDefinition(id: string, module: string): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const around = moduleOf(tab) === null ? [] : tab.scope;
  const outer = around.at(-1)?.instance;
  const instance = outer === null ? null : outer === undefined ? id : `${outer}/${id}`;
  useDocuments.getState().enter([...around, { module, instance }]);
}

/** Back to what the open definition was opened from. */
export function leaveDefinition(): void {
  const tab = activeTab();
  if (tab !== undefined) useDocuments.getState().enter(tab.scope.slice(0, -1));
}
