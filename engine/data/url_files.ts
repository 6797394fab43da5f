import { DataError } from './data_error.ts';
import type { FileSource } from './dataset.ts';

/**
 * Files of a folder that a program names itself: a URL (`new URL('../data/', import.meta.url)`), or a path from where it runs. Those
 * of `file:` are read from the disk, others are fetched.
 */
export const urlFiles = (folder: URL | string): FileSource => ({
  async read(name) {
    const missing = (reason: string) =>
      new DataError(
        'file-missing',
        `The file ${name} of ${folder} cannot be read: ${reason}.`,
        'Put it into that folder, or name the folder that it lies in.',
      );
    const url = new URL(name, await addressOf(folder));
    try {
      return url.protocol === 'file:' ? await fromDisk(url) : await fetched(url);
    } catch (error) {
      throw missing(error instanceof Error ? error.message : String(error));
    }
  },
});

/** The folder's address, which ends in a slash: or its last part would be taken for a file. */
async function addressOf(folder: URL | string): Promise<URL> {
  const given = String(folder);
  const text = given.endsWith('/') ? given : `${given}/`;
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(text)) return new URL(text);
  if ('document' in globalThis || 'location' in globalThis) return new URL(text, globalThis.location.href);
  const { pathToFileURL } = await import('node:url');
  return pathToFileURL(text);
}

async function fromDisk(url: URL): Promise<ArrayBuffer> {
  const { readFile } = await import('node:fs/promises');
  return Uint8Array.from(await readFile(url)).buffer;
}

async function fetched(url: URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return response.arrayBuffer();
}
