import { DataError } from './data_error.ts';
import type { FileSource } from './dataset.ts';
import { shippedFile } from './shipped_files.ts';

/**
 * Files for an engine in a browser or window: first those that came with the request, by name, then shipped data over
 * the network.
 * @param base where shipped data lies; `mnist/train-images-idx3-ubyte` is fetched relative to it. Ends in a slash.
 */
export function fetchFiles(base: string | URL, given: Readonly<Record<string, ArrayBuffer>> = {}): FileSource {
  return {
    async read(name) {
      const here = Object.hasOwn(given, name) ? given[name] : undefined;
      if (here !== undefined) return here;
      const missing = (reason: string) =>
        new DataError(
          'file-missing',
          `The file ${name} cannot be read: ${reason}.`,
          'Choose the file again, or reload the page.',
        );
      // Nothing else is fetched: a document must not choose addresses.
      if (shippedFile(name) === undefined) throw missing('it did not come with the document');
      const response = await fetch(new URL(name, base)).catch((error: unknown) => {
        throw missing(error instanceof Error ? error.message : String(error));
      });
      if (!response.ok) throw missing(`the server answers ${response.status}`);
      return response.arrayBuffer();
    },
  };
}
