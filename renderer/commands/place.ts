import type { GraphDocument } from '../../engine/graph/document.ts';
import { isUnfolded, moduleName } from '../../engine/graph/kinds.ts';
import { noteOf } from '../canvas/notes.ts';
import { activeTab, graphOf, moduleOf } from '../stores/documents.ts';
import { inLevel, levelOf, nameOf } from '../stores/levels.ts';
import { scoped } from '../stores/scope.ts';
import { useSelection } from '../stores/selection.ts';

/** The graph that selected nodes stand in: what is on the canvas, or the definition that an unfolded instance shows. */
export interface Place {
  /** Its name; null: the document itself. */
  readonly module: string | null;
  /** The instance that shows it; '' for the canvas itself. */
  readonly level: string;
  readonly graph: GraphDocument;
  /** The selected nodes, by their names there. */
  readonly ids: readonly string[];
}

/** Where the selected nodes stand; `several` where they are of more than one graph. */
export function selectedPlace(): Place | 'several' | undefined {
  const tab = activeTab();
  const { nodes } = useSelection.getState();
  if (tab === undefined) return undefined;
  const chosen = [...nodes].filter((id) => noteOf(id) === undefined);
  // What lies in a selected instance goes with it.
  const outer = chosen.filter((id) => {
    const levels = id.split('/').slice(0, -1);
    return !levels.some((_, i) => nodes.has(levels.slice(0, i + 1).join('/')));
  });
  const [level = '', ...others] = new Set(outer.map(levelOf));
  return others.length > 0 ? 'several' : placeAt(level, outer.map(nameOf));
}

/** The graph that the instance `level` shows, undefined where it shows none. */
export function placeAt(level: string, ids: readonly string[] = []): Place | undefined {
  const tab = activeTab();
  if (tab === undefined) return undefined;
  const module = level === '' ? moduleOf(tab) : moduleAt(graphOf(tab), level);
  return module === undefined ? undefined : { module, level, graph: scoped(tab.document, module), ids };
}

/** The definition that the instance `level` on a canvas shows. */
function moduleAt(graph: GraphDocument, level: string): string | undefined {
  const kind = graph.nodes.find((node) => node.id === level)?.kind ?? '';
  return isUnfolded(kind) ? moduleName(kind) : undefined;
}

/** Selects nodes by their names where they stand. */
export const selectIn = ({ level }: Place, ids: Iterable<string>): void =>
  useSelection.getState().select([...ids].map((id) => inLevel(level, id)));
