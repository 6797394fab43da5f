import type { GraphDocument } from '../../engine/graph/document.ts';
import { noteId, noteOf, removeNotes } from '../canvas/notes.ts';
import { activeGraph, activeTab, useDocuments } from '../stores/documents.ts';
import { removeNodes } from '../stores/edits.ts';
import type { Chosen, Fragment, Pasted } from '../stores/fragment.ts';
import { copyFragment, duplicate, parseFragment, paste } from '../stores/fragment.ts';
import { useSelection } from '../stores/selection.ts';
import { toast } from '../stores/toasts.ts';
import { currentText } from '../text/text.ts';

const STEP = 32;

/** The latest copy: for where the system's clipboard is out of reach. */
let inside: Fragment | undefined;
/** How often the same text was pasted: each copy lands a little further. */
let pastes = 0;

/** Copies the selected nodes and notes as JSON text. */
export async function copySelected(): Promise<void> {
  const tab = activeTab();
  const graph = activeGraph();
  if (tab === undefined || graph === undefined || useSelection.getState().nodes.size === 0) return;
  inside = copyFragment(graph, chosen(), tab.id);
  pastes = 0;
  await navigator.clipboard?.writeText(JSON.stringify(inside)).catch(() => undefined);
}

export async function cutSelected(): Promise<void> {
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
  pastes += 1;
  insert((document) => paste(document, fragment, { x: STEP * pastes, y: STEP * pastes }, activeTab()?.id));
}

export function duplicateSelected(): void {
  if (useSelection.getState().nodes.size > 0) insert((document) => duplicate(document, chosen()));
}

/** The selected nodes, without the notes. */
export const selectedNodes = (): readonly string[] =>
  [...useSelection.getState().nodes].filter((id) => noteOf(id) === undefined);

/** The selected nodes and notes, by their ids in the document. */
function chosen(): Chosen {
  const notes = [...useSelection.getState().nodes].flatMap((id) => noteOf(id) ?? []);
  return { nodes: selectedNodes(), notes: new Set(notes) };
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

function insert(make: (document: GraphDocument) => Pasted): void {
  let added: readonly string[] = [];
  useDocuments.getState().edit((document) => {
    const made = make(document);
    added = [...made.ids, ...made.notes.map((id) => noteId({ id }))];
    return made.document;
  });
  useSelection.getState().select(added);
}
