import { noteOf, removeNotes } from '../canvas/notes.ts';
import { activeGraph, activeTab, useDocuments } from '../stores/documents.ts';
import { removeNodes } from '../stores/edits.ts';
import type { Fragment } from '../stores/fragment.ts';
import { copyFragment, duplicate, parseFragment, paste } from '../stores/fragment.ts';
import { useSelection } from '../stores/selection.ts';
import { toast } from '../stores/toasts.ts';
import { currentText } from '../text/text.ts';

const STEP = 32;

/** The latest copy: for where the system's clipboard is out of reach. */
let inside: Fragment | undefined;
/** How often the same text was pasted: each copy lands a little further. */
let pastes = 0;

/** Copies the selected nodes as JSON text. */
export async function copySelected(): Promise<void> {
  const tab = activeTab();
  const graph = activeGraph();
  const nodes = selectedNodes();
  if (tab === undefined || graph === undefined || nodes.length === 0) return;
  inside = copyFragment(graph, nodes, tab.id);
  pastes = 0;
  await navigator.clipboard?.writeText(JSON.stringify(inside)).catch(() => undefined);
}

export async function cutSelected(): Promise<void> {
  const copied = copySelected();
  const nodes = selectedNodes();
  // Notes are not copied, so they stay.
  useDocuments.getState().edit((document) => removeNodes(document, nodes));
  useSelection.getState().clear();
  pastes = -1;
  await copied;
}

export async function pasteFromClipboard(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => undefined);
  const fragment = (text === undefined ? undefined : parseFragment(text)) ?? inside;
  if (fragment === undefined) {
    toast(currentText().toast.clipboard);
    return;
  }
  pastes += 1;
  insert((document) => paste(document, fragment, { x: STEP * pastes, y: STEP * pastes }, activeTab()?.id));
}

export function duplicateSelected(): void {
  const nodes = selectedNodes();
  if (nodes.length > 0) insert((document) => duplicate(document, nodes));
}

/** The selected nodes, without the notes. */
export const selectedNodes = (): readonly string[] =>
  [...useSelection.getState().nodes].filter((id) => noteOf(id) === undefined);

/** Removes the selected nodes and notes, or the selected wire. */
export function deleteSelected(): void {
  const { nodes, wire, clear } = useSelection.getState();
  const { edit } = useDocuments.getState();
  if (nodes.size > 0) edit((document) => removeNotes(removeNodes(document, nodes), nodes));
  else if (wire !== null) edit((document) => ({ ...document, wires: document.wires.filter(({ to }) => to !== wire) }));
  clear();
}

function insert(make: (document: Parameters<typeof paste>[0]) => ReturnType<typeof paste>): void {
  let added: readonly string[] = [];
  useDocuments.getState().edit((document) => {
    const made = make(document);
    added = made.ids;
    return made.document;
  });
  useSelection.getState().select(added);
}
