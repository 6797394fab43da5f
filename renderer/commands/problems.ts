import type { Diagnostic } from '../../engine/graph/document.ts';
import { diagnose } from '../stores/diagnosis.ts';
import { activeTab, moduleOf, useDocuments } from '../stores/documents.ts';
import { inLevel } from '../stores/levels.ts';
import { usePreferences } from '../stores/preferences.ts';
import { scoped, wayTo } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { splice } from '../stores/splice.ts';
import { canvasActions } from './canvas_actions.ts';

/** The first thing that keeps the active network from being trained. */
export function obstacle(): Diagnostic | undefined {
  const tab = activeTab();
  if (tab === undefined || tab.document.nodes.length === 0) return undefined;
  return diagnose(tab.document).diagnostics.find(({ severity }) => severity === 'error');
}

/** Leads to a problem: to its node, in an instance that shows its definition or in the definition itself, or to the list where those stand that no card shows. */
export function showProblem({ module, node }: Diagnostic): void {
  const tab = activeTab();
  const way = tab && wayTo(tab.document, module);
  if (tab === undefined || way === undefined || node === undefined) {
    usePreferences.getState().setPanel('dock', { open: true });
    return;
  }
  const shown = splice(scoped(tab.document, moduleOf(tab))).parts.find((part) => part.module === module);
  if (shown !== undefined) {
    canvasActions()?.reveal(inLevel(shown.level, node));
    return;
  }
  const isThere = moduleOf(tab) === (module ?? null);
  // A canvas that opens shows all there is.
  if (!isThere) useDocuments.getState().enter(way);
  useSelection.getState().select([node]);
  if (isThere) canvasActions()?.reveal(node);
}

/** What users call the place of a problem; undefined: the network as a whole. */
export function placeOf({ module, node }: Diagnostic): string | undefined {
  if (module !== undefined) return node === undefined ? module : `${module}/${node}`;
  return node === undefined ? undefined : (activeTab()?.document.view.nodes[node]?.label ?? node);
}
