import { activeTab, moduleOf, useDocuments } from '../stores/documents.ts';
import { inLevel } from '../stores/levels.ts';
import { scoped, wayTo } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { splice } from '../stores/splice.ts';
import { canvasActions } from './canvas_actions.ts';

/** A node of the document: the definition in which it stands, or none. */
interface Place {
  readonly module?: string | undefined;
  readonly node: string;
}

/** How a node is brought before the eyes: `reveal` zooms in on it, `show` moves only where it is out of sight. */
type Manner = 'reveal' | 'show';

/** Selects a node where it stands: in an instance that shows its definition, or in the definition itself. False: nothing leads there. */
export function goTo({ module, node }: Place, manner: Manner): boolean {
  const tab = activeTab();
  const way = tab && wayTo(tab.document, module);
  if (tab === undefined || way === undefined) return false;
  const isThere = moduleOf(tab) === (module ?? null);
  const shown = isThere
    ? undefined
    : splice(scoped(tab.document, moduleOf(tab))).parts.find((part) => part.module === module);
  const id = shown === undefined ? node : inLevel(shown.level, node);
  // A canvas that opens shows all there is.
  const opens = !isThere && shown === undefined;
  if (opens) useDocuments.getState().enter(way);
  useSelection.getState().select([id]);
  if (!opens) canvasActions()?.[manner](id);
  return true;
}
