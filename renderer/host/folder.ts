import type { FolderFiles, SavedFolder } from './types.ts';
import { unlessAborted } from './unless_aborted.ts';

/** A page writes a folder that the user picks, where the browser lets it; else the folder comes as one archive. */

interface WritableFile {
  write(content: string | Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}
interface PickedFolder {
  readonly name: string;
  getDirectoryHandle(name: string, options?: { readonly create: boolean }): Promise<PickedFolder>;
  getFileHandle(
    name: string,
    options: { readonly create: boolean },
  ): Promise<{ createWritable(): Promise<WritableFile> }>;
  removeEntry(name: string, options: { readonly recursive: boolean }): Promise<void>;
  keys(): AsyncIterable<string>;
}
/** Chromium's picker, which the DOM's types do not know. */
interface Picker {
  showDirectoryPicker?(options: object): Promise<PickedFolder>;
}
const picker = (): Picker => globalThis as unknown as Picker;

/** Can a page pick a folder here? */
export const isPicking = (): boolean => picker().showDirectoryPicker !== undefined;

/** Asks for a place and writes a new folder there; one that cannot be finished is taken away again. */
export async function saveIntoPicked(
  name: string,
  files: () => Promise<FolderFiles>,
): Promise<SavedFolder | undefined> {
  const asked = picker().showDirectoryPicker?.call(globalThis, { id: 'export', mode: 'readwrite' });
  const place = asked && (await unlessAborted(asked));
  if (place === undefined) return undefined;
  const content = await files();
  const taken = new Set<string>();
  for await (const known of place.keys()) taken.add(known);
  const free = freeName(name, taken);
  const folder = await place.getDirectoryHandle(free, { create: true });
  try {
    for (const [path, one] of content) await writeInto(folder, path.split('/'), one);
  } catch (error) {
    await place.removeEntry(free, { recursive: true }).catch(() => undefined);
    throw error;
  }
  return { name: free };
}

async function writeInto(
  folder: PickedFolder,
  [name = '', ...rest]: readonly string[],
  content: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (rest.length > 0) return writeInto(await folder.getDirectoryHandle(name, { create: true }), rest, content);
  const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await file.write(content);
  await file.close();
}

/** `net`, or `net-2` beside it. Systems that do not tell `Net` from `net` would write into one. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const known = new Set([...taken].map((one) => one.toLowerCase()));
  for (let n = 1; ; n++) {
    const wanted = n === 1 ? name : `${name}-${n}`;
    if (!known.has(wanted.toLowerCase())) return wanted;
  }
}

/** Bytes from which on a file is stored as it is: to press it would hold up the window. */
const LARGE = 1 << 20;

/** The folder as a ZIP archive, which unpacks into one folder. */
export async function zipped(name: string, files: FolderFiles): Promise<Uint8Array<ArrayBuffer>> {
  const { strToU8, zipSync } = await import('fflate');
  const entries = [...files].map(([path, content]): [string, [Uint8Array, { level: 0 | 6 }]] => {
    const bytes = typeof content === 'string' ? strToU8(content) : content;
    return [`${name}/${path}`, [bytes, { level: bytes.length < LARGE ? 6 : 0 }]];
  });
  return zipSync(Object.fromEntries(entries));
}
