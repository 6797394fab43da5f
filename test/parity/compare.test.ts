import { describe, expect, it } from 'vitest';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { Mode } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';
import { webgpu } from './webgpu.ts';

describe.skipIf(webgpu === undefined)('the GPU beside the reference', () => {
  it.each(
    ['xor', 'nn-sequential'].flatMap((id) =>
      (['dynamic', 'static'] as const satisfies readonly Mode[]).map((mode) => ({ id, mode })),
    ),
  )('agrees in every entry of $id after two iterations, $mode', async ({ id, mode }) => {
    const { document } = openDocument(id);
    if (document === undefined || webgpu === undefined) throw new Error(`${id} does not open`);
    const options = { backend: webgpu, files: nodeFiles('.'), history: 64 * 2 ** 20 };
    const { session } = await Session.create({ ...document, run: { ...document.run, mode } }, options);
    if (session === undefined) throw new Error(`${id} cannot be trained`);
    session.start();
    while (session.cursor.iteration < 2 && session.advance('iteration'));
    session.pause();
    const next = session.view.compare();
    let step = next?.();
    while (step?.done === false) step = next?.();
    expect(step?.value).toMatchObject({ iteration: 1, skipped: 0, isWithin: true, nodes: expect.any(Array) });
  });
});
