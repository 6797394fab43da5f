import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Session } from '../../engine/session/session.ts';

const goldens: Record<string, number[]> = JSON.parse(
  readFileSync(new URL('goldens/examples.json', import.meta.url), 'utf8'),
);

describe('the examples that PyTorch was given too', () => {
  it.each(['nn-sequential', 'optim-adam'])('%s: every loss within 1e-4 of PyTorch seeded alike', async (id) => {
    const expected = goldens[id] ?? [];
    const { document } = openDocument(id);
    if (document === undefined) throw new Error(`${id} does not open`);
    const { session } = await Session.create(
      { ...document, run: { ...document.run, seed: 0, steps: expected.length } },
      { backend: createReferenceBackend(), files: nodeFiles('.') },
    );
    const losses: number[] = [];
    if (session !== undefined) session.onStep = (_step, loss) => losses.push(loss);
    session?.run();
    expect(losses).toHaveLength(expected.length);
    const apart = losses.map((loss, i) => Math.abs(loss - (expected[i] ?? 0)) / Math.abs(expected[i] ?? 1));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
  });
});
