import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleIds } from '../../engine/cli/documents.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { example } from '../example.ts';
import { networks } from '../property/networks.ts';
import { runs } from '../property/runs.ts';
import { exportedBy, trained, withSteps } from './exported.ts';
import { dataSets, manyBlocks, oddNames, skippedInChain } from './exported_cases.ts';
import { freePorts, runDistributed } from './exported_distributed.ts';
import {
  accumulating,
  allLosses,
  byHandAndByModules,
  halfLearning,
  operationsOnRows,
  tiedWithoutMasks,
  withDropout,
} from './exported_distributed_cases.ts';
import { givenUp, skippedAndKept, skippedAndScaled, skippedApart, skippedWhole } from './exported_hard_cases.ts';
import { python, unusedIn } from './exported_python.ts';

const exported = async (document: GraphDocument): Promise<string> => {
  const { files } = await exportedBy((one, traces) => exportPyTorch(one, traces, { distributed: true }), document);
  return files.get('train.py')?.text ?? '';
};

describe('exported for several processes', () => {
  it.each(['dynamic-net', 'mnist-mlp', 'tensors-by-hand'])('%s is the code that is known to be right', async (id) => {
    const text = await exported(example(id));
    expect(text).toBe(readFileSync(new URL(`goldens/exported_distributed/${id}.py`, import.meta.url), 'utf8'));
  });

  it.each(exampleIds())('%s: every example is, in lines that are not too long', async (id) => {
    const text = await exported(example(id));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });
});

const hasTorch = spawnSync(python, ['-P', '-c', 'import torch.distributed']).status === 0;
if (!hasTorch)
  process.stderr.write(`\nSKIPPED: ${python} has no torch, so no exported code was run on several processes here.\n\n`);

const furthest = (got: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((loss, i) => Math.abs((got[i] ?? Number.NaN) - loss) / Math.abs(loss)));

/** The losses that exported documents print on several processes, of which the first alone prints. */
async function printed(documents: readonly GraphDocument[], processes: number): Promise<number[][]> {
  const byDocument = await runDistributed(await Promise.all(documents.map(exported)), processes);
  return byDocument.map(([first = [], ...others]) => {
    expect(others.flat()).toEqual([]);
    expect(first.map(([step]) => Number(step))).toEqual(first.map((_, step) => step));
    expect(first.length).toBeGreaterThan(2);
    return first.map(([, loss]) => Number(loss));
  });
}

async function expectAlike(document: GraphDocument, losses: readonly number[]) {
  const expected = await trained(withSteps(document, losses.length));
  expect(furthest(losses, expected), document.name).toBeLessThan(1e-4);
}

/** With dropout no step is the document's, but it learns as fast. */
async function expectLearning(document: GraphDocument, losses: readonly number[]) {
  const expected = await trained(document);
  const mean = (some: readonly number[]) => some.reduce((a, b) => a + b) / some.length;
  const end = mean(losses.slice(-20));
  expect(losses).toHaveLength(expected.length);
  expect(end).toBeLessThan(0.7 * mean(losses.slice(0, 20)));
  expect(Math.abs(end - mean(expected.slice(-20)))).toBeLessThan(0.05);
}

describe.skipIf(!hasTorch)('run with PyTorch on several processes', () => {
  it('examples, drawn data and documents at random: every loss within 1e-4 of the document’s; dropout learns', async () => {
    const steps = { 'dynamic-net': 60, 'mnist-mlp': 20, autograd: 60, 'tensors-by-hand': 60, spiral: 60 };
    const examples = Object.entries(steps).map(([id, count]) => withSteps(example(id), count));
    const documents = [...examples, skippedInChain, ...dataSets, ...fc.sample(networks, runs(2, 200))];
    const [learning = [], ...losses] = await printed([withDropout, ...documents], 2);
    for (const [i, document] of documents.entries()) await expectAlike(document, losses[i] ?? []);
    await expectLearning(withDropout, learning);
  }, 600_000);

  it('blocks, odd names, all losses, and processes without rows: every loss within 1e-4', async () => {
    const blocks = [withSteps(manyBlocks, 10), withSteps(oddNames, 10)];
    const halves = [halfLearning, accumulating, tiedWithoutMasks];
    const skipping = [skippedAndScaled, skippedAndKept, skippedApart, skippedWhole, givenUp].map((one) =>
      withSteps(one, 20),
    );
    const inBatches = { ...operationsOnRows, run: { ...operationsOnRows.run, batchSize: 4 } };
    const more = [operationsOnRows, inBatches, allLosses, byHandAndByModules];
    const documents = [...blocks, ...halves, ...skipping, ...more];
    const losses = await printed(documents, 3);
    for (const [i, document] of documents.entries()) await expectAlike(document, losses[i] ?? []);
  }, 120_000);

  it('no import and no variable is unused', async () => {
    const documents = [example('mnist-mlp'), example('autograd'), byHandAndByModules, withDropout];
    expect(unusedIn(await Promise.all(documents.map(exported)))).toEqual(documents.map(() => []));
  });

  it('runs under torchrun', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gradloom-torchrun-'));
    try {
      writeFileSync(join(folder, 'train.py'), await exported(withSteps(example('xor'), 5)));
      const [port] = await freePorts(1);
      // Where output goes has to be said: PyTorch 1.13 under Python 3.11 does not start processes that share its own.
      const where = ['-r', '1:2', '-t', '1:2', '--log_dir', folder, '--master_addr=127.0.0.1', `--master_port=${port}`];
      const { stdout } = spawnSync(
        python,
        ['-P', '-m', 'torch.distributed.run', ...where, '--nproc_per_node=2', 'train.py'],
        { cwd: folder, encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } },
      );
      const losses = [...stdout.matchAll(/(\d+) (\d\.\d+)$/gm)].map(([, , loss]) => Number(loss));
      expect(losses).toHaveLength(5);
      expect(furthest(losses, await trained(withSteps(example('xor'), 5)))).toBeLessThan(1e-4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
