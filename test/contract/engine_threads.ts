import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RENDERER_OUT, ROOT, WORKER_NAME } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { nodePort } from '../../engine/protocol/port.ts';
import type { EngineProcess } from '../../engine/protocol/supervised.ts';

/** The bundle as built, in a thread of its own. */
export function startThread(): EngineProcess & { readonly thread: Worker } {
  const thread = new Worker(join(RENDERER_OUT, WORKER_NAME));
  let ended = false;
  return {
    thread,
    port: nodePort(thread),
    onDeath: (listener) => {
      thread.on('error', (error) => listener('crashed', error instanceof Error ? error.message : String(error)));
      thread.on('exit', (code) => {
        if (!ended) listener('crashed', `exit ${code}`);
      });
    },
    terminate: () => {
      ended = true;
      void thread.terminate();
    },
  };
}

/** A document that ships with the app. */
export function example(id: string): GraphDocument {
  const parsed = parseDocument(readFileSync(join(ROOT, 'examples', `${id}.gradloom.json`), 'utf8'));
  if (!parsed.document) throw new Error(`${id}: ${JSON.stringify(parsed.diagnostics)}`);
  return parsed.document;
}
