import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { EntryReport } from '../../engine/protocol/messages.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';

/** An example taken to the first entry of which `is` holds, and the entry. */
async function at(id: string, is: (entry: EntryReport) => boolean) {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const { session } = await Session.create(document, { backend: createReferenceBackend(), files: nodeFiles('.') });
  if (session === undefined) throw new Error(`${id} is refused`);
  const debug = new Debugger(session);
  for (;;) {
    await debug.step('entry', () => false);
    const entry = session.view.entry((debug.tape()?.done ?? 0) - 1);
    if (entry !== undefined && is(entry)) return { session, debug, entry };
    if (session.position === 0) throw new Error('no such entry');
  }
}
const norm = ({ statistics }: EntryReport['inputs'][number]) => statistics?.norm ?? Number.NaN;

describe('what passes the wires into the node at work', () => {
  it('into the first iteration of a loop is what passes the wire into the loop', async () => {
    const { session, entry } = await at('dynamic-net', ({ address }) => address === 'middle#1/middle_linear');
    const read = norm(entry.inputs[0] ?? expect.fail('reads nothing'));
    const passing = session.view.passing();
    const [inner, outer] = [passing['middle#1/middle_linear.input'], passing['middle.start']];
    expect(inner).toBe(read);
    expect(outer).toBe(read);
  });

  it('into later iterations comes from the one before, and out of the loop is its result', async () => {
    const later = await at('dynamic-net', ({ address }) => address === 'middle#2/middle_linear');
    expect(later.session.view.passing()).toEqual({
      'middle#2/middle_linear.input': norm(later.entry.inputs[0] ?? expect.fail('reads nothing')),
    });
    const after = await at('dynamic-net', ({ address }) => address === 'output_linear');
    expect(after.session.view.passing()).toEqual({
      'output_linear.input': norm(after.entry.inputs[0] ?? expect.fail('reads nothing')),
    });
  });

  it('in the backward pass is what the node gives back', async () => {
    const { session, entry } = await at(
      'autograd',
      ({ address, phase, op, outputs }) =>
        phase === 'backward' && op === 'matmul' && outputs.length > 1 && address !== '',
    );
    const given = entry.outputs.map(norm).sort();
    expect(Object.values(session.view.passing()).sort()).toEqual(given);
  });

  it('into an update is the gradient, not the value', async () => {
    const { session, entry } = await at(
      'tensors-by-hand',
      ({ op, address }) => op === 'Update' && address === 'update_w2',
    );
    const gradient = entry.update?.parameters[0]?.tensors.find(({ symbol }) => symbol === 'g')?.tensor;
    expect(session.view.passing()).toEqual({ 'update_w2.gradient': gradient?.statistics?.norm });
  });
});
