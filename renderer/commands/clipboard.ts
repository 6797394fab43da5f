import type { GraphDocument } from '../../engine/graph/document.ts';
import { type Landing, landing } from '../canvas/landing.ts';
import { noteId, noteOf, removeNotes } from '../canvas/notes.ts';
import { activeGraph, activeTab, useDocuments } from '../stores/documents.ts';
import { type Point, removeNodes } from '../stores/edits.ts';
import type { Chosen, Fragment, Pasted } from '../stores/fragment.ts';
import { copyFragment, duplicate, parseFragment, paste } from '../stores/fragment.ts';
import { inLevel } from '../stores/levels.ts';
import { settledSettings } from '../stores/params.ts';
import { definitionOf, scoped, unscoped } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { toast } from '../stores/toasts.ts';
import { currentText } from '../text/text.ts';
import { canvasActions } from './canvas_actions.ts';
import { type Place, placeAt, selectedPlace } from './place.ts';

const STEP = 32;

/** The latest copy: for where the system's clipboard is out of reach. */
let inside: Fragment | undefined;
/** How often the same text was pasted: each copy lands a little further. */
let pastes = 0;

/** Copies the selected nodes and notes as JSON text. */
export async function copySelected(): Promise<void> {
  const place = placeToCopy();
  if (place === undefined) return;
  inside = { ...copyFragment(place.graph, chosenIn(place), sourceOf(place)), ...valuesAt(place) };
  pastes = 0;
  await navigator.clipboard?.writeText(JSON.stringify(inside)).catch(() => undefined);
}

export async function cutSelected(): Promise<void> {
  if (placeToCopy() === undefined) return;
  const copied = copySelected();
  removeSelected();
  useSelection.getState().clear();
  pastes = -1;
  await copied;
}

/** Inserts what is on the clipboard; where that cannot be read, the latest copy. */
export async function pasteFromClipboard(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => undefined);
  const fragment = text === undefined ? inside : parseFragment(text);
  if (fragment === undefined) {
    toast(currentText().toast.clipboard);
    return;
  }
  const place = homeOf(fragment) ?? placeAt('');
  if (place === undefined) return;
  if (fragment.source === sourceOf(place)) {
    pastes += 1;
    insert(place, (graph) => paste(graph, fragment, { x: STEP * pastes, y: STEP * pastes }, fragment.source));
  } else insertFree(place, fragment);
}

/** Puts what comes from elsewhere, where its places say nothing here, into the middle of what is seen, beside what is there. */
function insertFree(place: Place, fragment: Fragment): void {
  const canvas = canvasActions();
  let spot: Landing | undefined;
  insert(place, (graph) => {
    const put = (by: Point) => paste(graph, fragment, by, sourceOf(place));
    const made = put({ x: 0, y: 0 });
    spot = landing(made, canvas?.center());
    return spot === undefined ? made : put(spot.by);
  });
  if (spot !== undefined) canvas?.showPlace(spot.box);
}

export function duplicateSelected(): void {
  const place = placeToCopy();
  if (place !== undefined) insert(place, (graph) => duplicate(graph, chosenIn(place)));
}

/** Where the selected nodes and notes stand; says why where they cannot travel together. */
function placeToCopy(): Place | undefined {
  if (useSelection.getState().nodes.size === 0) return undefined;
  const place = selectedPlace();
  if (place !== 'several') return place;
  toast(currentText().blocks.refused.levels, [], 'bad');
  return undefined;
}

/** What the settings of the definition are in the instance that shows it. */
function valuesAt({ level, module }: Place): Pick<Fragment, 'values'> {
  const graph = activeGraph();
  const instance = graph?.nodes.find(({ id }) => id === level);
  const params = (graph && module !== null && definitionOf(graph, module)?.params) || {};
  if (graph === undefined || instance === undefined) return {};
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const given = settledSettings(graph, byId, instance, '', true);
  const values = Object.entries(params).flatMap(([name, spec]) => {
    const value = given[name] ?? spec.default;
    return isValue(value) ? [[name, value] as const] : [];
  });
  return { values: Object.fromEntries(values) };
}

const isValue = (value: unknown): value is number | boolean => typeof value === 'number' || typeof value === 'boolean';

/** What a fragment says of where it comes from: the tab, and in it the unfolded instance. */
const sourceOf = ({ level }: Place): string => [activeTab()?.id ?? '', level].join(' ').trim();

/** The definition that a fragment comes from, if it is on the canvas. */
function homeOf({ source = '' }: Fragment): Place | undefined {
  const [tab, level] = source.split(' ');
  return level === undefined || tab !== activeTab()?.id ? undefined : placeAt(level);
}

/** The selected nodes, without the notes. */
export const selectedNodes = (): readonly string[] =>
  [...useSelection.getState().nodes].filter((id) => noteOf(id) === undefined);

/** The selected nodes and notes, by their ids in their graph. */
function chosenIn({ ids, level }: Place): Chosen {
  const notes = level === '' ? [...useSelection.getState().nodes].flatMap((id) => noteOf(id) ?? []) : [];
  return { nodes: ids, notes: new Set(notes) };
}

function removeSelected(): void {
  const { nodes } = useSelection.getState();
  useDocuments.getState().edit((document) => removeNotes(removeNodes(document, nodes), nodes));
}

/** Removes the selected nodes and notes, or the selected wire. */
export function deleteSelected(): void {
  const { nodes, wire, clear } = useSelection.getState();
  const { edit } = useDocuments.getState();
  if (nodes.size > 0) removeSelected();
  else if (wire !== null) edit((document) => ({ ...document, wires: document.wires.filter(({ to }) => to !== wire) }));
  clear();
}

function insert(place: Place, make: (graph: GraphDocument) => Pasted): void {
  let added: readonly string[] = [];
  useDocuments.getState().editWhole((document) => {
    const made = make(scoped(document, place.module));
    added = [...made.ids.map((id) => inLevel(place.level, id)), ...made.notes.map((id) => noteId({ id }))];
    return unscoped(document, place.module, made.document);
  });
  useSelection.getState().select(added);
}
