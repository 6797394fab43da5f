import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleIds } from '../../engine/cli/documents.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { ROOT } from '../../engine/pack/places.ts';
import { example } from '../example.ts';
import { longNames, renamed } from '../property/long_names.ts';
import { networks } from '../property/networks.ts';
import { runs } from '../property/runs.ts';
import { trained, withSteps } from './exported.ts';
import { dataSets } from './exported_cases.ts';
import { handWritten } from './exported_documents.ts';
import { installEngine, printedBy, put, writeProject } from './exported_projects.ts';

const documents: readonly (readonly [name: string, document: GraphDocument])[] = [
  ...exampleIds().map((id) => [id, withSteps(example(id), 30)] as const),
  ...handWritten.map(([what, document]) => [what.replaceAll(/\W+/g, '-'), document] as const),
  ...dataSets.map((document) => [`data-${document.name}`, document] as const),
  ...fc.sample(networks, runs(20, 200)).map((document, i) => [`random-${i}`, document] as const),
  ...fc
    .sample(
      fc.tuple(fc.oneof(networks, fc.constantFrom(...handWritten.map(([, document]) => document))), longNames),
      runs(20, 200),
    )
    .map(([document, names], i) => [`renamed-${i}`, renamed(document, names)] as const),
];

/** All projects, and the engine as it is packed for them. */
const root = mkdtempSync(join(tmpdir(), 'gradloom-exported-'));
const folderOf = (name: string) => join(root, 'projects', name);
const sources = new Map<string, ReadonlyMap<string, string>>();

beforeAll(async () => {
  await installEngine(root);
  for (const [name, document] of documents) sources.set(name, await writeProject(document, folderOf(name)));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('documents as TypeScript', () => {
  it('train to the losses of their documents, to the bit', async () => {
    const printed = printedBy(documents.map(([name]) => folderOf(name)));
    for (const [i, [name, document]] of documents.entries()) {
      const losses = await trained(document);
      expect(losses.length).toBeGreaterThan(2);
      expect(printed[i], name).toEqual(losses.map(String));
    }
  }, 600_000);

  it('compile strictly, and the JavaScript beside them is what the compiler makes', async () => {
    const { compilerOptions } = JSON.parse(sources.get('xor')?.get('tsconfig.json') ?? '');
    put(
      join(root, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { ...compilerOptions, rootDir: 'projects', outDir: 'compiled' },
        include: ['projects/*/src/*.ts'],
      }),
    );
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', root], { encoding: 'utf8' });
    expect(stdout).toBe('');
    let compared = 0;
    for (const [name, files] of sources)
      for (const [path, text] of files) {
        if (!path.endsWith('.js')) continue;
        const compiled = readFileSync(join(root, 'compiled', name, path), 'utf8');
        expect(withoutLayout(text), `${name}/${path}`).toBe(withoutLayout(compiled));
        compared++;
      }
    expect(compared).toBeGreaterThan(2 * documents.length);
  }, 120_000);

  it('are formatted, without an import or a variable that nobody reads', () => {
    put(
      join(root, 'biome.json'),
      JSON.stringify({
        root: true,
        files: { includes: ['projects/*/src/*.ts', 'projects/*/src/*.js'] },
        formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 100 },
        javascript: { formatter: { quoteStyle: 'single' } },
        linter: { rules: { preset: 'recommended' } },
      }),
    );
    const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const args = [biome, 'check', '--error-on-warnings', '--reporter=github', 'projects'];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  }, 60_000);
});

/** What a compiler may write otherwise: white space, and commas and brackets in lists that stand in lines of their own. */
const withoutLayout = (text: string): string => text.replace(/\s+/g, '').replace(/,([)\]}])/g, '$1');
