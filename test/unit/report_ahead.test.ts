import { expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { EntryReport, TensorReport } from '../../engine/protocol/messages.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';

/** Every entry of an iteration of an example, as it is told when `done` of them are done. */
async function entriesAt(id: string, done: number | 'all'): Promise<EntryReport[]> {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const { session } = await Session.create(document, { backend: createReferenceBackend(), files: nodeFiles('.') });
  if (session === undefined) throw new Error(`${id} is refused`);
  const debug = new Debugger(session);
  await debug.step('entry', () => false);
  const all = debug.tape()?.entries.length ?? 0;
  if (done === 'all') await debug.step('iteration', () => false);
  return Array.from(
    { length: all },
    (_, position) => session.view.entry(position) ?? expect.fail(`no entry ${position}`),
  );
}

const shapeOf = ({ statistics, shape }: TensorReport) => statistics?.shape ?? shape;

it.each(['dynamic-net', 'optim-adam', 'tensors-by-hand'])(
  '%s: what is still to come has the shapes that it will have',
  async (id) => {
    const [ahead, after] = [await entriesAt(id, 1), await entriesAt(id, 'all')];
    for (const [position, entry] of after.entries())
      for (const of of ['inputs', 'outputs'] as const)
        for (const [i, tensor] of entry[of].entries()) {
          const made = tensor.statistics?.shape;
          if (made !== undefined) expect(shapeOf(ahead[position]?.[of][i] ?? expect.fail('not told'))).toEqual(made);
        }
  },
);

it('a += tells which share of how many it is', async () => {
  const shares = (await entriesAt('dynamic-net', 1))
    .filter(({ parameter }) => parameter === 'middle/middle_linear.weight')
    .map(({ share }) => share);
  expect(shares).toEqual([1, 2, 3].map((nth) => ({ nth, of: 3 })));
  const once = (await entriesAt('dynamic-net', 1)).find(({ parameter }) => parameter === 'output_linear.weight');
  expect(once?.share).toEqual({ nth: 1, of: 1 });
});
