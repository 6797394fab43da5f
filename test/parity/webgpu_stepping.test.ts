import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { exampleIds, openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { compareSteps } from './stepped.ts';
import { webgpu } from './webgpu.ts';

/** Examples whose numbers are not too many for a GPU that the CPU computes; the others are for the soak. */
const SMALL = ['xor', 'spiral', 'nn-sequential', 'optim-adam', 'custom-function'];
const ids = process.env.GRADLOOM_SOAK === undefined ? SMALL : exampleIds();

describe.skipIf(webgpu === undefined)('stepping on WebGPU', { timeout: 600_000 }, () => {
  it.each(ids)('%s: every tensor of an iteration is the reference backend’s within 1e-4', async (id) => {
    const document = openDocument(id).document ?? expect.fail(`${id} does not open`);
    const backends = [webgpu ?? expect.fail(), createReferenceBackend()] as const;
    const { compared, differences } = await compareSteps(document, backends, nodeFiles('.'));
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });
});
