import { expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';
import type { StepKind } from '../../engine/session/stepping.ts';

it('from stop to stop whole iterations are counted, and besides them entries', async () => {
  const { document } = openDocument('xor');
  if (document === undefined) throw new Error('xor does not open');
  const { session } = await Session.create(document, {
    backend: createReferenceBackend(),
    files: nodeFiles('.'),
    history: 64 * 2 ** 20,
  });
  if (session === undefined) throw new Error('xor is refused');
  const debug = new Debugger(session);
  const counted = () => {
    const { iterations, entries } = debug.report().since ?? expect.fail('nothing before');
    return [iterations, entries];
  };
  const step = async (kind: StepKind | 'back') => {
    await debug.step(kind, () => false);
    return counted();
  };
  await debug.step('entry', () => false);
  debug.report();
  const length = debug.tape()?.entries.length ?? 0;
  expect(await step('entry')).toEqual([0, 1]);
  // The rest of an iteration, and its last entry, are no iteration.
  expect(await step('iteration')).toEqual([0, length - 2]);
  expect(await step('back')).toEqual([0, -1]);
  expect(await step('entry')).toEqual([0, 1]);
  expect(await step('iteration')).toEqual([1, 0]);
  expect(await step('entry')).toEqual([0, 1]);
  const to = async (iteration: number, position: number) => {
    await debug.travel({ iteration, position }, () => false);
    return counted();
  };
  expect(await to(0, 5)).toEqual([-1, -(length - 5 + 1)]);
  expect(await to(2, 1)).toEqual([1, length - 5 + 1]);
});
