import { isUnfolded, moduleName } from '../../engine/graph/kinds.ts';
import { layoutOf } from '../canvas/frame_layout.ts';
import { makeRoom } from '../canvas/make_room.ts';
import { activeTab, moduleOf, useDocuments } from '../stores/documents.ts';
import { setOpen, settleLook } from '../stores/fold.ts';
import { scoped, unscoped } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { spliced } from '../stores/splice.ts';
import { toastOfEdit } from '../stores/toasts.ts';
import { unspliced } from '../stores/unsplice.ts';
import { currentText } from '../text/text.ts';
import { selectedModule } from './blocks.ts';

/** Shows the definition of an instance in its place, or makes it a card again. What stands beside it makes room. */
export function toggleFold(id: string): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const scope = moduleOf(tab);
  let isOpened = true;
  let opens = false;
  useDocuments.getState().editWhole((document) => {
    const before = spliced(scoped(document, scope));
    const node = before.nodes.find((one) => one.id === id);
    const module = moduleName(node?.kind ?? '');
    if (node === undefined || module === undefined) return document;
    opens = !isUnfolded(node.kind);
    const settled = opens ? settleLook(document, module) : document;
    const graph = scoped(settled, scope);
    const toggled = unspliced(graph, setOpen(spliced(graph), id, opens));
    const shown = spliced(toggled);
    isOpened = shown.nodes.some((one) => one.id === id && isUnfolded(one.kind));
    if (opens && !isOpened) return document;
    return unscoped(settled, scope, unspliced(toggled, makeRoom(shown, id, layoutOf(before))));
  });
  if (opens && !isOpened) toastOfEdit(currentText().blocks.staysFolded, [], 'bad');
  // What was selected in it is no longer there.
  const { nodes, select } = useSelection.getState();
  if (!opens) select([...nodes].filter((one) => !one.startsWith(`${id}/`)));
}

export function toggleSelected(): void {
  const found = selectedModule();
  if (found !== undefined) toggleFold(found.id);
}
