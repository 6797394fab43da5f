import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import type { GraphDocument, Note } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { groupSelected, repeatSelected, unpackSelected } from '../../renderer/commands/blocks.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { keepDraws, keepMoved, movedBetween } from '../../renderer/stores/draws.ts';
import { moveNodes, setSetting } from '../../renderer/stores/edits.ts';
import { duplicate } from '../../renderer/stores/fragment.ts';
import { group } from '../../renderer/stores/modules.ts';
import { scoped } from '../../renderer/stores/scope.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { unpack } from '../../renderer/stores/unpack.ts';
import { unwrap } from '../../renderer/stores/unwrap.ts';
import { wrapInRepeat } from '../../renderer/stores/wrap.ts';
import { networks, placesAnywhere } from './networks.ts';
import { runs } from './runs.ts';
import { lossesOf, trained } from './trained.ts';

it('random networks of nested blocks pass the check, train, and train to the same bits after being saved and read, in both modes', async () => {
  await fc.assert(
    fc.asyncProperty(networks, async (document) => {
      expect(checkDocument(document).diagnostics).toEqual([]);
      const first = await trained(document);
      expect(first.losses).toHaveLength(3);
      const { document: read } = parseDocument(formatDocument(document));
      expect(await trained(read ?? expect.fail('unreadable'))).toEqual(first);
      expect(await trained(document, 'static')).toEqual(first);
    }),
    runs(60, 2000),
  );
}, 1_800_000);

/** Random networks, each with some of its nodes outside of blocks; neither the loss nor the optimizer is among them. */
const selections = networks.chain((document) => {
  const free = document.nodes
    .filter((n) => n.parent === undefined && n.id !== 'loss' && n.id !== 'opt')
    .map((n) => n.id);
  return fc.tuple(fc.constant(document), fc.subarray(free, { minLength: 1 }));
});

it('grouping nodes into a module leaves the trained numbers as they are, and unpacking it brings back the network', async () => {
  await fc.assert(
    fc.asyncProperty(selections, async ([document, ids]) => {
      const before = await lossesOf(document);
      const grouped = group(document, ids);
      fc.pre(grouped.problem === undefined);
      expect(await lossesOf(grouped.document)).toEqual(before);
      const unpacked = unpack(grouped.document, grouped.id);
      // Tied instances stay together; dissolving one of them would part them.
      if (unpacked.problem === undefined) expect(await lossesOf(unpacked.document)).toEqual(before);
    }),
    runs(40, 1000),
  );
}, 1_800_000);

it('moving and copying nodes leave the trained numbers as they are', async () => {
  await fc.assert(
    fc.asyncProperty(selections, async ([document, ids]) => {
      const before = await trained(document);
      const moved = moveNodes(document, Object.fromEntries(ids.map((id, i) => [id, { x: i, y: i * 7 }])));
      expect(await trained(moved)).toEqual(before);
      const copied = duplicate(document, { nodes: ids }).document;
      const kept = keepDraws(document, copied, (address) => address);
      // The copies' inputs hang loose; what is not wired trains along nowhere.
      const whole = {
        ...kept,
        nodes: kept.nodes.filter((n) => document.nodes.includes(n) || n.kind === 'RandomTensor'),
      };
      const known = new Set(whole.nodes.map((n) => n.id));
      const wires = whole.wires.filter(
        (w) => known.has(w.from.split('.')[0] ?? '') && known.has(w.to.split('.')[0] ?? ''),
      );
      expect(await lossesOf({ ...whole, wires })).toEqual(before.losses);
    }),
    runs(25, 500),
  );
}, 1_800_000);

const keepById = (before: GraphDocument, after: GraphDocument) =>
  keepMoved(before, after, null, movedBetween(before, after));

/** Random networks with a node that others may do without: a Sequential, or nodes wrapped in a loop that runs once. */
const wrapped = selections.map(([document, ids]) => {
  const made = wrapInRepeat(document, ids);
  if ('problem' in made || made.cut.length > 0) return undefined;
  const once = keepById(document, setSetting(made.document, made.id, 'times', 1));
  return { document, once, id: made.id };
});

it('a loop that runs once leaves the trained numbers as they are, and so does taking it or a Sequential away', async () => {
  await fc.assert(
    fc.asyncProperty(wrapped, async (made) => {
      fc.pre(made !== undefined && checkDocument(made.once).diagnostics.length === 0);
      const before = await lossesOf(made.document);
      expect(await lossesOf(made.once)).toEqual(before);
      const chains = made.document.nodes.filter((n) => n.kind === 'Sequential' && n.parent === undefined);
      for (const [document, id] of [
        [made.once, made.id] as const,
        ...chains.map((n) => [made.document, n.id] as const),
      ]) {
        const bare = unwrap(document, id, new Map());
        if ('problem' in bare) expect.fail(bare.problem);
        expect(bare.cut).toEqual([]);
        expect(await lossesOf(keepById(document, bare.document))).toEqual(before);
      }
    }),
    runs(40, 1000),
  );
}, 1_800_000);

const whole = () => activeTab()?.document ?? expect.fail('no tab');

it('an instance in a Sequential is unpacked there, or stays, and the trained numbers are what they were', async () => {
  let dissolved = 0;
  await fc.assert(
    fc.asyncProperty(networks, async (document) => {
      const chains = new Set(document.nodes.filter((n) => n.kind === 'Sequential').map((n) => n.id));
      const found = document.nodes.find((n) => n.kind.startsWith('module:') && chains.has(n.parent ?? ''));
      fc.pre(found !== undefined);
      const unpacked = unpack(document, found.id);
      if (unpacked.problem !== undefined) expect(unpacked.problem).toBe('linked');
      else {
        dissolved++;
        expect(checkDocument(unpacked.document).diagnostics).toEqual([]);
        expect(await lossesOf(unpacked.document)).toEqual(await lossesOf(document));
      }
    }),
    runs(40, 1000),
  );
  expect(dissolved).toBeGreaterThan(10);
}, 1_800_000);

/** Opens a document, and a definition of it, with nodes selected. Returns the way back. */
function open(document: GraphDocument, module: string | null, ids: readonly string[]): () => void {
  useDocuments.setState({ tabs: [], active: '' });
  expect(useDocuments.getState().open(formatDocument(document), 'random')).toEqual([]);
  if (module !== null) useDocuments.getState().enter([{ module, instance: null }]);
  useSelection.getState().select(ids);
  const start = whole();
  return () => {
    while (activeTab()?.past.length) useDocuments.getState().undo();
    expect(whole()).toBe(start);
  };
}

it('what is grouped, moved and unpacked in any block of any definition trains to the same bits, and is undone', async () => {
  await fc.assert(
    fc.asyncProperty(placesAnywhere, async ({ document, module, ids }) => {
      const before = await lossesOf(document);
      const undo = open(document, module, ids);
      groupSelected();
      fc.pre(activeTab()?.past.length === 1);
      expect(await lossesOf(whole())).toEqual(before);
      const [instance = ''] = useSelection.getState().nodes;
      useDocuments.getState().edit((d) => moveNodes(d, { [instance]: { x: 5, y: 7 } }));
      expect(await lossesOf(whole())).toEqual(before);
      unpackSelected();
      expect(await lossesOf(whole())).toEqual(before);
      undo();
      expect(await lossesOf(whole())).toEqual(before);
    }),
    runs(40, 1000),
  );
}, 1_800_000);

it('notes at nodes of any block of any definition go into a module with them, and come back to where they were', () => {
  fc.assert(
    fc.property(placesAnywhere, ({ document, module, ids }) => {
      const notes = ids.map((node, i): Note => ({ id: `n${i}`, node, x: 7 * i, y: 3 * i - 50, text: { en: node } }));
      const graph = scoped(document, module);
      const noted = { ...graph, view: { ...graph.view, notes } };
      const grouped = group(noted, ids);
      fc.pre(grouped.problem === undefined);
      expect(grouped.document.view.notes).toBeUndefined();
      const unpacked = unpack(grouped.document, grouped.id);
      fc.pre(unpacked.problem === undefined);
      expect(unpacked.document.view.notes).toEqual(notes);
    }),
    runs(40, 1000),
  );
});

it('a loop that runs once around nodes of any block of any definition leaves the trained numbers as they are', async () => {
  await fc.assert(
    fc.asyncProperty(placesAnywhere, async ({ document, module, ids }) => {
      const before = await lossesOf(document);
      const undo = open(document, module, ids);
      repeatSelected();
      fc.pre(activeTab()?.past.length === 1);
      const [loop = ''] = useSelection.getState().nodes;
      useDocuments.getState().edit((d) => setSetting(d, loop, 'times', 1));
      // A loop carries a value of one shape, and gives out one: what more would leave it was cut, and said so.
      fc.pre(checkDocument(whole()).diagnostics.length === 0);
      expect(await lossesOf(whole())).toEqual(before);
      undo();
    }),
    runs(40, 1000),
  );
}, 1_800_000);
