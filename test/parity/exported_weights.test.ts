import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WEIGHTS } from '../../engine/export/exported.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { weightsFile } from '../../engine/export/weights_file.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { exportedBy, learned, trained } from './exported.ts';
import { tiedAndUntied } from './exported_cases.ts';
import { beside, byHandAndNot, untiedInUntied } from './exported_hard_cases.ts';
import { installEngine, printedBy, put } from './exported_projects.ts';
import { python } from './exported_python.ts';

const documents: readonly (readonly [name: string, document: GraphDocument])[] = [
  ['tied-and-untied', tiedAndUntied],
  ['untied-in-untied', untiedInUntied],
  ['by-hand-and-not', byHandAndNot],
  ['beside', beside],
];

const has = (module: string): boolean => spawnSync(python, ['-P', '-c', `import ${module}`]).status === 0;

/** The one function of safetensors that exported code calls, where the package is not installed. */
const LOAD_FILE = `
import json, math, struct
import torch
def load_file(path):
    content = bytearray(path.read_bytes())
    start = 8 + struct.unpack('<Q', content[:8])[0]
    header = json.loads(content[8:start])
    header.pop('__metadata__', None)
    def read(shape, begin):
        return torch.frombuffer(content, dtype=torch.float32, count=math.prod(shape), offset=start + begin).reshape(shape)
    return {name: read(entry['shape'], entry['data_offsets'][0]) for name, entry in header.items()}
`;

const root = mkdtempSync(join(tmpdir(), 'gradloom-weights-'));
beforeAll(() => installEngine(root), 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes the code of a document with what a run of it has learned, and gives the losses of a run that starts from there. */
async function written(exporter: typeof exportTypeScript, document: GraphDocument, folder: string) {
  const { weights } = await learned(document);
  const { files, state } = await exportedBy((one, traces) => exporter(one, traces, { withWeights: true }), document);
  const bytes = weightsFile(state, weights);
  if (Array.isArray(bytes)) expect.fail(JSON.stringify(bytes));
  for (const [path, { text }] of files) put(join(folder, path), text);
  put(join(folder, WEIGHTS), bytes);
  return trained(document, weights);
}

describe.each(documents)('%s, exported with what it has learned', (name, document) => {
  it('goes on from there in TypeScript, to the bit', async () => {
    const folder = join(root, 'typescript', name);
    const losses = await written(exportTypeScript, document, folder);
    expect(printedBy([folder])).toEqual([losses.map(String)]);
  });

  it('goes on from there in PyTorch', async ({ skip }) => {
    if (!has('torch')) {
      console.warn(`SKIPPED: ${python} has no torch, so no exported code has loaded weights with PyTorch here.`);
      skip();
    }
    const folder = join(root, 'pytorch', name);
    const losses = await written(exportPyTorch, document, folder);
    if (!has('safetensors.torch')) put(join(root, 'packages', 'safetensors', 'torch.py'), LOAD_FILE);
    const env = { ...process.env, PYTHONPATH: join(root, 'packages') };
    const { stdout, stderr } = spawnSync(python, ['-P', 'train.py'], { cwd: folder, encoding: 'utf8', env });
    expect(stderr).toBe('');
    const printed = stdout.trim().split('\n');
    expect(printed).toHaveLength(losses.length);
    for (const [i, loss] of losses.entries())
      expect(Math.abs(Number(printed[i]?.split(' ')[1]) / loss - 1)).toBeLessThan(1e-4);
  }, 60_000);
});
