import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { exampleIds, openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { backendsAndGpu } from './backends.ts';
import { curveDifference } from './curve.ts';
import { webgpu } from './webgpu.ts';

const isSoak = process.env.GRADLOOM_SOAK !== undefined;
/** A GPU that the CPU computes takes its time: the whole curves are for the soak, and so is the upload of 60,000 images. */
const STEPS = isSoak ? 50 : 3;
const ids = exampleIds().filter((id) => isSoak || id !== 'mnist-mlp');

describe.skipIf(webgpu === undefined)('on WebGPU', { timeout: 600_000 }, () => {
  it.each(ids)(`%s: ${STEPS} losses within 1e-3 of the reference backend’s`, async (id) => {
    const document = openDocument(id).document ?? expect.fail(`${id} does not open`);
    const backends = [webgpu ?? expect.fail(), createReferenceBackend()] as const;
    expect(await curveDifference(document, STEPS, backends, nodeFiles('.'))).toBeUndefined();
  });

  it('operations and optimizers are compared with PyTorch here, too', () => {
    expect(backendsAndGpu.map(({ backend }) => backend)).toContain('webgpu');
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
