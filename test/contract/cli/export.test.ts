import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyDocument } from '../../../engine/graph/document.ts';
import { command, file, folder, gradloom, unprivileged } from './command.ts';

describe('export', () => {
  it('writes a train.py, and what it reads beside it; a second time only if it is told to', () => {
    const to = join(folder, 'exported', 'xor');
    const first = gradloom('export', 'xor', '--to', 'pytorch', '--out', to);
    expect([first.status, first.lines, first.stderr]).toEqual([0, [join(to, 'train.py')], '']);
    const text = readFileSync(join(to, 'train.py'), 'utf8');
    expect(text).toContain('class Xor(torch.nn.Module):');
    writeFileSync(join(to, 'train.py'), 'mine');
    const second = gradloom('export', 'xor', '--to', 'pytorch', '--out', to);
    expect([second.status, second.lines]).toEqual([2, []]);
    expect(second.stderr).toMatch(/^error\[export-exists\]: .*train\.py exists already/);
    expect(readFileSync(join(to, 'train.py'), 'utf8')).toBe('mine');
    expect(gradloom('export', 'xor', '--to', 'pytorch', '--out', to, '--force').status).toBe(0);
    expect(readFileSync(join(to, 'train.py'), 'utf8')).toBe(text);
  });

  it('touches nothing that is there, unless it is told to replace it, and deletes nothing at all', () => {
    const to = join(folder, 'exported', 'among');
    const mine = ['src/model.ts', 'weights.safetensors', 'notes.txt'].map((name) => join(to, name));
    // What a temporary folder could be called.
    const beside = join(`${to}.part`, 'precious.txt');
    for (const path of [...mine, beside]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'mine');
    }
    expect(gradloom('export', 'xor', '--to', 'pytorch', '--out', to)).toMatchObject({ status: 0, stderr: '' });
    expect(gradloom('export', 'xor', '--to', 'pytorch', '--out', to, '--force')).toMatchObject({
      status: 0,
      stderr: '',
    });
    for (const path of [...mine, beside]) expect(readFileSync(path, 'utf8'), path).toBe('mine');
    expect(readdirSync(to).sort()).toEqual(['notes.txt', 'src', 'train.py', 'weights.safetensors']);
  });

  it.skipIf(process.platform === 'win32')('takes a link that leads nowhere for a file that is there', () => {
    const to = join(folder, 'exported', 'link');
    mkdirSync(to);
    symlinkSync('nowhere', join(to, 'train.py'));
    const { status, stderr } = gradloom('export', 'xor', '--to', 'pytorch', '--out', to);
    expect([status, stderr]).toEqual([2, expect.stringContaining('train.py exists already')]);
    expect([readlinkSync(join(to, 'train.py')), readdirSync(to)]).toEqual(['nowhere', ['train.py']]);
  });

  it('replaces the files that it writes, and leaves those of another network or language', () => {
    const to = join(folder, 'exported', 'over');
    const exported = (id: string, language: string) =>
      gradloom('export', id, '--to', language, '--out', to, '--force').lines.map((path) => relative(to, path));
    const first = exported('dynamic-net', 'typescript');
    const readme = readFileSync(join(to, 'README.md'), 'utf8');
    expect(first).toContain(join('src', 'model.ts'));
    expect(exported('xor', 'pytorch')).toEqual(['train.py']);
    for (const path of first) expect(existsSync(join(to, path)), path).toBe(true);
    expect(readFileSync(join(to, 'README.md'), 'utf8')).toBe(readme);
    // A network without layers has no model.ts, and says nothing of the one that is there.
    expect(exported('autograd', 'typescript')).not.toContain(join('src', 'model.ts'));
    expect(readFileSync(join(to, 'README.md'), 'utf8')).not.toContain('model.ts');
    expect(existsSync(join(to, 'src', 'model.ts'))).toBe(true);
    expect(readdirSync(to).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('writes all of a project or, where a part of it cannot be written, nothing', ({ skip }) => {
    const to = join(folder, 'exported', 'whole');
    const exporting = ['export', 'xor', '--to', 'typescript', '--out', to, '--force'];
    expect(gradloom(...exporting).status).toBe(0);
    const replaced = ['README.md', 'package.json', 'vendor/gradloom-engine.tgz', 'src/train.js'];
    for (const name of replaced) writeFileSync(join(to, name), 'mine');
    const expectNothing = () => {
      for (const name of replaced) expect(readFileSync(join(to, name), 'utf8'), name).toBe('mine');
      expect(readdirSync(to).filter((name) => name.startsWith('.'))).toEqual([]);
    };
    rmSync(join(to, 'src', 'data.js'));
    mkdirSync(join(to, 'src', 'data.js'));
    const { status, stderr } = gradloom(...exporting);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^error\[export-unwritable\]: .*data\.js is a folder\n/),
    ]);
    expectNothing();

    rmdirSync(join(to, 'src', 'data.js'));
    if (unprivileged === undefined) return skip();
    chmodSync(join(to, 'src'), 0o555);
    const [file = '', ...args] = [...unprivileged, process.execPath, command, ...exporting];
    const denied = spawnSync(file, args, { encoding: 'utf8' });
    chmodSync(join(to, 'src'), 0o755);
    expect([denied.status, denied.stdout]).toEqual([2, '']);
    expect(denied.stderr).toMatch(
      /^error\[export-unwritable\]: .*src.\w+\.\w+ cannot be written \(EACCES: permission denied\)\n/,
    );
    expectNothing();
    expect(existsSync(join(to, 'src', 'data.js'))).toBe(false);
  });

  it('says where a folder cannot be made, and leaves none behind', () => {
    writeFileSync(join(folder, 'a-file'), '');
    const below = gradloom('export', 'xor', '--to', 'pytorch', '--out', join('a-file', 'below'));
    expect([below.status, below.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^error\[export-unwritable\]: The code cannot be written to a-file.below: a-file cannot be made \(EEXIST: /,
      ),
    ]);
    const long = gradloom('export', 'xor', '--to', 'pytorch', '--out', join('fresh', 'x'.repeat(300)));
    expect([long.status, existsSync(join(folder, 'fresh'))]).toEqual([2, false]);
    // A folder takes the name of a file that is to be written.
    mkdirSync(join(folder, 'blocked', 'train.py'), { recursive: true });
    const { status } = gradloom('export', 'xor', '--to', 'pytorch', '--out', 'blocked', '--force');
    expect([status, readdirSync(join(folder, 'blocked'))]).toEqual([2, ['train.py']]);
    // As from a variable of a shell that is not set.
    const nameless = gradloom('export', 'xor', '--to', 'pytorch', '--out', '');
    expect([nameless.status, nameless.stderr]).toEqual([2, expect.stringContaining('Expected the name of a folder')]);
    expect(existsSync(join(folder, 'train.py'))).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('does not try for ever to make a folder where there can be none', () => {
    const args = [command, 'export', 'xor', '--to', 'pytorch', '--out', '/proc/not/there'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('cannot be written to /proc/not/there: /proc/not cannot be made (ENOENT: '),
    ]);
  });

  it('finds the files of data by the names that the document has for them', () => {
    const at = join(folder, 'named');
    mkdirSync(join(at, 'a'), { recursive: true });
    writeFileSync(join(at, 'a', 'images.idx'), Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 2, ...Array(8).fill(9)));
    writeFileSync(join(at, 'a', 'labels.idx'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1));
    const settings = { images: 'the images', labels: 'the labels', samples: 4, features: 2, classes: 2 };
    const document = {
      ...emptyDocument('named'),
      data: { 'the images': { path: 'a/images.idx' }, 'the labels': { path: 'a/labels.idx' } },
      nodes: [
        { id: 'own', kind: 'IDXDataset', settings },
        { id: 'layer', kind: 'Linear', settings: { outFeatures: 2 } },
        { id: 'loss', kind: 'CrossEntropyLoss', settings: {} },
        { id: 'sgd', kind: 'SGD', settings: {} },
      ],
      wires: [
        { from: 'own.images', to: 'layer.input' },
        { from: 'layer.output', to: 'loss.input' },
        { from: 'own.labels', to: 'loss.target' },
        { from: 'loss.loss', to: 'sgd.loss' },
      ],
      run: { mode: 'dynamic', seed: 0, steps: 3 },
    };
    const file = join(at, 'named.gradloom.json');
    writeFileSync(file, JSON.stringify(document));
    expect(gradloom('train', file, '--json').status).toBe(0);
    const to = join(at, 'out');
    expect(gradloom('export', file, '--to', 'typescript', '--out', to).stderr).toBe('');
    expect(readdirSync(join(to, 'data')).sort()).toEqual(['the images', 'the labels']);
  });

  it('copies the files of MNIST', () => {
    const to = join(folder, 'exported', 'mnist');
    expect(gradloom('export', 'mnist-mlp', '--to', 'pytorch', '--out', to).status).toBe(0);
    expect(statSync(join(to, 'train-images-idx3-ubyte')).size).toBe(16 + 60_000 * 784);
    expect(statSync(join(to, 'train-labels-idx1-ubyte')).size).toBe(8 + 60_000);
  });

  it('writes nothing of what is wrong or cannot be exported, nor in a language it does not know', () => {
    const data = { id: 'own', kind: 'IDXDataset', settings: {} };
    const layer = { id: 'layer', kind: 'Linear', settings: {} };
    const loss = { id: 'loss', kind: 'MSELoss', settings: {} };
    const wires = [
      { from: 'own.images', to: 'layer.input' },
      { from: 'layer.output', to: 'loss.input' },
      { from: 'layer.output', to: 'loss.target' },
    ];
    const files = file('files.gradloom.json', { ...emptyDocument(), nodes: [data, layer, loss], wires });
    const dangling = file('dangling.gradloom.json', { ...emptyDocument(), nodes: [layer] });
    const to = join(folder, 'exported', 'nothing');
    const refusals = [
      [files, 'pytorch', 'error[export-data] own: '],
      [dangling, 'pytorch', 'error[missing-input] layer.input: '],
      ['xor', 'fortran', 'error[export-format]: '],
    ] as const;
    for (const [document, format, said] of refusals) {
      const { status, stderr, lines } = gradloom('export', document, '--to', format, '--out', to);
      expect([status, lines]).toEqual([2, []]);
      expect(stderr).toContain(said);
    }
    expect(existsSync(to)).toBe(false);
  });

  it('writes a train.py for torchrun; no other language has one', () => {
    const to = join(folder, 'exported', 'distributed');
    const other = gradloom('export', 'xor', '--to', 'typescript', '--distributed', '--out', to);
    expect([other.status, other.lines, existsSync(to)]).toEqual([2, [], false]);
    expect(other.stderr).toMatch(
      /^error\[unsupported-option\]: --distributed with --to typescript is not available\s+Available: pytorch/,
    );
    expect(gradloom('export', 'xor', '--to', 'pytorch', '--distributed', '--out', to).status).toBe(0);
    expect(readFileSync(join(to, 'train.py'), 'utf8')).toContain('parallel = DistributedDataParallel(model)');
  });
});
