import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { exampleIds } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { checkDocument } from '../../engine/graph/check.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { Session } from '../../engine/session/session.ts';
import { example } from '../example.ts';
import { exportedBy } from '../parity/exported.ts';

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
/** What stands between fences of a language. */
const fenced = (page: string, language: string): readonly string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '');

const documents = fenced('docs/document-format.md', 'json').map((text) => {
  const name = /"name": "([^"]*)"/.exec(text)?.[1] ?? text.slice(0, 40);
  return [name, text] as const;
});

describe('documents in the page about the format', () => {
  it('are complete ones, and show blocks, modules and updates by hand', () => {
    const all = documents.map(([, text]) => text).join();
    for (const shown of ['"Repeat"', '"Sequential"', '"module:', '"tiedTo"', '"param"', '"Update"', '"ZeroGrad"'])
      expect(all).toContain(shown);
  });

  it.each(documents)('%s is read, has nothing wrong, and learns the same in both modes', async (_name, text) => {
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics).toBeUndefined();
    if (document === undefined) return;
    expect(checkDocument(document).diagnostics).toEqual([]);
    const lossesOf = async (mode: 'dynamic' | 'static') => {
      const backend = createReferenceBackend();
      const run = { ...document.run, mode, steps: 20 };
      const { session } = await Session.create({ ...document, run }, { backend, files: nodeFiles(ROOT, {}) });
      const losses: number[] = [];
      if (session !== undefined) session.onStep = (_step, loss) => losses.push(loss);
      session?.run();
      expect(session?.failure).toBeUndefined();
      session?.close();
      return losses;
    };
    const losses = await lossesOf('dynamic');
    expect(losses).toHaveLength(20);
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    expect(await lossesOf('static')).toEqual(losses);
  });
});

it('the page about kinds of node quotes the files that it names', () => {
  const quoted = fenced('docs/adding-a-node-kind.md', 'ts').flatMap((text) => {
    const file = /^\/\/ (\S+)\n/.exec(text)?.[1] ?? '';
    return existsSync(join(ROOT, file)) ? [[file, text.slice(text.indexOf('\n') + 1)] as const] : [];
  });
  expect(quoted.map(([file]) => file)).toEqual(['engine/nodes/kinds/update.ts', 'engine/nodes/kinds/sequential.ts']);
  for (const [file, text] of quoted) expect(text).toBe(read(file));
});

describe('the page about code shows what dynamic-net is exported as', () => {
  it('for PyTorch', () => {
    expect(fenced('docs/export.md', 'python')).toEqual([read('test/parity/goldens/exported/dynamic-net.py')]);
  });

  it('in TypeScript', async () => {
    const { files } = await exportedBy(exportTypeScript, example('dynamic-net'));
    const shown = ['src/model.ts', 'src/train.ts'].map((path) => files.get(path)?.text);
    expect(fenced('docs/export.md', 'ts')).toEqual(shown);
  });
});

it('the README lists every example, and no other', () => {
  const listed = [...read('README.md').matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1]);
  expect(listed.toSorted()).toEqual(exampleIds());
});
