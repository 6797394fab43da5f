import { useDialogs } from '../stores/dialogs.ts';
import type { Command } from './table.ts';

/** What a key event says, as far as shortcuts care. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** Where the key is on the board: Alt changes `key` on a Mac. */
  readonly code?: string;
}

/** `Mod+Shift+Z` for an event. Shift is left out where it only makes the character (`?`, `+`). */
export function pressed(event: KeyPress): string {
  const letter = event.altKey && event.code?.startsWith('Key') ? event.code.slice(3) : event.key;
  const key = letter.length === 1 ? letter.toUpperCase() : letter;
  const shift = event.shiftKey && (key.length > 1 || /[A-Z0-9]/.test(key));
  return [event.ctrlKey || event.metaKey ? 'Mod+' : '', event.altKey ? 'Alt+' : '', shift ? 'Shift+' : '', key].join(
    '',
  );
}

/** Combinations that browsers take before any page sees them. */
export const RESERVED: ReadonlySet<string> = new Set([
  'Mod+N',
  'Mod+T',
  'Mod+W',
  'Mod+Shift+N',
  'Mod+Shift+T',
  'Mod+Shift+W',
]);

/** Does typing there belong to the element rather than to the app? */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select');
}

/** Keys that buttons, menus and lists need for themselves when they have the focus. */
const isControl = (target: EventTarget | null) => isWithin(target, '[role=menu], [role=listbox], [role=dialog]');
const isWithin = (target: EventTarget | null, roles: string) =>
  target instanceof HTMLElement && target.closest(roles) !== null;

/** In a field, and in what a chip of the top bar has opened, only what no field knows: saving, opening, running, the palette of commands, the way out of it. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'file.open',
  'file.save',
  'file.saveAs',
  'help.commands',
  'view.nextPart',
  'view.previousPart',
  'run.train',
  'run.pause',
  'run.step',
  'run.back',
  'run.into',
  'run.out',
  'run.phase',
  'run.next',
]);

/** Text that the user selected with the mouse is what Ctrl+C means. */
const copiesText = (keys: string) => (keys === 'Mod+C' || keys === 'Mod+X') && String(getSelection() ?? '') !== '';

/** Listens on the window, for the keys that `keysOf` gives the commands; returns the way to stop. */
export function listenForShortcuts(
  commands: readonly Command[],
  keysOf: (command: Command) => readonly string[],
): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || useDialogs.getState().dialog !== null) return;
    const keys = pressed(event);
    // Where two share a key, as Train and Pause do, it is the one that makes sense now.
    const found = commands.filter((command) => keysOf(command).includes(keys));
    const command = found.find((one) => one.enabled()) ?? found[0];
    if (command === undefined || copiesText(keys)) return;
    const isEverywhere = EVERYWHERE.has(command.id);
    if (isEverywhere ? isWithin(event.target, '[role=menu], [role=listbox]') : isControl(event.target)) return;
    if (isTyping(event.target) && !isEverywhere) return;
    if (!command.enabled()) {
      // The browser's own Save and Open would only puzzle.
      if (isEverywhere) event.preventDefault();
      return;
    }
    event.preventDefault();
    command.run();
  };
  // On a card that has the focus React Flow takes every arrow for a move, whatever is held: these are heard before it.
  const beforeCanvas = (event: KeyboardEvent) => {
    if (!event.altKey || !event.key.startsWith('Arrow') || isTyping(event.target) || isControl(event.target)) return;
    onKeyDown(event);
    event.stopPropagation();
  };
  window.addEventListener('keydown', beforeCanvas, { capture: true });
  window.addEventListener('keydown', onKeyDown);
  return () => {
    window.removeEventListener('keydown', beforeCanvas, { capture: true });
    window.removeEventListener('keydown', onKeyDown);
  };
}

const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent);

/** `Ctrl+Shift+Z`, or `⇧⌘Z` on a Mac. */
export function printKeys(keys: string, mac = isMac): string {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  const symbol: Readonly<Record<string, string>> = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    ...(mac ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Backspace: '⌫', Delete: '⌦' } : { Mod: 'Ctrl' }),
  };
  return parts.map((part) => symbol[part] ?? part).join(mac ? '' : '+');
}
