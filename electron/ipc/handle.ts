import { ipcMain } from 'electron';
import { maySend, type Parsed } from '../policy/calls.ts';
import { EDITOR_ORIGIN } from '../policy/paths.ts';

/**
 * The one way the main process answers calls: sender checked, argument parsed, errors told in a sentence.
 * Whoever adds a call says here how its argument is read; an argument nobody reads is `nothing`.
 */
export function handle<T>(
  channel: string,
  parse: (value: unknown) => Parsed<T>,
  answer: (value: T, windowId: number) => unknown,
): void {
  ipcMain.handle(channel, async (event, argument: unknown) => {
    const frame = event.senderFrame;
    const sender = frame && { url: frame.url, isMainFrame: frame === event.sender.mainFrame };
    if (!maySend(sender, EDITOR_ORIGIN)) throw new Error(`${channel}: refused, only the editor's page may ask this.`);
    const parsed = parse(argument);
    if (!parsed.ok) throw new Error(`${channel}: ${parsed.reason}`);
    return answer(parsed.value, event.sender.id);
  });
}

export const nothing = (value: unknown): Parsed<undefined> =>
  value === undefined ? { ok: true, value } : { ok: false, reason: 'expected no argument' };
