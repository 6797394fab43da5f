import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import type { WebgpuBackend } from '../../engine/backends/webgpu/webgpu.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { Settings } from '../../engine/nodes/settings.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { pump } from '../../engine/session/pump.ts';
import { Session } from '../../engine/session/session.ts';
import { webgpu } from './webgpu.ts';

/**
 * A GPU that the CPU computes would be waited for after every step: these tests are about what is asked of one that is fast, or of one
 * that is waited for.
 */
const withBacklog = (backlog: number): WebgpuBackend => {
  const backend = webgpu ?? expect.fail();
  return { ...backend, backlog: () => backlog, close: () => undefined };
};
const [FAST, SLOW] = [0, Number.POSITIVE_INFINITY];

interface Run {
  readonly backend: Backend;
  readonly steps: number;
  readonly optimizer?: Settings;
}
async function open(id: string, { backend, steps, optimizer = {} }: Run) {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const { epochs: _, ...run } = document.run;
  const nodes = document.nodes.map((node) =>
    node.kind === 'Adam' || node.kind === 'SGD' ? { ...node, settings: { ...node.settings, ...optimizer } } : node,
  );
  const created = await Session.create(
    { ...document, nodes, run: { ...run, steps, mode: 'static' } },
    { backend, history: 2 ** 24, files: nodeFiles('.') },
  );
  const session = created.session ?? expect.fail(JSON.stringify(created.diagnostics));
  const losses: number[] = [];
  session.onStep = (step, loss) => {
    expect(step).toBe(losses.length);
    losses.push(loss);
  };
  session.start();
  return { session, losses };
}

describe.skipIf(webgpu === undefined)('a static step on WebGPU', { timeout: 600_000 }, () => {
  it.each([
    ['nn-sequential', 12],
    ['optim-adam', 13],
  ])('%s: at most %i dispatches, sent at once; nothing is read', async (id, most) => {
    const backend = withBacklog(FAST);
    const { session, losses } = await open(id, { backend, steps: 20 });
    // The first one is captured.
    while (session.cursor.iteration < 3) session.advance('iteration');
    session.settle();
    const told = losses.length;
    const before = { ...backend.counts };
    for (let i = 0; i < 3; i++) session.advance('iteration');
    expect(backend.counts.wordsRead).toBe(before.wordsRead);
    expect(session.isTold).toBe(false);
    expect(losses).toHaveLength(told);
    // What begins the collection anew is one launch for all of them.
    expect((backend.counts.launches - before.launches) / 3).toBeLessThanOrEqual(most);
    expect(backend.counts.sends - before.sends).toBeLessThanOrEqual(3);
    session.settle();
    expect(backend.counts.wordsRead - before.wordsRead).toBe(3);
    expect(losses).toHaveLength(told + 3);
  });

  it('losses that are read together are those that are waited for', async () => {
    const of = async (backlog: number) => {
      const { session, losses } = await open('xor', { backend: withBacklog(backlog), steps: 40 });
      await pump(session, { paused: () => false });
      expect(session.state).toBe('finished');
      return losses;
    };
    const together = await of(FAST);
    expect(together).toHaveLength(40);
    expect(together).toEqual(await of(SLOW));
  });

  it('a loss that is not finite ends the run where it ends one that waits', async () => {
    const of = async (backlog: number) => {
      const run = { backend: withBacklog(backlog), steps: 40, optimizer: { lr: 1e38 } };
      const { session, losses } = await open('xor', run);
      await pump(session, { paused: () => false });
      expect(session.failure?.code).toBe('loss-not-finite');
      return { losses, cursor: session.cursor };
    };
    const together = await of(FAST);
    expect(together.losses.length).toBeGreaterThan(1);
    expect(together).toEqual(await of(SLOW));
  });

  it.each([
    ['a loss that is not finite', { lr: 1e38 }],
    ['a parameter that is not', { lr: Number.MAX_VALUE }],
  ])('the watch for NaN stands at the entry that made %s, as where every step is waited for', async (_, optimizer) => {
    const of = async (backend: Backend) => {
      const { session } = await open('xor', { backend, steps: 40, optimizer });
      const one = new Debugger(session);
      one.breakAt([], true);
      await one.train(() => false);
      const { reason, fault, iteration, position } = one.report();
      return { reason, iteration, position, at: fault?.entry.address, op: fault?.entry.op, of: fault?.iteration };
    };
    const together = await of(withBacklog(FAST));
    expect(together.reason).toBe('nonFinite');
    expect(together).toEqual(await of(withBacklog(SLOW)));
  });

  it('breakpoints and steps stop where they do on the CPU', async () => {
    const of = async (backend: Backend) => {
      const { session } = await open('xor', { backend, steps: 12 });
      const one = new Debugger(session);
      const stops: unknown[] = [];
      const note = () => stops.push([one.report().reason, session.cursor]);
      one.breakAt([{ node: 'hidden', pass: 'backward', when: 'before', hits: 5 }], false);
      await one.train(() => false);
      note();
      for (const kind of ['entry', 'back', 'phase', 'iteration'] as const) {
        await one.step(kind, () => false);
        note();
      }
      return stops;
    };
    expect(await of(withBacklog(FAST))).toEqual(await of(createReferenceBackend()));
  });

  it('nothing grows over 2,000 steps', async () => {
    const backend = withBacklog(FAST);
    const { session } = await open('xor', { backend, steps: 2100 });
    while (session.cursor.iteration < 100) session.advance('iteration');
    const before = { memory: backend.memory(), reach: backend.counts.reach, tapes: backend.counts.tapes };
    while (session.advance('iteration'));
    expect({ memory: backend.memory(), reach: backend.counts.reach, tapes: backend.counts.tapes }).toEqual(before);
  });
});
