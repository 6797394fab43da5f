import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { Session } from '../../engine/session/session.ts';
import { webgpu } from './webgpu.ts';

/** A GPU that the CPU computes takes its time: all of the curves are for the soak. */
const STEPS = process.env.GRADLOOM_SOAK === undefined ? 3 : 50;

async function lossesOf(id: string, backend: Backend): Promise<number[]> {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const { epochs: _, ...run } = document.run;
  const options = { backend, files: nodeFiles('.') };
  const { session, diagnostics } = await Session.create({ ...document, run: { ...run, steps: STEPS } }, options);
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  const losses: number[] = [];
  session.onStep = (_, loss) => losses.push(loss);
  session.run();
  expect(session.failure).toBeUndefined();
  return losses;
}

describe.skipIf(webgpu === undefined)('on WebGPU', { timeout: 600_000 }, () => {
  it.each([
    'tensors-by-hand',
    'autograd',
    'nn-sequential',
    'optim-adam',
    'custom-function',
    'custom-module',
    'dynamic-net',
    'static-graph',
    'xor',
    'spiral',
  ])(`%s: ${STEPS} losses within 1e-3 of the reference backend’s`, async (id) => {
    const expected = await lossesOf(id, createReferenceBackend());
    const losses = await lossesOf(id, webgpu ?? expect.fail());
    expect(losses).toHaveLength(STEPS);
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss / (expected[i] ?? Number.NaN) - 1)).toBeLessThan(1e-3);
  });

  it('memory does not grow from step to step', async () => {
    const be = webgpu ?? expect.fail();
    const before = be.memory();
    for (let i = 0; i < 200; i++)
      be.scope(() => be.reduce('sum', be.binary('mul', be.full([10, 10], i), be.full([10, 1], 2)), [0, 1], false));
    expect(be.memory()).toEqual(before);
  });

  it('says whether what is no number stays so, as a probe has found', () => {
    const be = webgpu ?? expect.fail();
    const [nan, inf] = be.readSync(be.binary('add', be.upload([Number.NaN, Number.POSITIVE_INFINITY], [2]), 1));
    const keeps = Number.isNaN(nan) && inf === Number.POSITIVE_INFINITY;
    // What the probe promises holds; what it does not may.
    expect(be.device.adapter?.keepsNan).toBe(keeps);
  });

  it('an index that leads nowhere gives no number', () => {
    const be = webgpu ?? expect.fail();
    const gathered = be.gather(be.upload([1, 2, 3, 4], [2, 2]), 1, be.upload([1, 7], [2, 1], 'i32'));
    expect(be.readSync(gathered)).toEqual(Float32Array.of(2, Number.NaN));
  });
});
