import { beforeEach, describe, expect, it } from 'vitest';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import type { GraphDocument, Note } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { groupSelected, unpackSelected } from '../../renderer/commands/blocks.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { moveNodes } from '../../renderer/stores/edits.ts';
import { group } from '../../renderer/stores/modules.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { unpack } from '../../renderer/stores/unpack.ts';
import { example } from '../example.ts';

const document = () => activeTab()?.document ?? expect.fail('no tab');
const noteOf = ({ view }: Pick<GraphDocument, 'view'>, id: string) => view.notes?.find((note) => note.id === id);
const code = (network: GraphDocument) => JSON.stringify([...(exportPyTorch(network, () => undefined).files ?? [])]);
const SAID = 'What enters the right terminal';

describe('a note at a node', () => {
  beforeEach(() => {
    useDocuments.setState({ tabs: [], active: '' });
    expect(useDocuments.getState().open(formatDocument(example('dynamic-net')), 'dynamic-net')).toEqual([]);
    useSelection.getState().select(['middle']);
  });

  it('goes with it into a module, where it stands as it stood, and is in the code as before', () => {
    const start = document();
    groupSelected();
    expect(document().view.notes?.map(({ id }) => id)).toEqual(['about']);
    const place = start.view.nodes.middle ?? expect.fail('no place');
    const { x, y, ...note } = noteOf(start, 'loop') ?? expect.fail('no note');
    expect(document().view.modules?.Module1?.notes).toEqual([{ ...note, x: x - place.x, y: y - place.y }]);
    expect([start, document()].map((network) => code(network).includes(SAID))).toEqual([true, true]);
    useDocuments.getState().undo();
    expect(document()).toBe(start);
  });

  it('comes back with it, to where the module stands by now', () => {
    const start = document();
    groupSelected();
    unpackSelected();
    expect(document().view).toEqual(start.view);
    useDocuments.getState().undo();
    useDocuments.getState().edit((d) => moveNodes(d, { module1: { x: 660, y: 20 } }));
    useSelection.getState().select(['module1']);
    unpackSelected();
    const before = noteOf(start, 'loop') ?? expect.fail('no note');
    expect(noteOf(document(), 'loop')).toEqual({ ...before, x: before.x + 10, y: before.y + 20 });
  });

  it('comes back under an id that is free, at its node by the name that this has there', () => {
    groupSelected();
    const grouped = document();
    const taken: Note = { id: 'loop', x: 0, y: 0, text: { en: 'Another' } };
    const crowded = {
      ...grouped,
      nodes: [...grouped.nodes, { id: 'middle', kind: 'ReLU', settings: {} }],
      view: { ...grouped.view, notes: [...(grouped.view.notes ?? []), taken] },
    };
    const back = unpack(crowded, 'module1');
    if (back.problem !== undefined) expect.fail(back.problem);
    expect(noteOf(back.document, 'loop')).toBe(taken);
    expect(noteOf(back.document, 'note1')?.node).toBe(back.ids[0]);
  });

  it('stands free where the node goes and what is in it stays', () => {
    const { node: _, ...free } = noteOf(document(), 'loop') ?? expect.fail('no note');
    unpackSelected();
    expect(noteOf(document(), 'loop')).toEqual(free);
    useDocuments.getState().undo();
    useSelection.getState().select(['middle']);
    groupSelected();
    const about = { ...free, id: 'instance' };
    useDocuments.getState().edit((d) => ({ ...d, view: { ...d.view, notes: [{ ...about, node: 'module1' }] } }));
    unpackSelected();
    expect(noteOf(document(), 'instance')).toEqual(about);
  });

  it('stands on the canvas beside what is in a block, and so it does in a module of that', () => {
    const start = document();
    const beside: Note = { id: 'beside', node: 'middle_relu', x: 900, y: 200, text: { en: 'Beside' } };
    const noted = { ...start, view: { ...start.view, notes: [beside] } };
    const made = group(noted, ['middle_relu']);
    if (made.problem !== undefined) expect.fail(made.problem);
    // The loop stands at 650, 0, and the node in it at 276, 66.
    expect(made.document.view.modules?.Module1?.notes).toEqual([{ ...beside, x: -26, y: 134 }]);
    expect(made.document.view.notes).toBeUndefined();
    const back = unpack(made.document, made.id);
    if (back.problem !== undefined) expect.fail(back.problem);
    expect(back.document.view.notes).toEqual([beside]);
  });
});
