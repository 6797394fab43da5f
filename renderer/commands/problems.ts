import type { Diagnostic } from '../../engine/graph/document.ts';
import { type Diagnosis, diagnose } from '../stores/diagnosis.ts';
import { activeTab } from '../stores/documents.ts';
import { usePreferences } from '../stores/preferences.ts';
import { currentText } from '../text/text.ts';
import { goTo } from './go_to.ts';

/** The first thing that keeps a network from being trained. */
export const firstObstacle = ({ diagnostics }: Pick<Diagnosis, 'diagnostics'>): Diagnostic | undefined =>
  diagnostics.find(({ severity }) => severity === 'error');

/** The first thing that keeps the active network from being trained. */
export function obstacle(): Diagnostic | undefined {
  const tab = activeTab();
  if (tab === undefined || tab.document.nodes.length === 0) return undefined;
  return firstObstacle(diagnose(tab.document));
}

/** Leads to a problem: to its node, or to the list where those stand that no card shows. */
export function showProblem({ module, node }: Diagnostic): void {
  const isShown = node !== undefined && goTo({ module, node }, 'reveal');
  if (!isShown) usePreferences.getState().setPanel('dock', { open: true });
}

/**
 * What users call the place of a problem: `linear1.input`, in a definition `linear1.input in Net`, as the command line does;
 * undefined: the network as a whole.
 */
export function placeOf({ module, node, port }: Pick<Diagnostic, 'module' | 'node' | 'port'>): string | undefined {
  if (node === undefined) return module;
  const view = activeTab()?.document.view;
  const look = module === undefined ? view : view?.modules?.[module];
  const name = look?.nodes[node]?.label ?? node;
  const place = port === undefined ? name : `${name}.${port}`;
  return module === undefined ? place : currentText().problems.within(place, module);
}
