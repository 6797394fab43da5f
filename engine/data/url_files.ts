import type { FileSource } from './dataset.ts';
import { readUrl } from './read_url.ts';

/**
 * Files of a folder that a program names itself: a URL (`new URL('../data/', import.meta.url)`), or a path from where it runs. Those
 * of `file:` are read from the disk, others are fetched.
 */
export const urlFiles = (folder: URL | string): FileSource => ({
  read: async (name) => (await readUrl(new URL(name, await addressOf(folder)))).buffer,
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
