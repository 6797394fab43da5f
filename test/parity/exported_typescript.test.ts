import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleIds } from '../../engine/cli/documents.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { networks } from '../property/networks.ts';
import { runs } from '../property/runs.ts';
import { example, trained, withSteps } from './exported.ts';
import { dataSets, manyBlocks, oddNames, tiedAndUntied, withEverything } from './exported_cases.ts';
import { printedBy, writeProject } from './exported_projects.ts';

const SEVERAL: readonly (readonly [name: string, document: GraphDocument])[] = [
  ...exampleIds().map((id) => [id, withSteps(example(id), 30)] as const),
  ['many-blocks', manyBlocks],
  ['tied-and-untied', tiedAndUntied],
  ['odd-names', oddNames],
  ['everything', withEverything],
  ...dataSets.map((document) => [`data-${document.name}`, document] as const),
  ...fc.sample(networks, runs(20, 200)).map((document, i) => [`random-${i}`, document] as const),
];

const root = mkdtempSync(join(tmpdir(), 'gradloom-exported-'));
const folderOf = (name: string) => join(root, 'projects', name);
const sources = new Map<string, ReadonlyMap<string, string>>();

beforeAll(async () => {
  for (const [name, document] of SEVERAL) sources.set(name, await writeProject(document, folderOf(name)));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('trains each to the losses of its document, to the bit', async () => {
  const printed = printedBy(SEVERAL.map(([name]) => folderOf(name)));
  for (const [i, [name, document]] of SEVERAL.entries()) {
    const losses = await trained(document);
    expect(losses.length).toBeGreaterThan(2);
    expect(printed[i], name).toEqual(losses.map(String));
  }
}, 600_000);
