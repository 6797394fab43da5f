import { addressOf } from './address_of.ts';
import { DataError } from './data_error.ts';

const REMEDY = 'Check the address: new URL(path, import.meta.url) counts from the file that says it';

/**
 * A whole file: from the disk where `url` is a path or begins with `file:`, which takes Node, else over the network.
 * @throws DataError `file-missing`
 */
export async function readUrl(url: URL | string): Promise<Uint8Array<ArrayBuffer>> {
  const missing = (reason: string) => new DataError('file-missing', `${url} cannot be read: ${reason}.`, REMEDY);
  try {
    const address = await addressOf(url);
    if (address.protocol === 'file:') {
      // On demand: browsers have no such module.
      const { readFile } = await import('node:fs/promises');
      return new Uint8Array(await readFile(address));
    }
    const response = await fetch(address);
    if (!response.ok) throw missing(`the server answers ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw error instanceof DataError ? error : missing(error instanceof Error ? error.message : String(error));
  }
}
