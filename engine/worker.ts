/**
 * The engine behind a message port. Built into one file, `engine.worker.js`, that runs as a browser's dedicated worker, in
 * Electron's hidden window and in a thread of Node.
 */

import { createReferenceBackend } from './backends/reference/reference.ts';
import { DataError } from './data/data_error.ts';
import type { FileSource } from './data/dataset.ts';
import { fetchFiles } from './data/fetch_files.ts';
import manifest from './package.json' with { type: 'json' };
import { examineFunction } from './protocol/examine.ts';
import { liveSessions } from './protocol/live_session.ts';
import type { FromEngine, ToEngine } from './protocol/messages.ts';
import { type EventPort, eventPort, nodePort, type Port } from './protocol/port.ts';
import { serveEngine } from './protocol/server.ts';

type Given = Readonly<Record<string, ArrayBuffer>>;

/** Node's own modules without importing them: the same file must load where they do not exist. */
const node = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule;

/** Data that lies beside this file, as it does beside the page. */
function filesBesideWorker(given: Given, read: (file: URL) => Promise<Uint8Array>): FileSource {
  const here = import.meta.url;
  return {
    read: async (name) => {
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      if (own) return own;
      const bytes = await read(new URL(`data/${name}`, here)).catch((error: unknown) => {
        throw new DataError(
          'file-missing',
          `The file ${name} cannot be read: ${String(error)}.`,
          'Choose the file again.',
        );
      });
      return bytes.slice().buffer;
    },
  };
}

function start(port: Port<FromEngine, ToEngine>, findFiles: (given: Given) => FileSource): void {
  const sessions = liveSessions({ createBackend: createReferenceBackend, findFiles });
  serveEngine(port, sessions, { version: manifest.version, device: 'cpu' }, examineFunction);
}

const parentPort = node?.('node:worker_threads').parentPort;
if (node && parentPort) {
  const { readFile } = node('node:fs/promises');
  start(nodePort(parentPort), (given) => filesBesideWorker(given, (file) => readFile(file)));
} else {
  const scope = globalThis as unknown as EventPort & { readonly location: { readonly href: string } };
  start(eventPort(scope), (given) => fetchFiles(new URL('/data/', scope.location.href), given));
}
