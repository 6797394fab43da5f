/** What the editor may ask of the main process, and how large an argument may be. */

/** Documents are text; 200 MB of it is no document of ours. */
export const MAXIMUM_TEXT = 64 * 1024 * 1024;
const MAXIMUM_NAME = 200;
/** An exported project holds the engine, at most the files of MNIST, and weights. */
export const MAXIMUM_FOLDER = 512 * 1024 * 1024;
const MAXIMUM_FILES = 1000;
const NONCE = /^[0-9a-f-]{36}$/;

/** Arguments are parsed at the border: what is not exactly right is refused with the reason. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string };

export interface SaveArguments {
  readonly text: string;
  readonly name: string;
  /** A handle given out earlier; null asks the user for a place. */
  readonly token: number | null;
}

export interface BytesArguments {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface FolderArguments {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly content: string | Uint8Array }[];
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
export function safeFileName(name: string, nameless = 'untitled.gradloom.json'): string {
  const dashed = [...name].map((letter) => (letter < ' ' || '/\\:*?"<>|'.includes(letter) ? '-' : letter)).join('');
  const plain = dashed.replace(/^[.\s]+|[.\s]+$/g, '').slice(0, MAXIMUM_NAME);
  return plain === '' ? nameless : plain;
}

/** A handle that was given out. */
export function parseToken(value: unknown): Parsed<number> {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? { ok: true, value }
    : refuse('expected a handle from an earlier open or save');
}

/** A folder to write: a name, and files whose paths stay inside of it. */
export function parseFolder(value: unknown): Parsed<FolderArguments> {
  if (!isRecord(value)) return refuse('expected { name, files }');
  if (typeof value.name !== 'string' || value.name.length > MAXIMUM_NAME) return refuse('expected a name');
  const given: unknown = value.files;
  if (!Array.isArray(given) || given.length === 0 || given.length > MAXIMUM_FILES)
    return refuse(`expected 1 to ${MAXIMUM_FILES} files`);
  const files = new Map<string, string | Uint8Array>();
  let size = 0;
  for (const file of given) {
    if (!isRecord(file) || typeof file.path !== 'string') return refuse('expected files of { path, content }');
    const { path, content } = file;
    if (!isInside(path)) return refuse(`${path} is no path inside of a folder`);
    if (typeof content !== 'string' && !(content instanceof Uint8Array))
      return refuse(`${path}: expected text or bytes`);
    if (files.has(path)) return refuse(`${path} is there twice`);
    size += content.length;
    files.set(path, content);
  }
  if (size > MAXIMUM_FOLDER) return refuse(`the files have ${size} bytes, at most ${MAXIMUM_FOLDER} fit`);
  const list = [...files].map(([path, content]) => ({ path, content }));
  return { ok: true, value: { name: safeFileName(value.name, 'untitled'), files: list } };
}

/** A file of bytes to write: a name with an ending, and as much as a folder may hold. */
export function parseBytes(value: unknown): Parsed<BytesArguments> {
  if (!isRecord(value)) return refuse('expected { name, content }');
  const { name, content } = value;
  if (typeof name !== 'string' || name.length > MAXIMUM_NAME || !/\.[a-z]+$/.test(name))
    return refuse('expected a name with an ending');
  if (!(content instanceof Uint8Array)) return refuse('expected bytes');
  if (content.length > MAXIMUM_FOLDER)
    return refuse(`the file has ${content.length} bytes, at most ${MAXIMUM_FOLDER} fit`);
  return { ok: true, value: { name: safeFileName(name), content } };
}

/** Names that every file system takes as they are, none of which leads upwards. */
const isInside = (path: string): boolean =>
  path.length <= MAXIMUM_NAME && path.split('/').every((part) => /^[A-Za-z0-9_@.-]*[A-Za-z0-9_-]$/.test(part));

export function parseSave(value: unknown): Parsed<SaveArguments> {
  if (!isRecord(value)) return refuse('expected { text, name, token }');
  const text = parseText(value.text);
  if (!text.ok) return text;
  if (typeof value.name !== 'string' || value.name.length > MAXIMUM_NAME) return refuse('expected a name');
  const token = value.token === null ? null : parseToken(value.token);
  if (token?.ok === false) return refuse('expected a handle from an earlier open or save, or null');
  return { ok: true, value: { text: text.value, name: safeFileName(value.name), token: token?.value ?? null } };
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
