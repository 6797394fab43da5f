import type { Diagnostic } from '../../engine/graph/document.ts';
import { diagnose } from '../stores/diagnosis.ts';
import { activeTab } from '../stores/documents.ts';
import { usePreferences } from '../stores/preferences.ts';
import { goTo } from './go_to.ts';

/** The first thing that keeps the active network from being trained. */
export function obstacle(): Diagnostic | undefined {
  const tab = activeTab();
  if (tab === undefined || tab.document.nodes.length === 0) return undefined;
  return diagnose(tab.document).diagnostics.find(({ severity }) => severity === 'error');
}

/** Leads to a problem: to its node, or to the list where those stand that no card shows. */
export function showProblem({ module, node }: Diagnostic): void {
  const isShown = node !== undefined && goTo({ module, node }, 'reveal');
  if (!isShown) usePreferences.getState().setPanel('dock', { open: true });
}

/** What users call the place of a problem; undefined: the network as a whole. */
export function placeOf({ module, node }: Pick<Diagnostic, 'module' | 'node'>): string | undefined {
  if (module !== undefined) return node === undefined ? module : `${module}/${node}`;
  return node === undefined ? undefined : (activeTab()?.document.view.nodes[node]?.label ?? node);
}
