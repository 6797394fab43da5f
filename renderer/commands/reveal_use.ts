import { moduleName } from '../../engine/graph/kinds.ts';
import { activeTab, graphOf, type Tab, useDocuments } from '../stores/documents.ts';
import { useInspection } from '../stores/inspection.ts';
import { scoped } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';
import { canvasActions } from './canvas_actions.ts';

/**
 * Leads to one use of a node, `outer#2/block/linear`: opens the definition it stands in, looks at the iterations that its
 * address numbers, selects it and brings it into sight; as far as the document still has what the run trained.
 */
export function revealUse(address: string): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const scope: Tab['scope'][number][] = [];
  let graph = tab.document;
  let path = '';
  let found: string | undefined;
  let wanted: Tab['scope'] = [];
  for (const part of address.split('/')) {
    const [id = '', number] = part.split('#');
    const node = graph.nodes.find((one) => one.id === id);
    if (node === undefined) break;
    path = path === '' ? id : `${path}/${id}`;
    if (number !== undefined) useInspection.getState().inspect(tab.id, path, Number(number));
    found = id;
    wanted = [...scope];
    const module = moduleName(node.kind);
    if (module === undefined) continue;
    const outer = scope.at(-1)?.instance;
    scope.push({ module, instance: outer == null ? id : `${outer}/${id}` });
    graph = scoped(tab.document, module);
  }
  if (found === undefined) return;
  const outer = wanted.at(-1)?.instance;
  const name = outer == null ? found : `${outer}/${found}`;
  // Where the canvas shows it in an unfolded instance, there.
  const isShown = tab.scope.length === 0 && graphOf(tab).nodes.some(({ id }) => id === name);
  if (isShown) {
    useSelection.getState().select([name]);
    canvasActions()?.show(name);
    return;
  }
  // A canvas that opens shows all there is.
  const isThere = sameScope(tab.scope, wanted);
  if (!isThere) useDocuments.getState().enter(wanted);
  useSelection.getState().select([found]);
  if (isThere) canvasActions()?.show(found);
}

const sameScope = (a: Tab['scope'], b: Tab['scope']) =>
  a.length === b.length && a.every(({ module, instance }, i) => module === b[i]?.module && instance === b[i].instance);
