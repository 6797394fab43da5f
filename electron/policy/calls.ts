/** What the editor may ask of the main process, and how large an argument may be. */

/** Documents are text; 200 MB of it is no document of ours. */
export const MAXIMUM_TEXT = 64 * 1024 * 1024;
const MAXIMUM_NAME = 200;
const NONCE = /^[0-9a-f-]{36}$/;

/** Arguments are parsed at the border: what is not exactly right is refused with the reason. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string };

export interface SaveArguments {
  readonly text: string;
  readonly name: string;
  /** A handle given out earlier; null asks the user for a place. */
  readonly token: number | null;
}

const refuse = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of a document or a backup, bounded in size. */
export function parseText(value: unknown): Parsed<string> {
  if (typeof value !== 'string') return refuse(`expected text, got ${typeof value}`);
  if (value.length > MAXIMUM_TEXT)
    return refuse(`the text has ${value.length} characters, at most ${MAXIMUM_TEXT} fit`);
  return { ok: true, value };
}

/** A file name for the dialog to suggest: what could climb or confuse a file system becomes a dash. */
export function safeFileName(name: string): string {
  const dashed = [...name].map((letter) => (letter < ' ' || '/\\:*?"<>|'.includes(letter) ? '-' : letter)).join('');
  const plain = dashed.replace(/^[.\s]+|[.\s]+$/g, '').slice(0, MAXIMUM_NAME);
  return plain === '' ? 'untitled.gradloom.json' : plain;
}

export function parseSave(value: unknown): Parsed<SaveArguments> {
  if (!isRecord(value)) return refuse('expected { text, name, token }');
  const text = parseText(value.text);
  if (!text.ok) return text;
  if (typeof value.name !== 'string' || value.name.length > MAXIMUM_NAME) return refuse('expected a name');
  const { token } = value;
  if (token !== null && !(typeof token === 'number' && Number.isSafeInteger(token) && token > 0)) {
    return refuse('expected a handle from an earlier open or save, or null');
  }
  return { ok: true, value: { text: text.value, name: safeFileName(value.name), token } };
}

/** The nonce by which a page recognises the port it asked for: a UUID. */
export function parseNonce(value: unknown): Parsed<string> {
  return typeof value === 'string' && NONCE.test(value) ? { ok: true, value } : refuse('expected a UUID');
}

export interface Sender {
  /** The address of the frame that called. */
  readonly url: string;
  /** Is it the top frame of its window? */
  readonly isMainFrame: boolean;
}

/** Only the top frame of the expected page may call. */
export function maySend(sender: Sender | null, origin: string): boolean {
  if (!sender?.isMainFrame) return false;
  return sender.url === origin || sender.url.startsWith(`${origin}/`);
}
