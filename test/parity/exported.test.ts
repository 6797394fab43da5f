import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleIds } from '../../engine/cli/documents.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { example } from '../example.ts';
import { networks } from '../property/networks.ts';
import { runs } from '../property/runs.ts';
import { exportedBy, trained, withSteps } from './exported.ts';
import { dataSets } from './exported_cases.ts';
import { handWritten } from './exported_documents.ts';
import { python, unusedIn } from './exported_python.ts';

const goldens: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('goldens/exported.json', import.meta.url), 'utf8'),
);

const exported = async (document: GraphDocument): Promise<string> =>
  (await exportedBy(exportPyTorch, document)).files.get('train.py')?.text ?? '';

const furthest = (got: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((loss, i) => Math.abs((got[i] ?? Number.NaN) - loss) / Math.abs(loss)));

describe.each(exampleIds())('%s, exported to PyTorch', (id) => {
  it('is the code that the goldens were made with', async () => {
    const text = await exported(example(id));
    expect(text).toBe(readFileSync(new URL(`goldens/exported/${id}.py`, import.meta.url), 'utf8'));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });

  it('prints under PyTorch the losses that the document has, within 1e-4', async () => {
    const expected = goldens[id] ?? [];
    expect(expected.length).toBeGreaterThanOrEqual(100);
    const losses = await trained(withSteps(example(id), expected.length));
    expect(losses).toHaveLength(expected.length);
    expect(furthest(losses, expected)).toBeLessThan(1e-4);
  }, 120_000);
});

const hasTorch = spawnSync(python, ['-P', '-c', 'import torch']).status === 0;
if (!hasTorch)
  process.stderr.write(`\nSKIPPED: ${python} has no torch, so no exported code was run with PyTorch here.\n\n`);

/** Runs sources one after another in one process, warnings being errors: importing PyTorch takes longer than most of them. */
const RUN = `
import contextlib, io, json, sys, warnings
import torch
warnings.simplefilter('error')
def printed(source):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, 'train.py', 'exec'), {'__name__': '__main__'})
    return [line.split() for line in out.getvalue().splitlines()]
print(json.dumps([printed(source) for source in json.load(sys.stdin)]))
`;

/** The losses that each of these prints. */
function printed(sources: readonly string[]): number[][] {
  const { stdout, stderr } = spawnSync(python, ['-P', '-c', RUN], { input: JSON.stringify(sources), encoding: 'utf8' });
  expect(stderr).toBe('');
  const outputs: readonly (readonly [step: string, loss: string])[][] = JSON.parse(stdout);
  return outputs.map((lines) => {
    expect(lines.map(([step]) => Number(step))).toEqual(lines.map((_, i) => i));
    return lines.map(([, loss]) => Number(loss));
  });
}

/** Trains documents here and, exported, with PyTorch. */
async function compare(documents: readonly GraphDocument[]) {
  const sources = await Promise.all(documents.map(exported));
  for (const [i, expected] of printed(sources).entries()) {
    const document = documents[i] ?? expect.fail('no such document');
    const losses = await trained(withSteps(document, expected.length));
    expect(expected.length).toBeGreaterThan(2);
    expect(furthest(losses, expected), sources[i]).toBeLessThan(1e-4);
  }
}

describe.skipIf(!hasTorch)('run with PyTorch', () => {
  it.each([...exampleIds().map((id) => [id, example(id)] as const), ...handWritten])(
    '%s: no import and no variable is unused',
    async (_name, document) => {
      expect(unusedIn(await exported(document))).toBe('');
    },
  );

  it.each([['dynamic-net', example('dynamic-net')] as const, ...handWritten])(
    '%s: every loss of 30 steps within 1e-4',
    async (_name, document) => {
      await compare([{ ...document, run: { ...document.run, steps: 30 } }]);
    },
    60_000,
  );

  it('every data set that is drawn, whole or split: every loss within 1e-4', () => compare(dataSets), 60_000);

  it('documents at random, with blocks in blocks: every loss within 1e-4', async () => {
    await compare(fc.sample(networks, runs(20, 200)));
  }, 600_000);
});
