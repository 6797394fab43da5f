import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';
import type { StepKind } from '../../engine/session/stepping.ts';
import { nodeAt, wayInto } from '../../renderer/canvas/following.ts';
import { markOf } from '../../renderer/debugger/marks.ts';
import { atWork, type Standing } from '../../renderer/stores/standing.ts';

/** An example that is stepped here, and where it stands as the app is told. */
async function stepped(id: string) {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const options = { backend: createReferenceBackend(), files: nodeFiles('.') };
  const { session } = await Session.create(document, options);
  if (session === undefined) throw new Error(`${id} is refused`);
  const debug = new Debugger(session);
  const standing = (): Standing => {
    const tape = debug.tape();
    return {
      stop: debug.report(),
      tape,
      entry: session.view.entry((tape?.done ?? 0) - 1) ?? null,
      looked: null,
      passing: session.view.passing(),
    };
  };
  const step = async (kind: StepKind | 'back'): Promise<Standing> => {
    await debug.step(kind, () => false);
    return standing();
  };
  return { debug, session, step, standing };
}

describe('the node at work', () => {
  it('is the optimizer as the last entry of an iteration is stepped to, and none where the run only paused there', async () => {
    const { step, session, debug, standing } = await stepped('dynamic-net');
    const ended = await step('iteration');
    expect(ended.stop.position).toBe(0);
    const last = ended.entry?.address ?? '';
    expect(ended.entry?.phase).toBe('update');
    expect(atWork(ended)).toEqual({ address: last, phase: 'update' });
    expect(markOf(ended, last)).toBe('update');
    // Nothing of that iteration is still to come, and nothing on its way home.
    expect(markOf(ended, 'input_linear')).toBeUndefined();
    session.start(1);
    await debug.train(() => false);
    expect(atWork(standing())).toBeUndefined();
    expect(markOf(standing(), last)).toBeUndefined();
  });

  it('is the loss as the backward pass begins', async () => {
    const { step } = await stepped('dynamic-net');
    for (const kind of ['phase', 'phase', 'phase'] as const) await step(kind);
    const seed = await step('entry');
    expect(seed.entry).toMatchObject({ phase: 'backward', op: 'accumulate', address: '' });
    expect(atWork(seed)).toEqual({ address: 'loss', phase: 'backward' });
    expect(markOf(seed, 'loss')).toBe('backward');
  });
});

describe('the canvas that follows a run', () => {
  it('finds the node whatever iteration it shows, or the block that hides it', () => {
    const nodes = [['loop', 1] as const, ['loop#1/linear', 2] as const, ['loop#1/block', 3] as const];
    expect(nodeAt(nodes, 'loop#3/linear')).toBe(2);
    expect(nodeAt(nodes, 'loop#3/block/inner#2/linear')).toBe(3);
    expect(nodeAt(nodes, 'loop#2/gone')).toBe(1);
    expect(nodeAt(nodes, 'elsewhere')).toBeUndefined();
    expect(nodeAt(nodes, '')).toBeUndefined();
  });

  it('moves no farther than it takes to see the whole of a node with some room around it, and not at all where it is seen', () => {
    const canvas = { width: 600, height: 400 };
    expect(wayInto({ x: 0, y: 300, width: 200, height: 100 }, canvas)).toBeUndefined();
    expect(wayInto({ x: 500, y: 100, width: 200, height: 100 }, canvas)).toEqual({ x: -148, y: 0 });
    expect(wayInto({ x: -40, y: -10, width: 200, height: 100 }, canvas)).toEqual({ x: 88, y: 58 });
    // Of what is too large its beginning is seen.
    expect(wayInto({ x: 100, y: 500, width: 900, height: 390 }, canvas)).toEqual({ x: -100, y: -495 });
  });
});
