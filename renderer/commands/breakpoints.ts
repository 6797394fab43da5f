import type { BreakpointPlace } from '../../engine/graph/breakpoints.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { isTerminalKind } from '../../engine/graph/kinds.ts';
import { addressesOf, templateOf } from '../stores/addresses.ts';
import { placesAt, toggleBreakpoint } from '../stores/breakpoints.ts';
import { diagnoseTab } from '../stores/diagnosis.ts';
import { activeGraph, activeTab, useDocuments } from '../stores/documents.ts';
import { useSelection } from '../stores/selection.ts';

/** Where F9 sets a breakpoint, or takes it away: at the selected nodes, or the selected wire. */
function selectedPlaces(): BreakpointPlace[] {
  const tab = activeTab();
  const graph = activeGraph();
  if (tab === undefined || graph === undefined) return [];
  const { nodes, wire } = useSelection.getState();
  const { of } = addressesOf(tab, () => 1);
  const addressOf = (id: string) => templateOf(of.get(id) ?? id);
  /** A definition's terminals are the inner side of its instance. */
  const terminals = new Set(graph.nodes.filter(({ kind }) => isTerminalKind(kind)).map(({ id }) => id));
  const end = (address: string): string => {
    const { node, port } = splitPort(address);
    const at = addressOf(node);
    return terminals.has(node) ? `${at.slice(0, at.lastIndexOf('/'))}.${node}/${port}` : `${at}.${port}`;
  };
  const found = graph.wires.find(({ to }) => to === wire);
  if (found !== undefined) return [{ wire: `${end(found.from)}→${end(found.to)}` }];
  const { parameters } = diagnoseTab(tab);
  return graph.nodes.flatMap((node) => {
    if (!nodes.has(node.id)) return [];
    const names = (parameters.get(node.id) ?? []).map(({ name }) => name);
    return placesAt(node, graph, addressOf(node.id), names).slice(0, 1);
  });
}

export const canBreak = (): boolean => selectedPlaces().length > 0;

export const toggleSelectedBreakpoints = (): void =>
  useDocuments.getState().editWhole((document) => selectedPlaces().reduce(toggleBreakpoint, document));
