import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import type { DocumentNode, GraphDocument, NodeView } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { isUnfolded, moduleName } from '../../engine/graph/kinds.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { drop } from '../../renderer/canvas/dropping.ts';
import { layoutOf } from '../../renderer/canvas/frame_layout.ts';
import { editBlocks, groupSelected, repeatSelected, unpackSelected } from '../../renderer/commands/blocks.ts';
import { duplicateSelected } from '../../renderer/commands/clipboard.ts';
import { toggleFold } from '../../renderer/commands/folding.ts';
import { activeGraph, activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { connect, disconnect, moveNodes, removeNodes, rename, setSetting } from '../../renderer/stores/edits.ts';
import { levelOf, levelOfPort, nameOf } from '../../renderer/stores/levels.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { splice, spliced } from '../../renderer/stores/splice.ts';
import { unspliced } from '../../renderer/stores/unsplice.ts';
import { networks } from './networks.ts';
import { runs } from './runs.ts';
import { lossesOf } from './trained.ts';

/** Some of the instances of a document are unfolded, within its definitions too. */
function opened(document: GraphDocument, opens: (at: string) => boolean): GraphDocument {
  const look = (nodes: readonly DocumentNode[], place: string): Record<string, NodeView> =>
    Object.fromEntries(
      nodes.map(({ id, kind }, i) => {
        const open = moduleName(kind) !== undefined && opens(`${place}/${id}`);
        return [id, { x: i * 30, y: i * -20, ...(open ? { collapsed: false } : {}) }];
      }),
    );
  const modules = Object.entries(document.modules).map(([name, { nodes }]) => [name, { nodes: look(nodes, name) }]);
  return { ...document, view: { nodes: look(document.nodes, ''), modules: Object.fromEntries(modules) } };
}

const unfolded = fc
  .tuple(networks, fc.func(fc.boolean()))
  .map(([document, opens]) => opened(document, opens))
  .filter((document) => splice(document).parts.length > 0);

/** A node of a definition that an unfolded instance shows, and all that a hand can do to it there. */
const inside = unfolded.chain((document) => {
  const graph = spliced(document);
  const nodes = graph.nodes.filter(({ id }) => levelOf(id) !== '');
  return fc.record({ document: fc.constant(document), node: fc.constantFrom(...nodes), nth: fc.nat(20) });
});

const whole = () => activeTab()?.document ?? expect.fail('no tab');
const canvas = () => activeGraph() ?? expect.fail('no tab');

function open(document: GraphDocument): GraphDocument {
  useDocuments.setState({ tabs: [], active: '' });
  expect(useDocuments.getState().open(formatDocument(document), 'random')).toEqual([]);
  return whole();
}

/** Nothing of the canvas may come into the document: it can be saved, and read again as what it is. */
function expectSound(document: GraphDocument): void {
  const text = formatDocument(document);
  expect(text).not.toContain('unfolded:');
  expect(formatDocument(parseDocument(text).document ?? expect.fail('unreadable'))).toBe(text);
}

it('what is unfolded and not edited is the very same document, and each level stands there with its own names', () => {
  fc.assert(
    fc.property(unfolded, (document) => {
      const { graph, parts } = splice(document);
      expect(unspliced(document, graph)).toBe(document);
      const copied = unspliced(document, { ...graph });
      expect(copied).toEqual(document);
      for (const part of ['nodes', 'wires', 'modules'] as const) expect(copied[part]).toBe(document[part]);
      expect(copied.view.nodes).toBe(document.view.nodes);
      expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(graph.nodes.length);
      for (const { level, module } of parts) {
        const own = graph.nodes.filter(({ id }) => levelOf(id) === level).map(({ id }) => nameOf(id));
        expect(own).toEqual(document.modules[module]?.nodes.map(({ id }) => id));
        const wires = graph.wires.filter(({ to }) => levelOfPort(to) === level);
        expect(wires).toHaveLength(document.modules[module]?.wires.length ?? -1);
      }
      const boxes = layoutOf(graph);
      for (const { id, parent } of graph.nodes) {
        const kind = graph.nodes.find((node) => node.id === parent)?.kind ?? '';
        const frame = isUnfolded(kind) ? boxes.get(parent ?? '') : undefined;
        const [box, at] = [boxes.get(id), frame?.block?.places.get(id)];
        if (frame === undefined || box === undefined || at === undefined) continue;
        expect(Math.min(at.x, at.y)).toBeGreaterThan(40);
        expect(at.x + box.width).toBeLessThanOrEqual(frame.width);
        expect(at.y + box.height).toBeLessThanOrEqual(frame.height);
      }
    }),
    runs(150, 2000),
  );
});

type Edit = (graph: GraphDocument, id: string) => GraphDocument;
/** Edits of one node, by the id it has where it is seen. */
const edits: readonly Edit[] = [
  (graph, id) => moveNodes(graph, { [id]: { x: 400, y: 300 } }),
  (graph, id) => rename(graph, id, 'another name'),
  (graph, id) => setSetting(graph, id, 'bias', false),
  (graph, id) => setSetting(graph, id, 'times', 2),
  (graph, id) => setSetting(graph, id, 'outFeatures', 3),
  (graph, id) => removeNodes(graph, [id]),
  (graph, id) => disconnect(graph, graph.wires.find((wire) => wire.to.startsWith(`${id}.`))?.to ?? ''),
  (graph, id) => {
    const wire = graph.wires.find(({ to }) => to.startsWith(`${id}.`));
    return wire === undefined ? graph : connect(disconnect(graph, wire.to), wire.from, wire.to);
  },
];

it('an edit in an unfolded instance is the edit of the definition itself, one step of undo, and trains to the same bits when folded', async () => {
  await fc.assert(
    fc.asyncProperty(inside, async ({ document, node, nth }) => {
      const edit = edits[nth % edits.length] ?? expect.fail('no edit');
      const module = splice(document).parts.find(({ level }) => level === levelOf(node.id))?.module ?? '';
      open(document);
      useDocuments.getState().enter([{ module, instance: null }]);
      useDocuments.getState().edit((graph) => edit(graph, nameOf(node.id)));
      const wanted = whole();

      const start = open(document);
      useDocuments.getState().edit((graph) => edit(graph, node.id));
      const edited = whole();
      expectSound(edited);
      const meaning = ({ nodes, wires, modules, run }: GraphDocument) => ({ nodes, wires, modules, run });
      expect(meaning(edited)).toEqual(meaning(wanted));
      // Every instance that is unfolded shows what one was given.
      for (const { level } of splice(edited).parts.filter((part) => part.module === module))
        expect(
          canvas()
            .nodes.filter(({ id }) => levelOf(id) === level)
            .map(({ id }) => nameOf(id)),
        ).toEqual(edited.modules[module]?.nodes.map(({ id }) => id));
      if (edited !== start) {
        useDocuments.getState().undo();
        expect(whole()).toBe(start);
        useDocuments.getState().redo();
      }
      const frames = canvas().nodes.filter(({ id, kind }) => isUnfolded(kind) && levelOf(id) === '');
      for (const { id } of frames) toggleFold(id);
      expect(meaning(whole())).toEqual(meaning(wanted));
      const problems = checkDocument(wanted).diagnostics;
      expect(checkDocument(whole()).diagnostics).toEqual(problems);
      if (problems.length === 0) expect(await lossesOf(whole())).toEqual(await lossesOf(wanted));
    }),
    runs(60, 1500),
  );
}, 1_800_000);

it('unfolding and folding put everything back where it stood', () => {
  fc.assert(
    fc.property(networks, (document) => {
      const instances = document.nodes.filter(({ kind }) => moduleName(kind) !== undefined);
      const start = open(opened(document, () => false));
      for (const { id } of instances) {
        const places = whole().view.nodes;
        toggleFold(id);
        expect(canvas().nodes.find((node) => node.id === id)?.kind).toMatch(/^unfolded:/);
        toggleFold(id);
        expect(whole().view.nodes).toEqual(places);
      }
      expect({ ...whole(), view: start.view }).toEqual(start);
    }),
    runs(80, 1000),
  );
});

it('what is grouped, looped, unpacked and copied in unfolded instances keeps the trained numbers', async () => {
  await fc.assert(
    fc.asyncProperty(inside, async ({ document, node, nth }) => {
      const before = await lossesOf(document);
      const start = open(document);
      useSelection.getState().select([node.id]);
      [groupSelected, repeatSelected, unpackSelected, duplicateSelected][nth % 4]?.();
      fc.pre(activeTab()?.past.length === 1);
      expectSound(whole());
      const [selected] = useSelection.getState().nodes;
      // A Sequential with nothing in it leaves nothing.
      fc.pre(selected !== undefined);
      expect(levelOf(selected)).toBe(levelOf(node.id));
      expect(canvas().nodes.some(({ id }) => id === selected)).toBe(true);
      if (nth % 4 === 1) useDocuments.getState().edit((graph) => setSetting(graph, selected, 'times', 1));
      // A frame that goes away runs what it held once; a copy hangs loose, or runs along.
      if (nth % 4 < 2 && checkDocument(whole()).diagnostics.length === 0)
        expect(await lossesOf(whole())).toEqual(before);
      while (activeTab()?.past.length) useDocuments.getState().undo();
      expect(whole()).toBe(start);
    }),
    runs(60, 1500),
  );
}, 1_800_000);

/** Any nodes of the canvas, and a place on it. */
const dragged = unfolded.chain((document) => {
  const graph = spliced(document);
  const boxes = layoutOf(graph);
  const frames = [undefined, ...graph.nodes.filter(({ id }) => boxes.get(id)?.block !== undefined).map(({ id }) => id)];
  return fc.record({
    document: fc.constant(document),
    ids: fc.subarray(
      graph.nodes.map(({ id }) => id),
      { minLength: 1, maxLength: 2 },
    ),
    target: fc.constantFrom(...frames),
  });
});

it('whatever is dragged into unfolded instances and out of them leaves a document that can be saved, with nothing lost, and is undone at once', () => {
  fc.assert(
    fc.property(dragged, ({ document, ids, target }) => {
      const start = open(document);
      const corners = cornersOf(canvas());
      const corner = target === undefined ? { x: -5000, y: -5000 } : (corners.get(target) ?? expect.fail('no corner'));
      const areas = new Map(ids.map((id) => [id, { x: corner.x + 8, y: corner.y + 8, width: 4, height: 4 }]));
      editBlocks((graph) => drop(graph, areas));
      expectSound(whole());
      const count = ({ nodes, modules }: GraphDocument) =>
        [nodes, ...Object.values(modules).map((body) => body.nodes)].flat().length;
      // The same node dragged out of two instances is two.
      expect(count(whole())).toBeGreaterThanOrEqual(count(start));
      const all = canvas();
      for (const { parent } of all.nodes)
        expect(parent === undefined || all.nodes.some((n) => n.id === parent)).toBe(true);
      for (const { from, to } of all.wires) expect(levelOfPort(from)).toBe(levelOfPort(to));
      // Nothing is wrong but what wires that were cut fed, and what any loop makes of a node that it feeds or that others are tied to.
      const codes = new Set(checkDocument(whole()).diagnostics.map(({ code }) => code));
      for (const code of codes)
        expect([
          'missing-input',
          'cannot-tie',
          'cycle',
          'missing-output',
          'no-parameters',
          'outside-only',
          'no-loss',
          'shape',
          'carried',
        ]).toContain(code);
      while (activeTab()?.past.length) useDocuments.getState().undo();
      expect(whole()).toBe(start);
    }),
    runs(300, 6000),
  );
});

/** Upper left corners of blocks, in the coordinates of the canvas. */
function cornersOf(graph: GraphDocument): Map<string, { x: number; y: number }> {
  const boxes = layoutOf(graph);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const cornerOf = (id: string): { x: number; y: number } => {
    const parent = byId.get(id)?.parent;
    const { x, y } = boxes.get(parent ?? '')?.block?.places.get(id) ?? graph.view.nodes[id] ?? { x: 0, y: 0 };
    const around = parent === undefined ? { x: 0, y: 0 } : cornerOf(parent);
    return { x: around.x + x, y: around.y + y };
  };
  return new Map(graph.nodes.map(({ id }) => [id, cornerOf(id)]));
}
