import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { exampleIds } from '../../engine/cli/documents.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { example } from '../example.ts';
import { networks } from '../property/networks.ts';
import { runs as sampled } from '../property/runs.ts';
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
        try:
            exec(compile(source, 'train.py', 'exec'), {'__name__': '__main__'})
        except Exception as error:
            return repr(error)
    return [line.split() for line in out.getvalue().splitlines()]
print(json.dumps([printed(source) for source in json.load(sys.stdin)]))
`;

/** What an exported document prints, or the error that it ends with. */
interface Run {
  readonly source: string;
  readonly output: readonly (readonly [step: string, loss: string])[] | string;
}

/** Runs documents with PyTorch, one after another. */
async function runs(documents: readonly GraphDocument[]): Promise<Run[]> {
  const sources = await Promise.all(documents.map(exported));
  const { stdout, stderr } = spawnSync(python, ['-P', '-c', RUN], { input: JSON.stringify(sources), encoding: 'utf8' });
  expect(stderr).toBe('');
  const outputs: readonly Run['output'][] = JSON.parse(stdout);
  return sources.map((source, i) => ({ source, output: outputs[i] ?? 'nothing' }));
}

/** Trains a document here, for as many steps as it was run with PyTorch. */
async function expectAlike(document: GraphDocument, { source, output }: Run) {
  if (typeof output === 'string') return expect.fail(`${output}\n${source}`);
  expect(output.map(([step]) => Number(step))).toEqual(output.map((_, i) => i));
  const expected = output.map(([, loss]) => Number(loss));
  expect(expected.length).toBeGreaterThan(2);
  expect(furthest(await trained(withSteps(document, expected.length)), expected), source).toBeLessThan(1e-4);
}

async function compare(documents: readonly GraphDocument[]) {
  for (const [i, run] of (await runs(documents)).entries())
    await expectAlike(documents[i] ?? expect.fail('no such document'), run);
}

const thirtySteps = [['dynamic-net', example('dynamic-net')] as const, ...handWritten].map(
  ([what, document]) => [what, { ...document, run: { ...document.run, steps: 30 } }] as const,
);

describe.skipIf(!hasTorch)('run with PyTorch', () => {
  it('no import and no variable is unused', async () => {
    const all = [...exampleIds().map((id) => [id, example(id)] as const), ...handWritten];
    const unused = unusedIn(await Promise.all(all.map(([, document]) => exported(document))));
    expect(all.flatMap(([what], i) => (unused[i]?.length === 0 ? [] : [[what, unused[i]]]))).toEqual([]);
  });

  let ran: readonly Run[] = [];
  beforeAll(async () => {
    ran = await runs(thirtySteps.map(([, document]) => document));
  }, 120_000);
  it.each(thirtySteps.map(([what, document], i) => [what, document, i] as const))(
    '%s: every loss of 30 steps within 1e-4',
    async (_what, document, i) => expectAlike(document, ran[i] ?? expect.fail('not run')),
    60_000,
  );

  it('every data set that is drawn, whole or split: every loss within 1e-4', () => compare(dataSets), 60_000);

  it('documents at random, with blocks in blocks: every loss within 1e-4', async () => {
    await compare(fc.sample(networks, sampled(20, 200)));
  }, 600_000);
});
