import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Node } from './command.ts';
import { command, document, file, folder, gradloom, regression, unprivileged, wired } from './command.ts';

/** Three images of 2×2 pixels, and their labels. */
const idxImages = (pixels: number) =>
  Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, ...new Uint8Array(pixels));
const idxLabels = (...labels: number[]) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, labels.length, ...labels);
const digits = (images: Uint8Array, labels: Uint8Array) => {
  file('images.idx', images);
  file('labels.idx', labels);
  return document(
    [
      ['data', 'IDXDataset', { images: 'i', labels: 'l', samples: 3, features: 4, classes: 10 }],
      ['linear1', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
      ['sgd', 'SGD'],
    ],
    [
      ['data.images', 'linear1.input'],
      ['linear1.output', 'loss.input'],
      ['data.labels', 'loss.target'],
      ['loss.loss', 'sgd.loss'],
    ],
    { data: { i: { path: 'images.idx' }, l: { path: 'labels.idx' } } },
  );
};

describe('bad input ends with exit code 2, a code, a place and a remedy, and never a stack trace', () => {
  it.each<[code: string, place: string, content: () => unknown]>([
    ['malformed-json', 'line 2, column', () => '{\n "format": gradloom }'],
    ['not-a-document', '', () => ({ hello: 1 })],
    ['newer-version', 'version 99', () => ({ ...document([], []), version: 99 })],
    ['invalid-field', 'run.seed', () => document([], [], { run: { mode: 'dynamic', seed: -1 } })],
    ['unknown-kind', 'linear1: ', () => document([['linear1', 'Liner']], [])],
    [
      'cycle',
      'a.output → b.input',
      () =>
        document(
          [
            ['a', 'ReLU'],
            ['b', 'ReLU'],
          ],
          [
            ['a.output', 'b.input'],
            ['b.output', 'a.input'],
          ],
        ),
    ],
    [
      'shape-mismatch',
      'linear1.input: ',
      () =>
        document(
          regression.map((n) => (n[0] === 'linear1' ? [n[0], n[1], { inFeatures: 9 }] : n)),
          wired,
        ),
    ],
    [
      'missing-input',
      'loss.target: ',
      () =>
        document(
          regression,
          wired.filter(([, to]) => to !== 'loss.target'),
        ),
    ],
    [
      'two-owners',
      'adam.loss: ',
      () => document([...regression, ['adam', 'Adam']], [...wired, ['loss.loss', 'adam.loss']]),
    ],
    [
      'too-large',
      'linear1: ',
      () =>
        document(
          regression.map((n) =>
            n[0] === 'x'
              ? [n[0], n[1], { shape: [2, 1e6] }]
              : n[0] === 'linear1'
                ? [n[0], n[1], { outFeatures: 1e6 }]
                : n,
          ),
          wired,
        ),
    ],
    ['no-loss', '', () => document(regression.slice(0, 2), wired.slice(0, 1))],
    ['label-range', 'data: ', () => digits(idxImages(12), idxLabels(1, 2, 77))],
    ['idx-truncated', 'data: ', () => digits(idxImages(7), idxLabels(1, 2, 3))],
  ])('%s', (code, place, content) => {
    const { status, stderr, stdout } = gradloom('train', file(`${code}.gradloom.json`, content()));
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(place);
    expect(stderr).not.toMatch(/\n\s+at /);
    // Each message is followed by its remedy.
    expect(stderr.trim().split('\n').length).toBeGreaterThanOrEqual(2);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a document of 200 MB is refused unread', () => {
    const path = file('huge.gradloom.json', '{');
    truncateSync(path, 200 * 1024 * 1024);
    const { status, stderr } = gradloom('check', path);
    expect(stderr).toContain('error[file-too-large]: The document has 200 MB');
    expect(status).toBe(2);
  });

  it('a folder, or a file that cannot be read, is called what it is', () => {
    expect(gradloom('check', folder)).toMatchObject({
      status: 2,
      stderr: `error[file-is-folder]: ${folder} is a folder, not a document\n  Name a document in it, as in ${folder}/NAME.gradloom.json\n`,
    });
    symlinkSync('circle.gradloom.json', join(folder, 'circle.gradloom.json'));
    expect(gradloom('check', 'circle.gradloom.json')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^error\[file-unreadable\]: circle\.gradloom\.json cannot be read: ELOOP.*\n {2}\S.*\n$/,
      ),
    });
  });

  it.skipIf(unprivileged === undefined)('a file that the user may not read is not said to be missing', () => {
    const path = file('private.gradloom.json', document([], []));
    chmodSync(path, 0);
    const [program = '', ...rest] = [...(unprivileged ?? []), process.execPath, command, 'train', path];
    const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
    expect(stderr).toContain(`error[file-unreadable]: ${path} cannot be read: permission denied\n`);
    expect(status).toBe(2);
  });

  it('a folder that is named like an example does not hide it', () => {
    mkdirSync(join(folder, 'xor'));
    expect(gradloom('check', 'xor').status).toBe(0);
  });

  it('a file that is not there, an option that means nothing, a device that is not here', () => {
    expect(gradloom('check', 'nowhere')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('file-not-found'),
    });
    expect(gradloom('train', 'xor', '--steps', 'many').status).toBe(2);
    expect(gradloom('train', 'xor', '--device', 'abacus')).toMatchObject({
      status: 2,
      stderr: 'error[unsupported-option]: device abacus is not available\n  Available: auto, cpu, webgpu\n',
    });
    expect(gradloom('train', 'xor', '--mode', 'frozen')).toMatchObject({
      status: 2,
      stderr: 'error[unsupported-option]: mode frozen is not available\n  Available: auto, dynamic, static\n',
    });
    expect(gradloom('dance').status).toBe(2);
    expect(gradloom('train', 'xor', '--steps', '3', '--epochs', '3')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('cannot be used with'),
    });
  });

  it('a number beyond what a document holds is refused with both of its bounds', () => {
    const told = (option: string, value: string) => gradloom('train', 'xor', option, value).stderr;
    expect(told('--seed', '99999999999999999999')).toContain('Expected a whole number from 0 to 9007199254740991.');
    expect(told('--steps', '1000000001')).toContain('Expected a whole number from 1 to 1000000000.');
    expect(told('--epochs', '0')).toContain('Expected a whole number from 1 to 1000000000.');
    expect(gradloom('train', 'xor', '--steps', '1', '--seed', '9007199254740991').status).toBe(0);
  });

  it('check warns of what only training refuses: that there is no loss', () => {
    const lossless = file('lossless.gradloom.json', document(regression.slice(0, 2), wired.slice(0, 1)));
    expect(gradloom('check', lossless)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^warning\[no-loss\]: .*\n {2}\S.*\n$/),
    });
    expect(gradloom('train', lossless)).toMatchObject({ status: 2, stderr: expect.stringContaining('error[no-loss]') });
    // Where something else is wrong, nobody knows; nor how much memory a run would take.
    const faulty = gradloom('check', file('lossless.gradloom.json', document(regression.slice(0, 2), [])));
    expect(faulty).toMatchObject({ status: 2, stderr: expect.not.stringContaining('no-loss') });
    expect(faulty.stdout).not.toContain('memory');
  });

  it('a network that no memory holds is told of before it starts, with the node that takes most', () => {
    const huge: readonly Node[] = [['x', 'RandomTensor', { shape: [80_000_000, 3] }], ...regression.slice(1)];
    const path = file('huge.gradloom.json', document(huge, wired));
    for (const name of ['check', 'train'])
      expect(gradloom(name, path)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/^error\[exceeds-memory\] \S+: .*[\d.]+ GB.* 80000000×3\n {2}\S.*\n$/),
      });
    const fitting = file('fitting.gradloom.json', document(regression, wired));
    expect(gradloom('check', fitting).lines.at(-1)).toBe('memory  about 1 KB');
    expect(JSON.parse(gradloom('check', fitting, '--json').stdout).memoryBytes).toBeLessThan(1024);
  });

  it('a problem in a definition is told with the module it stands in', () => {
    const Net = {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: [{ id: 'relu', kind: 'ReLU', settings: {} }],
      wires: [{ from: 'relu.output', to: 'outputs.y' }],
    };
    const { stderr } = gradloom('check', file('module.gradloom.json', document([], [], { modules: { Net } })));
    expect(stderr).toContain('error[missing-input] relu.input in Net: ');
    const empty = { ...Net, nodes: [], wires: [] };
    expect(
      gradloom('check', file('module.gradloom.json', document([], [], { modules: { Net: empty } }))).stderr,
    ).toContain('error[missing-output] in Net: ');
  });

  it('what nobody foresaw is told with a remedy and ends with exit code 1', () => {
    const fault =
      'globalThis.MessageChannel = class { constructor() { throw new RangeError("Invalid array length") } }';
    const run = ['--import', `data:text/javascript,${encodeURIComponent(fault)}`, command, 'train', 'xor', '--json'];
    const { status, stderr } = spawnSync(process.execPath, [...run, '--steps', '1000000'], { encoding: 'utf8' });
    expect(stderr).toMatch(/^error\[internal-error\]: Gradloom failed: Invalid array length\n {2}\S.*\n$/);
    expect(status).toBe(1);
  });

  it('tells all problems at once', () => {
    const path = file(
      'many.gradloom.json',
      document(
        [
          ['a', 'Nope'],
          ['b', 'ReLU'],
          ['c', 'Linear', { outFeatures: 0 }],
        ],
        [],
      ),
    );
    const { status, lines } = gradloom('check', path, '--json');
    const found = JSON.parse(lines[0] ?? '').diagnostics.map((d: { code: string }) => d.code);
    expect(found.sort()).toEqual(['invalid-setting', 'missing-input', 'missing-input', 'unknown-kind']);
    expect(status).toBe(2);
  });
});
