import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REVECTORIZE } from '../../engine/cli/flags.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { lookForGpu } from '../../engine/session/device.ts';
import { decodeSafetensors } from '../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../engine/tensor/safetensors/encode.ts';
import { startGpuThread } from '../../engine/threads/start.ts';

const command = fileURLToPath(new URL('../../engine/cli/gradloom.mjs', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function gradloom(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', cwd: folder });
  return { status, stderr, stdout, lines: stdout.split('\n').filter((line) => line !== '') };
}

/** What makes permissions hold for a command: nothing, or for root a prefix; undefined where there is no such way. */
const unprivileged = ((): readonly string[] | undefined => {
  if (process.getuid === undefined) return undefined;
  if (process.getuid() !== 0) return [];
  const dropping = ['setpriv', '--inh-caps=-all', '--bounding-set=-all'];
  return spawnSync('setpriv', [...dropping.slice(1), 'true']).status === 0 ? dropping : undefined;
})();

/** Everything the command writes when both its streams are a terminal; where there is no `script` to make one, when it believes so. */
function onTerminal(...args: string[]): string {
  const pretend = 'data:text/javascript,Object.defineProperty(process.stderr,"isTTY",{value:true})';
  const pseudo = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;
  const run = pseudo
    ? spawnSync(
        'script',
        ['-qec', [process.execPath, command, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'],
        {
          encoding: 'utf8',
          cwd: folder,
        },
      )
    : spawnSync(process.execPath, ['--import', pretend, command, ...args], { encoding: 'utf8', cwd: folder });
  expect(run.status).toBe(0);
  return run.stdout + run.stderr;
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}

type Node = readonly [id: string, kind: string, settings?: object];
const document = (nodes: readonly Node[], wires: readonly (readonly [string, string])[], more: object = {}) => ({
  ...emptyDocument('bad'),
  nodes: nodes.map(([id, kind, settings]) => ({ id, kind, settings: settings ?? {} })),
  wires: wires.map(([from, to]) => ({ from, to })),
  ...more,
});

const regression: readonly Node[] = [
  ['x', 'RandomTensor', { shape: [4, 3] }],
  ['linear1', 'Linear', { outFeatures: 3 }],
  ['loss', 'MSELoss'],
  ['sgd', 'SGD'],
];
const wired = [
  ['x.output', 'linear1.input'],
  ['linear1.output', 'loss.input'],
  ['x.output', 'loss.target'],
  ['loss.loss', 'sgd.loss'],
] as const;

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

  // Where drivers are named otherwise, there is no way to hide them.
  it.skipIf(process.platform !== 'linux')('without a GPU says so, and the CPU trains', () => {
    const train = ['train', 'xor', '--steps', '3'];
    const withoutDriver = (...given: string[]) =>
      spawnSync(process.execPath, [command, ...given, '--device', 'webgpu'], {
        encoding: 'utf8',
        cwd: folder,
        env: { ...process.env, VK_DRIVER_FILES: join(folder, 'no-driver.json') },
      });
    const run = withoutDriver(...train);
    expect(run.stderr).toMatch(/^warning\[no-gpu\]: There is no WebGPU here \(.+\): the CPU trains instead$/m);
    expect(run.status).toBe(0);
    const lossesIn = (text: string) => text.split('\n').filter((line) => line.startsWith('step '));
    expect(lossesIn(run.stdout)).toEqual(lossesIn(gradloom(...train).stdout));
    const [first = '', second = ''] = withoutDriver(...train, '--json').stdout.split('\n');
    expect(JSON.parse(first)).toMatchObject({ step: 0, device: 'cpu', problem: { code: 'no-gpu' } });
    expect(Object.keys(JSON.parse(second))).toEqual(['step', 'loss']);
    // Nobody is to take the CPU's comparison for that of the GPU.
    const compared = withoutDriver('step', 'autograd', '--compare');
    expect(compared.stdout).toMatch(/^CPU · .* The GPU that was asked for was not checked\.$/m);
    expect(compared.status).toBe(1);
    const all = withoutDriver('step', 'autograd', '--compare', '--json').stdout.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(all)).toMatchObject({ device: 'cpu', isWithin: true, problem: { code: 'no-gpu' } });
  });

  it('sets the flag of V8 that makes products faster, unless the environment leaves it out', () => {
    const listening = `
      import v8 from 'node:v8'; import { syncBuiltinESMExports } from 'node:module';
      v8.setFlagsFromString = (flag) => console.log(flag); syncBuiltinESMExports();`;
    const flags = (environment: NodeJS.ProcessEnv) => {
      const run = ['--import', `data:text/javascript,${encodeURIComponent(listening)}`, command, 'examples'];
      const { stdout } = spawnSync(process.execPath, run, {
        encoding: 'utf8',
        env: { ...process.env, GRADLOOM_REVECTORIZE: undefined, ...environment },
      });
      return stdout.split('\n').filter((line) => line.startsWith('--'));
    };
    expect(flags({})).toEqual([REVECTORIZE]);
    expect(flags({ GRADLOOM_REVECTORIZE: '0' })).toEqual([]);
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

describe('a function of the user’s own', () => {
  const withSource = (name: string, ret: string, value = 'x.mul(x)') =>
    file(
      `${name}.gradloom.json`,
      document(
        [
          ...regression,
          [
            'f',
            'CustomFunction',
            {
              source: `function forward(ctx, x) { ctx.saveForBackward(x); return ${value}; }
                function backward(ctx, g) { const [x] = ctx.savedTensors; return ${ret}; }`,
            },
          ],
        ],
        [
          ['x.output', 'linear1.input'],
          ['linear1.output', 'f.x'],
          ['f.output', 'loss.input'],
          ['x.output', 'loss.target'],
          ['loss.loss', 'sgd.loss'],
        ],
        { run: { mode: 'dynamic', seed: 0, steps: 2 } },
      ),
    );

  it('has its verdict in the check', () => {
    const { status, lines } = gradloom('check', withSource('right', 'g.mul(x).mul(2)'), '--json');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      diagnostics: [],
      shapes: { 'f.output': { shape: [4, 3], dtype: 'f32' } },
      functions: { f: { verdict: 'verified', checked: 12, elements: 12 } },
    });
    expect(status).toBe(0);
    expect(gradloom('check', 'custom-function').stdout).toContain('h_relu  verified: 64 of 6400 elements, ');
  });

  it('whose backward is wrong is told of, with what was expected, and trains only for those who insist', () => {
    const path = withSource('wrong', 'g.mul(x)');
    const { status, stderr } = gradloom('check', path);
    expect(stderr).toMatch(
      /error\[function-wrong\] f: .* at \[\d, \d\] of x: .* gives -?[\d.]+, backward gives -?[\d.]+/,
    );
    expect(status).toBe(2);
    expect(gradloom('train', path)).toMatchObject({
      status: 2,
      lines: [],
      stderr: expect.stringContaining('--insist'),
    });
    const insisting = gradloom('train', path, '--insist', '--json');
    expect(insisting).toMatchObject({ status: 0, stderr: expect.stringContaining('warning[function-wrong] f:') });
    expect(insisting.lines).toHaveLength(2);
  });

  it('that is finite nowhere is told of as not checked', () => {
    const path = withSource('nowhere', 'g.mul(x)', 'x.mul(x).add(1).neg().log()');
    expect(gradloom('check', path)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('error[function-unchecked] f: '),
    });
  });

  it('that cannot be traced is told of with its line, and does not train', () => {
    const path = withSource('broken', 'g.nope()');
    expect(gradloom('train', path, '--insist')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error\[function-failed\] f: Line 2: /),
    });
  });
});

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

describe('good input', () => {
  it('lists the examples, each of which passes the check', () => {
    const { status, lines } = gradloom('examples', '--json');
    const ids = lines.map((line) => JSON.parse(line).id);
    expect(ids).toEqual(expect.arrayContaining(['mnist-mlp', 'nn-sequential', 'optim-adam', 'spiral', 'xor']));
    expect(status).toBe(0);
    for (const id of ids) expect(gradloom('check', id).status).toBe(0);
  });

  it('prints one JSON object per iteration and evaluation, and nothing else', () => {
    const { status, lines, stderr } = gradloom('train', 'spiral', '--epochs', '2', '--seed', '1', '--json');
    const objects = lines.map((line) => JSON.parse(line));
    expect(objects.filter((o) => 'step' in o).map((o) => o.step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(objects.filter((o) => 'split' in o)).toMatchObject([
      { epoch: 0, split: 'train', loss: expect.any(Number), accuracy: expect.any(Number) },
      { epoch: 1, split: 'train', loss: expect.any(Number), accuracy: expect.any(Number) },
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('says with the first of them what it computes on', async () => {
    const on = (device: string) => {
      const { lines } = gradloom('train', 'xor', '--steps', '3', '--json', '--device', device);
      const [first, ...others] = lines.map((line) => JSON.parse(line));
      expect(others.map((object) => Object.keys(object))).toEqual([
        ['step', 'loss'],
        ['step', 'loss'],
      ]);
      return first;
    };
    const cpu = { device: 'cpu', simd: expect.stringMatching(/^(none|plain|relaxed)$/), threads: expect.any(Number) };
    expect(on('cpu')).toEqual({ step: 0, loss: expect.any(Number), ...cpu });
    const gpu = { device: 'webgpu', adapter: expect.any(String), isSoftware: expect.any(Boolean) };
    // Where this machine has none, the test above says what is told.
    const hasGpu = 'adapter' in (await lookForGpu({ startGpu: startGpuThread }));
    expect(on('webgpu')).toMatchObject(hasGpu ? gpu : cpu);
  });

  it('says at the end what it computed on and how fast it trained, in steps and, of minibatches, in samples', () => {
    const { lines } = gradloom('train', 'xor', '--steps', '5');
    expect(lines.at(-1)).toMatch(/^5 steps in \S+ s: [\d,.]+ steps\/s$/);
    expect(lines.at(-2)).toMatch(/^CPU · (plain TypeScript|SIMD|relaxed SIMD)( · [2-8] threads)?$/);
    expect(gradloom('train', 'spiral', '--epochs', '1').lines.at(-1)).toMatch(
      /^6 steps in \S+ s: [\d,.]+ steps\/s, [\d,.]+ samples\/s$/,
    );
  });

  it('takes the mode from the option, and every mode gives the same bytes', () => {
    const run = (mode: string) => gradloom('train', 'xor', '--steps', '20', '--mode', mode, '--json');
    const auto = run('auto');
    expect(auto).toMatchObject({ status: 0, stderr: '' });
    expect(auto.lines).toHaveLength(20);
    for (const mode of ['dynamic', 'static']) expect(run(mode).stdout).toBe(auto.stdout);
  });

  it('takes the seed from the option, and the same seed gives the same bytes', () => {
    const run = (seed: string) => gradloom('train', 'xor', '--steps', '20', '--seed', seed, '--json').stdout;
    expect(run('5')).toBe(run('5'));
    expect(run('5')).not.toBe(run('6'));
  });

  it('learns exclusive or', () => {
    const { lines } = gradloom('train', 'xor', '--json');
    expect(JSON.parse(lines.at(-1) ?? '').loss).toBeLessThan(0.05);
  });

  it('draws progress on a terminal, and none under --json or into a file', () => {
    const bar = `\r\x1b[K${'█'.repeat(24)} 20/20  loss `;
    const train = ['train', 'xor', '--steps', '20'];
    const told = onTerminal(...train);
    expect(told).toContain(bar);
    expect(told).toContain('step 0  loss ');
    const json = onTerminal(...train, '--json');
    expect(json).not.toContain('\x1b');
    const lines = json.trim().split(/\r?\n/);
    expect(lines.map((line) => JSON.parse(line).step)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(gradloom(...train)).toMatchObject({ status: 0, stderr: '' });
  });

  it('ends with exit code 130 when it is interrupted, after whole lines', async () => {
    const child = spawn(process.execPath, [command, 'train', 'xor', '--steps', '1000000', '--json']);
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (out === '') child.kill('SIGINT');
      out += chunk.toString();
    });
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
    for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('loss');
  });

  it('steps over what is not finite: a norm that JSON has no number for is null, and the count says why', () => {
    const path = file(
      'log.gradloom.json',
      document(
        [
          ['w', 'Parameter', { shape: [4] }],
          ['zero', 'Constant', { value: 0 }],
          ['mul', 'Mul', {}],
          ['log', 'Log', {}],
          ['sum', 'Sum', {}],
          ['sgd', 'SGD', {}],
        ],
        [
          ['w.value', 'mul.input'],
          ['zero.output', 'mul.other'],
          ['mul.output', 'log.input'],
          ['log.output', 'sum.input'],
          ['sum.output', 'sgd.loss'],
        ],
      ),
    );
    const { lines, status } = gradloom('step', path, '--json');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.find(({ op }) => op === 'mul')).not.toHaveProperty('nonFinite');
    expect(entries.find(({ op }) => op === 'log')).toMatchObject({ output: [4], norm: null, nonFinite: 4 });
    expect(status).toBe(1);
    expect(gradloom('step', path).stdout).toMatch(/ log .* norm ∞ {2}NaN or ∞ 4\n/);
  });

  it('ends a run whose loss is no number with exit code 1 and the step', () => {
    const path = file(
      'nan.gradloom.json',
      document(
        regression.map((n) => (n[0] === 'sgd' ? [n[0], n[1], { lr: 1e30 }] : n)),
        wired,
      ),
    );
    const { status, stderr } = gradloom('train', path, '--steps', '50', '--json');
    expect(stderr).toMatch(/error\[loss-not-finite\] loss: The loss became \S+ at step \d+/);
    expect(status).toBe(1);
  });

  it('steps through an iteration: each entry with its place, all it makes, and the parameter it adds to', () => {
    const { lines } = gradloom('step', 'dynamic-net', '--iteration', '2', '--json');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => i));
    expect(new Set(entries.map(({ iteration }) => iteration))).toEqual(new Set([2]));
    for (const { output, norm, outputs } of entries)
      expect(outputs[0] ?? null).toEqual(outputs[0] && { shape: output, norm });
    const product = entries.find(({ phase, op }) => phase === 'backward' && op === 'matmul');
    expect(product.outputs).toEqual([
      { shape: [64, 100], norm: expect.any(Number) },
      { shape: [10, 100], norm: expect.any(Number) },
    ]);
    const added = entries.find(({ parameter }) => parameter === 'output_linear.weight');
    expect(added.op).toBe('accumulate');
    const text = gradloom('step', 'dynamic-net', '--iteration', '2').lines;
    expect(text[added.index]).toContain('output_linear.weight.grad');
  });

  it('compares an iteration with the reference after it was stepped through: a line for each node, and one for all', () => {
    const { lines, status } = gradloom('step', 'dynamic-net', '--compare');
    expect(status).toBe(0);
    expect(lines.at(-1)).toMatch(
      /^CPU · .*\. All \d+ operations agree with the reference to 0\.0001 of the largest element\.$/,
    );
    expect(lines.find((line) => line.startsWith('middle#2/middle_linear'))).toMatch(/ agrees +6 compared {2}/);
    const json = gradloom('step', 'dynamic-net', '--compare', '--json').lines.map((line) => JSON.parse(line));
    const entries = json.filter((line) => 'index' in line).length;
    const [all, nodes] = [json.at(-1), json.slice(entries, -1)];
    expect(all).toMatchObject({ iteration: 0, skipped: 0, isWithin: true, tolerance: 1e-4 });
    expect(nodes.reduce((sum, node) => sum + node.compared, 0)).toBe(all.compared);
    expect(nodes.map((node) => node.address)).toContain('middle#2/middle_linear');
  });

  it('saves the final weights as safetensors, under the names of a state_dict', () => {
    const path = join(folder, 'weights.safetensors');
    const { status, stderr } = gradloom('train', 'nn-sequential', '--steps', '1', '--seed', '3', '--save', path);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const weights = decodeSafetensors(readFileSync(path));
    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([
      ['model.linear1.weight', expect.any(Array)],
      ['model.linear1.bias', expect.any(Array)],
      ['model.linear2.weight', expect.any(Array)],
      ['model.linear2.bias', expect.any(Array)],
    ]);
    for (const { shape, values } of weights.values()) {
      expect(values).toHaveLength(shape.reduce((a, b) => a * b, 1));
      expect(values.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    }
    // Training changes what is saved, and the same run saves the same bytes.
    const again = join(folder, 'again.safetensors');
    gradloom('train', 'nn-sequential', '--steps', '1', '--seed', '3', '--save', again);
    expect(readFileSync(again)).toEqual(readFileSync(path));
    gradloom('train', 'nn-sequential', '--steps', '2', '--seed', '3', '--save', again);
    expect(readFileSync(again)).not.toEqual(readFileSync(path));
  });

  it('saves the weights after an interruption too', async () => {
    const path = join(folder, 'interrupted.safetensors');
    const child = spawn(process.execPath, [command, 'train', 'xor', '--steps', '1000000', '--json', '--save', path]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stdout.resume();
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
    expect([...decodeSafetensors(readFileSync(path)).keys()]).toEqual([
      'hidden.weight',
      'hidden.bias',
      'output.weight',
      'output.bias',
    ]);
  });

  it('refuses before the run to save where there is no folder', () => {
    const { status, stdout, stderr } = gradloom('train', 'xor', '--save', join(folder, 'nowhere', 'w.safetensors'));
    expect(stderr).toContain('error[cannot-save]');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('goes on from saved weights as the run that saved them does, to the bit', () => {
    const path = join(folder, 'three.safetensors');
    const { lines } = gradloom('train', 'nn-sequential', '--steps', '5', '--json');
    gradloom('train', 'nn-sequential', '--steps', '3', '--save', path);
    const { lines: continued, stderr } = gradloom(
      ...['train', 'nn-sequential', '--steps', '2', '--weights', path, '--json'],
    );
    expect(stderr).toBe('');
    const losses = (told: readonly string[]) => told.map((line) => JSON.parse(line).loss);
    expect(losses(continued)).toEqual(losses(lines).slice(3));
  });

  it('refuses weights of another document by all their names, and trains nothing', () => {
    const path = join(folder, 'other.safetensors');
    const tensor = (name: string, size: number) => ({ name, shape: [size], values: new Float32Array(size) });
    const labels = { name: 'output.bias', shape: [1], values: Int32Array.of(1) };
    writeFileSync(path, encodeSafetensors([tensor('hidden.weight', 3), labels, tensor('other.bias', 1)]));
    const { status, stdout, stderr } = gradloom('train', 'xor', '--weights', path);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error[weights-shape]: hidden.weight of ');
    expect(stderr).toContain('expected F32 of 8×2, got F32 of 3');
    expect(stderr).toContain('expected F32 of 1, got I32 of 1');
    expect(stderr).toMatch(/error\[weights-missing\].*: hidden\.bias, output\.weight\n/);
    expect(stderr).toMatch(/error\[weights-unexpected\].*: other\.bias\n/);
  });

  it('says why weights cannot be read', () => {
    const told = (name: string) => {
      const { status, stderr } = gradloom('train', 'xor', '--weights', join(folder, name));
      expect(status).toBe(2);
      expect(stderr).toContain('error[weights-unreadable]');
      return stderr;
    };
    writeFileSync(join(folder, 'cut.safetensors'), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b));
    expect(told('cut.safetensors')).toContain('Its header is to be 9 bytes long, but only 1 follow');
    expect(told('nowhere.safetensors')).toContain('there is no such file');
    expect(told('.')).toContain('it is a folder');
  });
});
