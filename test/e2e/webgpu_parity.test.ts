import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { exampleIds } from '../../engine/cli/documents.ts';
import { operations } from '../../engine/ops/index.ts';
import { example } from '../example.ts';
import type { Findings } from '../parity/findings.ts';
import type { Goldens } from '../parity/op_case.ts';
import type { Job } from '../parity/page/jobs.ts';
import { type Opened, openParityWorker } from '../parity/page/open.ts';

/** What the parity suites compare on WebGPU in Node, in a worker of Chromium whose GPU is in a worker of its own, as in the app. */

const isSoak = process.env.GRADLOOM_SOAK !== undefined;
const STEPS = isSoak ? 50 : 3;
const trained = isSoak ? exampleIds() : ['xor', 'spiral', 'nn-sequential'];
const stepped = isSoak ? exampleIds() : ['xor'];

describe('in Chromium, where the CPU imitates a GPU', { timeout: 600_000 }, () => {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await openParityWorker();
  });
  beforeEach(({ skip }) => {
    if (opened?.worker !== undefined) return;
    console.warn(`SKIPPED: what is to be compared on WebGPU in Chromium. ${opened?.absence}`);
    skip();
  });
  afterAll(() => opened?.close());

  async function compare(job: Job): Promise<Findings> {
    const { findings, failure } = (await opened?.worker?.ask(job)) ?? {};
    return findings ?? expect.fail(failure);
  }

  test('every case of every operation has PyTorch’s value and gradients', async () => {
    const goldens: Goldens = JSON.parse(readFileSync(join(ROOT, 'test/parity/goldens/ops.json'), 'utf8'));
    const { compared, differences } = await compare({ kind: 'operations', goldens });
    expect(differences).toEqual([]);
    expect(compared).toBe([...operations.values()].flatMap(({ cases }) => cases).length);
  });

  test.each(trained)(`%s: ${STEPS} losses within 1e-3 of the CPU’s`, async (id) => {
    const { differences } = await compare({ kind: 'curve', document: example(id), steps: STEPS });
    expect(differences).toEqual([]);
  });

  test.each(stepped)('stepping %s: every tensor of an iteration is the reference backend’s within 1e-4', async (id) => {
    const { compared, differences } = await compare({ kind: 'steps', document: example(id) });
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });
});
