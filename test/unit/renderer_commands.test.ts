import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { type Box, meets } from '../../renderer/canvas/free_spot.ts';
import { addNote, boxOfNote, freshNoteId } from '../../renderer/canvas/notes.ts';
import { boxesOf } from '../../renderer/canvas/push_aside.ts';
import { type CanvasActions, registerCanvas } from '../../renderer/commands/canvas_actions.ts';
import { copySelected, pasteFromClipboard } from '../../renderer/commands/clipboard.ts';
import { bind, holderOf, keysOf, unbind } from '../../renderer/commands/keys.ts';
import { registerNameField } from '../../renderer/commands/name_field.ts';
import { editNode, removeWireOf, wireOf } from '../../renderer/commands/node_edits.ts';
import { pressed, printKeys, RESERVED } from '../../renderer/commands/shortcuts.ts';
import { commandOf, commands, runCommand } from '../../renderer/commands/table.ts';
import { diagnose } from '../../renderer/stores/diagnosis.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { addNode, setSetting } from '../../renderer/stores/edits.ts';
import { useNoteEditing } from '../../renderer/stores/note_editing.ts';
import { usePreferences } from '../../renderer/stores/preferences.ts';
import { useRun } from '../../renderer/stores/run.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { useToasts } from '../../renderer/stores/toasts.ts';
import { en } from '../../renderer/text/en.ts';

vi.mock('../../renderer/host/host.ts', () => ({
  host: {
    startEngine: () => ({
      port: { post: () => undefined, listen: () => () => undefined, close: () => undefined },
      onDeath: () => undefined,
      terminate: () => undefined,
    }),
  },
}));

const press = (key: string, held: Partial<Parameters<typeof pressed>[0]> = {}) =>
  pressed({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

describe('the table of commands', () => {
  it('names every command once and binds every key once, but for F8, which is Train or Pause', () => {
    const ids = commands.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = commands.flatMap((command) => command.keys ?? []);
    expect(keys.filter((key, i) => keys.indexOf(key) < i)).toEqual(['F8']);
  });

  it('has a row for every command that the text names', () => {
    const named = Object.keys(en.command).filter((id) => id !== 'file.example');
    expect(commands.map((command) => command.id).sort()).toEqual(named.sort());
  });

  it('is what the user guide says, key by key', () => {
    const guide = readFileSync(new URL('../../docs/user-guide.md', import.meta.url), 'utf8');
    const [, table = ''] = guide.split('| Command | Keys |\n|---|---|\n');
    const rows = commands
      .filter(({ keys }) => keys !== undefined)
      .map(({ id, keys = [] }) => `| ${en.command[id]} | ${keys.map((one) => printKeys(one, false)).join(', ')} |`);
    expect((table.split('\n\n')[0] ?? '').split('\n')).toEqual(rows);
  });

  it('binds nothing that browsers keep for themselves', () => {
    const keys = commands.flatMap((command) => command.keys ?? []);
    expect(keys.filter((key) => RESERVED.has(key))).toEqual([]);
  });

  it('edits through commands: add, duplicate, delete, undo, redo', () => {
    runCommand('file.new');
    useDocuments.getState().edit((d) => addNode(d, 'ReLU', { x: 0, y: 0 }));
    const ids = () => activeTab()?.document.nodes.map((node) => node.id);
    runCommand('edit.duplicate');
    expect(ids()).toEqual(['relu1']);
    runCommand('edit.selectAll');
    runCommand('edit.duplicate');
    expect(ids()).toEqual(['relu1', 'relu2']);
    expect([...useSelection.getState().nodes]).toEqual(['relu2']);
    runCommand('edit.delete');
    expect(ids()).toEqual(['relu1']);
    runCommand('edit.undo');
    expect(ids()).toEqual(['relu1', 'relu2']);
    runCommand('edit.undo');
    runCommand('edit.undo');
    expect(ids()).toEqual([]);
    runCommand('edit.redo');
    expect(ids()).toEqual(['relu1']);
  });
});

describe('notes among the commands', () => {
  const state = () => {
    const { nodes = [], view } = activeTab()?.document ?? {};
    return [...nodes.map((node) => node.id), ...(view?.notes ?? []).map((note) => note.id)];
  };
  const withNote = () => {
    runCommand('file.new');
    useDocuments.getState().edit((d) => addNode(d, 'ReLU', { x: 0, y: 0 }));
    useDocuments.getState().edit((d) => addNote(d, freshNoteId(d), { x: 0, y: 200 }, 'look', 'en'));
  };

  it('are selected and deleted with the nodes, in one step', () => {
    withNote();
    runCommand('edit.selectAll');
    expect([...useSelection.getState().nodes]).toEqual(['relu1', 'note:note1']);
    runCommand('edit.delete');
    expect(state()).toEqual([]);
    runCommand('edit.undo');
    expect(state()).toEqual(['relu1', 'note1']);
  });

  it('are copied, cut and duplicated where they are selected', async () => {
    withNote();
    useSelection.getState().select(['note:note1']);
    expect(commandOf('edit.copy')?.enabled()).toBe(true);
    runCommand('edit.selectAll');
    runCommand('edit.duplicate');
    expect(state()).toEqual(['relu1', 'relu2', 'note1', 'note2']);
    expect([...useSelection.getState().nodes]).toEqual(['relu2', 'note:note2']);
    runCommand('edit.cut');
    expect(state()).toEqual(['relu1', 'note1']);
    await pasteFromClipboard();
    expect(state()).toEqual(['relu1', 'relu2', 'note1', 'note2']);
  });

  it('are written where a node would be renamed', () => {
    withNote();
    useSelection.getState().select(['note:note1']);
    runCommand('edit.rename');
    expect(useNoteEditing.getState().note).toBe('note1');
    useNoteEditing.getState().end();
  });
});

describe('an edit that takes ports from a node', () => {
  const document = (): GraphDocument => ({
    ...emptyDocument(),
    nodes: [
      { id: 'x', kind: 'RandomTensor', settings: {} },
      { id: 'loop', kind: 'Repeat', settings: { carried: 2 } },
      { id: 'f', kind: 'CustomFunction', settings: { outputs: 2 } },
      { id: 'sum', kind: 'Add', settings: {} },
    ],
    wires: [
      { from: 'x.output', to: 'loop.start' },
      { from: 'x.output', to: 'loop.start2' },
      { from: 'loop.current2', to: 'loop.next' },
      { from: 'loop.result2', to: 'f.input' },
      { from: 'f.output2', to: 'sum.input' },
      { from: 'x.nothing', to: 'sum.other' },
    ],
    run: { mode: 'dynamic', seed: 0, losses: ['f.output', 'f.output2'] },
  });
  const messages = () => useToasts.getState().toasts.map(({ title, lines }) => [title, ...lines]);
  const wires = () => activeTab()?.document.wires.map(({ from, to }) => `${from} > ${to}`);
  beforeEach(() => {
    useToasts.setState({ toasts: [] });
    useDocuments.getState().open(JSON.stringify(document()), 'ports');
  });

  it('cuts the wires to them on both sides of a border, in one step, and names them', () => {
    editNode('loop', (d) => setSetting(d, 'loop', 'carried', 1), { mark: 'set' });
    expect(wires()).toEqual(['x.output > loop.start', 'f.output2 > sum.input', 'x.nothing > sum.other']);
    expect(messages()).toEqual([
      [
        '3 wires were cut',
        'x.output → loop.start2',
        'loop.current2 → loop.next',
        'loop.result2 → f.input',
        en.blocks.portHint,
      ],
    ]);
    runCommand('edit.undo');
    expect(wires()).toHaveLength(6);
  });

  it('says so as long as it is the last thing that was done', () => {
    const lose = () => editNode('loop', (d) => setSetting(d, 'loop', 'carried', 1));
    lose();
    useDocuments.getState().seal();
    expect(messages()).toHaveLength(1);
    runCommand('edit.undo');
    expect(messages()).toEqual([]);
    lose();
    useDocuments.getState().edit((d) => setSetting(d, 'loop', 'times', 9));
    expect(messages()).toEqual([]);
  });

  it('takes the losses along that they gave', () => {
    editNode('f', (d) => setSetting(d, 'f', 'outputs', 1));
    expect(wires()).not.toContain('f.output2 > sum.input');
    expect(activeTab()?.document.run.losses).toEqual(['f.output']);
  });

  it('leaves a wire to what never was, and that one is removed at its problem', () => {
    const { diagnostics } = diagnose(activeTab()?.document ?? expect.fail());
    const problem = diagnostics.find(({ code }) => code === 'unknown-port') ?? expect.fail('no problem');
    const wire = wireOf(problem) ?? expect.fail('no wire');
    expect(wire).toMatchObject({ from: 'x.nothing', to: 'sum.other' });
    removeWireOf(problem, wire);
    expect(wires()).toHaveLength(5);
    expect(wires()).not.toContain('x.nothing > sum.other');
  });
});

describe('the clipboard', () => {
  /** A clipboard as a browser has it. */
  const withClipboard = () => {
    const held = { text: '' };
    const clipboard = {
      readText: async () => held.text,
      writeText: async (text: string) => {
        held.text = text;
      },
    };
    vi.stubGlobal('navigator', { clipboard });
    return held;
  };
  const copyOne = async () => {
    runCommand('file.new');
    useDocuments.getState().edit((d) => addNode(d, 'ReLU', { x: 0, y: 0 }));
    runCommand('edit.selectAll');
    await copySelected();
  };
  const ids = () => activeTab()?.document.nodes.map((node) => node.id);
  beforeEach(() => useToasts.setState({ toasts: [] }));
  afterEach(() => vi.unstubAllGlobals());

  it('decides what is pasted: after other text was copied, no nodes, and the user is told', async () => {
    const held = withClipboard();
    await copyOne();
    await pasteFromClipboard();
    expect(ids()).toEqual(['relu1', 'relu2']);
    held.text = 'a shopping list';
    await pasteFromClipboard();
    expect(ids()).toEqual(['relu1', 'relu2']);
    expect(useToasts.getState().toasts.map(({ title }) => title)).toEqual([en.toast.clipboard]);
  });

  it('puts what comes from another tab where it covers nothing, in the middle of what is seen', async () => {
    withClipboard();
    runCommand('file.new');
    useDocuments.getState().edit((d) => addNode(d, 'Linear', { x: 0, y: 0 }));
    useDocuments.getState().edit((d) => addNode(d, 'Tanh', { x: 220, y: 40 }));
    runCommand('edit.selectAll');
    await copySelected();
    runCommand('file.new');
    useDocuments.getState().edit((d) => addNode(d, 'ReLU', { x: 1000, y: 1000 }));
    useDocuments.getState().edit((d) => addNote(d, freshNoteId(d), { x: 1200, y: 1000 }, 'look', 'en'));
    const shown: Box[] = [];
    const center = () => ({ x: 1100, y: 1040 });
    const leave = registerCanvas({ center, showPlace: (box: Box) => shown.push(box) } as unknown as CanvasActions);
    await pasteFromClipboard();
    await pasteFromClipboard();
    leave();
    const graph = activeTab()?.document ?? expect.fail('no tab');
    const boxes = [...boxesOf(graph, ids() ?? []), ...(graph.view.notes ?? []).map(boxOfNote)];
    expect(boxes).toHaveLength(6);
    for (const [i, box] of boxes.entries())
      for (const other of boxes.slice(0, i)) expect(meets(box, other)).toBe(false);
    // As they stood to each other, near to the middle, and seen.
    const { linear1, tanh1 } = graph.view.nodes;
    expect([(tanh1?.x ?? 0) - (linear1?.x ?? 0), (tanh1?.y ?? 0) - (linear1?.y ?? 0)]).toEqual([220, 40]);
    expect(Math.hypot((linear1?.x ?? 0) - 1100, (linear1?.y ?? 0) - 1040)).toBeLessThan(500);
    expect(shown).toMatchObject([linear1, graph.view.nodes.linear2]);
    runCommand('edit.undo');
    expect(ids()).toEqual(['relu1', 'linear1', 'tanh1']);
  });

  it('is done without where it cannot be read', async () => {
    vi.stubGlobal('navigator', {});
    await copyOne();
    await pasteFromClipboard();
    expect(ids()).toEqual(['relu1', 'relu2']);
    expect(useToasts.getState().toasts).toEqual([]);
  });
});

describe('a name', () => {
  it('is asked for where the inspector is folded, and given the focus as soon as there is a field', () => {
    runCommand('file.new');
    usePreferences.getState().setPanel('inspector', { open: false });
    runCommand('edit.rename');
    expect(usePreferences.getState().panels.inspector.open).toBe(true);
    const focus = vi.fn();
    const leave = registerNameField(focus);
    expect(focus).toHaveBeenCalledTimes(1);
    runCommand('edit.rename');
    expect(focus).toHaveBeenCalledTimes(2);
    leave();
    registerNameField(focus)();
    expect(focus).toHaveBeenCalledTimes(2);
  });

  it('is nobody’s while several nodes or a wire are selected', () => {
    useSelection.getState().select(['a', 'b']);
    expect(commandOf('edit.rename')?.enabled()).toBe(false);
    useSelection.getState().selectWire('a.input');
    expect(commandOf('edit.rename')?.enabled()).toBe(false);
    useSelection.getState().clear();
  });
});

describe('training', () => {
  it('names the problem that is in its way, as long as nothing else is', () => {
    useRun.getState().setEngine({ engine: 'ready' });
    runCommand('file.new');
    expect(commandOf('run.train')?.obstacle?.()).toBeUndefined();
    useDocuments.getState().edit((d) => addNode(d, 'ReLU', { x: 0, y: 0 }));
    expect(commandOf('run.train')?.enabled()).toBe(false);
    expect(commandOf('run.train')?.obstacle?.()).toMatchObject({ code: 'missing-input', node: 'relu1' });
    useRun.getState().setEngine({ engine: 'stopped' });
    expect(commandOf('run.train')?.obstacle?.()).toBeUndefined();
  });
});

describe('keys', () => {
  it('are read from events, Ctrl and Cmd alike', () => {
    expect(press('z', { ctrlKey: true })).toBe('Mod+Z');
    expect(press('Z', { metaKey: true, shiftKey: true })).toBe('Mod+Shift+Z');
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('˜', { altKey: true, code: 'KeyN' })).toBe('Alt+N');
    expect(press('Enter', { ctrlKey: true })).toBe('Mod+Enter');
  });

  it('are printed as the computer at hand calls them', () => {
    expect(printKeys('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(printKeys('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(printKeys('+', false)).toBe('+');
  });
});

describe('keys of the user’s own', () => {
  afterEach(() => usePreferences.getState().setKeys({}));
  const keys = (id: Parameters<typeof commandOf>[0]) => {
    const command = commandOf(id);
    return command && keysOf(command);
  };

  it('take the place of a command’s, are taken from whoever had them, and can be given back', () => {
    expect(bind('run.step', 'F11')).toBe(true);
    expect(keys('run.step')).toEqual(['F11']);
    expect(holderOf('F9', 'run.step')?.id).toBe('run.breakpoint');
    expect(bind('run.step', 'F9')).toBe(true);
    expect([keys('run.step'), keys('run.breakpoint')]).toEqual([['F9'], []]);
    expect(bind('run.into', null)).toBe(true);
    expect(keys('run.into')).toEqual([]);
    unbind('run.step');
    expect(keys('run.step')).toEqual(['F10']);
    unbind();
    expect(keys('run.breakpoint')).toEqual(['F9']);
  });

  it('are never those that the browser keeps for itself', () => {
    expect(bind('run.step', 'Mod+T')).toBe(false);
    expect(keys('run.step')).toEqual(['F10']);
  });
});
