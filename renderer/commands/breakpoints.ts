import { splitPort } from '../../engine/graph/document.ts';
import { addressesOf, templateOf } from '../stores/addresses.ts';
import { type BreakpointPlace, placesAt, toggleBreakpoint } from '../stores/breakpoints.ts';
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
  const found = graph.wires.find(({ to }) => to === wire);
  if (found !== undefined) return [{ wire: `${atAddress(found.from, addressOf)}→${atAddress(found.to, addressOf)}` }];
  const { parameters } = diagnoseTab(tab);
  return graph.nodes.flatMap((node) => {
    if (!nodes.has(node.id)) return [];
    const names = (parameters.get(node.id) ?? []).map(({ name }) => name);
    return placesAt(node, graph, addressOf(node.id), names).slice(0, 1);
  });
}

function atAddress(port: string, addressOf: (id: string) => string): string {
  const { node, port: name } = splitPort(port);
  return `${addressOf(node)}.${name}`;
}

export const canBreak = (): boolean => selectedPlaces().length > 0;

export const toggleSelectedBreakpoints = (): void =>
  useDocuments.getState().editWhole((document) => selectedPlaces().reduce(toggleBreakpoint, document));
