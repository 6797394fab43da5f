import { describe, expect, it, vi } from 'vitest';
import { pressed, printKeys, RESERVED } from '../../renderer/commands/shortcuts.ts';
import { commands, runCommand } from '../../renderer/commands/table.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { addNode } from '../../renderer/stores/edits.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
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
  it('names every command once and binds every key once', () => {
    const ids = commands.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = commands.flatMap((command) => command.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has a row for every command that the text names', () => {
    const named = Object.keys(en.command).filter((id) => id !== 'file.example');
    expect(commands.map((command) => command.id).sort()).toEqual(named.sort());
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
