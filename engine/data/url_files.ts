import { addressOf } from './address_of.ts';
import type { FileSource } from './dataset.ts';
import { readUrl } from './read_url.ts';

/**
 * Files of a folder that a program names itself: a URL (`new URL('../data/', import.meta.url)`), or a path from where it runs. Those
 * of `file:` are read from the disk, others are fetched.
 */
export const urlFiles = (folder: URL | string): FileSource => ({
  read: async (name) => {
    // The folder ends in a slash: or its last part would be taken for a file.
    const given = String(folder);
    const address = await addressOf(given.endsWith('/') ? given : `${given}/`);
    return (await readUrl(new URL(encoded(name), address))).buffer;
  },
});

/** A file's name as part of an address, in which `#`, `?` and `%` mean something else. */
const encoded = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
