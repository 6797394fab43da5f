import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Breakpoint, Graph, GraphDocument, GraphView } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { moduleName } from '../../engine/graph/kinds.ts';
import { groupSelected, repeatSelected, unpackSelected } from '../../renderer/commands/blocks.ts';
import { deleteSelected } from '../../renderer/commands/clipboard.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { moveNodes } from '../../renderer/stores/edits.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { placesAnywhere } from './networks.ts';
import { runs } from './runs.ts';

const whole = () => activeTab()?.document ?? expect.fail('no tab');

/** Every node gets a label of its own, by which it is known wherever an edit puts it. */
function labelled(document: GraphDocument): GraphDocument {
  const label = (graph: Graph, view: GraphView | undefined, scope: string): GraphView => ({
    ...view,
    nodes: Object.fromEntries(
      graph.nodes.map(({ id }) => [id, { x: 0, y: 0, ...view?.nodes[id], label: `${scope}:${id}` }]),
    ),
  });
  const looks = Object.entries(document.modules).map(
    ([name, body]) => [name, label(body, document.view.modules?.[name], name)] as const,
  );
  return {
    ...document,
    view: { ...document.view, ...label(document, document.view, ''), modules: Object.fromEntries(looks) },
  };
}

/** The addresses of all nodes, by label: several where a definition has several instances. */
function addressesByLabel(document: GraphDocument): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (graph: Graph, view: GraphView | undefined, prefix: string) => {
    const pathOf = (id: string): string => {
      const parent = graph.nodes.find((node) => node.id === id)?.parent;
      return parent === undefined ? `${prefix}${id}` : `${pathOf(parent)}/${id}`;
    };
    for (const { id, kind } of graph.nodes) {
      const label = view?.nodes[id]?.label;
      if (label !== undefined) found.set(label, [...(found.get(label) ?? []), pathOf(id)].toSorted());
      const module = moduleName(kind) ?? '';
      const body = document.modules[module];
      if (body !== undefined) visit(body, document.view.modules?.[module], `${pathOf(id)}/`);
    }
  };
  visit(document, document.view, '');
  return found;
}

/** Opens a document with a breakpoint at every node, selects nodes, and tells what breakpoint stands for which label. */
function open(document: GraphDocument, module: string | null, ids: readonly string[]): void {
  const named = labelled(document);
  const breakpoints = [...addressesByLabel(named).values()].flat().flatMap((address): Breakpoint[] => [
    { node: address, pass: 'forward', when: 'before' },
    { parameter: `${address}.weight`, hits: 2 },
  ]);
  const armed = { ...named, view: { ...named.view, breakpoints } };
  useDocuments.setState({ tabs: [], active: '' });
  expect(useDocuments.getState().open(formatDocument(armed), 'random')).toEqual([]);
  if (module !== null) useDocuments.getState().enter([{ module, instance: null }]);
  useSelection.getState().select(ids);
}

/** Breakpoints stand at all nodes that have had one from the start, and at no others. */
function expectAtAll(labels: ReadonlySet<string>): void {
  const document = whole();
  const expected = [...addressesByLabel(document)].flatMap(([label, at]) => (labels.has(label) ? at : []));
  const list = document.view.breakpoints ?? [];
  const nodes = list.flatMap((one) => ('node' in one ? [one.node] : []));
  const parameters = list.flatMap((one) => ('parameter' in one ? [one.parameter] : []));
  expect(nodes.toSorted()).toEqual(expected.toSorted());
  expect(parameters.toSorted()).toEqual(expected.map((address) => `${address}.weight`).toSorted());
}

it('breakpoints stay with their nodes as these are grouped, unpacked, looped and undone, in any block of any definition', () => {
  let grouped = 0;
  fc.assert(
    fc.property(placesAnywhere, fc.constantFrom('group', 'repeat'), ({ document, module, ids }, how) => {
      open(document, module, ids);
      const start = whole();
      const labels = new Set(addressesByLabel(start).keys());
      expectAtAll(labels);
      if (how === 'group') groupSelected();
      else repeatSelected();
      fc.pre(activeTab()?.past.length === 1);
      expectAtAll(labels);
      const [block = ''] = useSelection.getState().nodes;
      useDocuments.getState().edit((d) => moveNodes(d, { [block]: { x: 5, y: 7 } }));
      expectAtAll(labels);
      unpackSelected();
      expectAtAll(labels);
      grouped++;
      while (activeTab()?.past.length) useDocuments.getState().undo();
      expect(whole()).toBe(start);
    }),
    runs(100, 2000),
  );
  expect(grouped).toBeGreaterThan(40);
});

it('those of nodes that are deleted go with them, and come back with undo', () => {
  let gone = 0;
  fc.assert(
    fc.property(placesAnywhere, ({ document, module, ids }) => {
      open(document, module, ids);
      const start = whole();
      const labels = new Set(addressesByLabel(start).keys());
      deleteSelected();
      expectAtAll(labels);
      if (whole().view.breakpoints?.length !== start.view.breakpoints?.length) gone++;
      useDocuments.getState().undo();
      expect(whole()).toBe(start);
    }),
    runs(60, 1000),
  );
  expect(gone).toBeGreaterThan(30);
});
