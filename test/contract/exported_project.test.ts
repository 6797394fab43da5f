import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What a user does with an exported project: `npm install` and `npm start`, on a machine that reaches nothing. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'engine', 'cli', 'gradloom.mjs');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-project-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(cwd: string, file: string, ...args: string[]) {
  // npm starts the Node that it finds first.
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH },
    shell: process.platform === 'win32',
  });
  return { status, stdout, stderr };
}
const gradloom = (...args: string[]) => run(folder, process.execPath, command, ...args);

/** The losses in the lines of a program: `12 0.5`. */
const printedIn = (stdout: string): string[] =>
  stdout.split('\n').flatMap((line) => /^\d+ (\S+)$/.exec(line)?.[1] ?? []);

function project(document: string, ...options: string[]): string {
  const to = join(folder, document);
  expect(gradloom('export', document, '--to', 'typescript', '--out', to, ...options)).toMatchObject({ status: 0 });
  const installed = run(to, 'npm', 'install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'));
  expect(installed.stderr).toBe('');
  return to;
}

describe('an exported project', () => {
  it.each(['dynamic-net', 'custom-function', 'xor'])(
    '%s installs and trains without a network, to the losses of gradloom train',
    (id) => {
      const losses = gradloom('train', id, '--device', 'cpu', '--json')
        .stdout.split('\n')
        .filter((line) => line !== '')
        .map((line) => String(JSON.parse(line).loss));
      expect(losses.length).toBeGreaterThanOrEqual(100);
      const started = run(project(id), 'npm', 'start');
      expect(started.stderr).toBe('');
      expect(printedIn(started.stdout)).toEqual(losses);
    },
    120_000,
  );

  it('says in one sentence which devices there are, where the command line names another', () => {
    const train = join(folder, 'xor', 'src', 'train.js');
    const { status, stdout, stderr } = run(folder, process.execPath, train, '--device', 'foo');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('there is no device "foo": use one of cpu, webgpu, reference\n');
  });

  it('trains on WebGPU, too', ({ skip }) => {
    const to = join(folder, 'xor');
    const { stdout, stderr } = run(to, 'npm', 'start', '--', '--device', 'webgpu');
    const absence = /there is no WebGPU here[^\n]*/.exec(stderr)?.[0];
    if (absence !== undefined) {
      console.warn(`SKIPPED: an exported project on WebGPU. ${absence}`);
      skip();
    }
    const expected = printedIn(run(to, 'npm', 'start').stdout).map(Number);
    const losses = printedIn(stdout).map(Number);
    expect(losses).toHaveLength(expected.length);
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss / (expected[i] ?? 0) - 1), `step ${i}`).toBeLessThan(1e-3);
  }, 120_000);

  it('starts from trained weights', () => {
    const weights = join(folder, 'trained.safetensors');
    expect(gradloom('train', 'spiral', '--steps', '20', '--save', weights)).toMatchObject({ status: 0 });
    const from = gradloom('train', 'spiral', '--device', 'cpu', '--steps', '5', '--weights', weights, '--json');
    const losses = from.stdout.split('\n').flatMap((line) => (line === '' ? [] : [String(JSON.parse(line).loss)]));
    const { stdout } = run(project('spiral', '--weights', weights), 'npm', 'start');
    expect(printedIn(stdout).slice(0, 5)).toEqual(losses.slice(0, 5));
  }, 120_000);

  it('compiles, with the compiler that Gradloom has, also over one that had files which it does not have', () => {
    const to = join(folder, 'custom-function');
    const stale = join(to, 'src', 'model.ts');
    writeFileSync(stale, 'export const gone: number = "of the network before";\n');
    expect(gradloom('export', 'autograd', '--to', 'typescript', '--out', to, '--force')).toMatchObject({ status: 0 });
    rmSync(join(to, 'src', 'data.js'));
    const compiled = run(to, process.execPath, join(root, 'node_modules', 'typescript', 'bin', 'tsc'));
    expect(compiled).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(join(to, 'src', 'data.js'))).toBe(true);
    expect(existsSync(stale)).toBe(true);

    const { typescript } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies;
    const { scripts } = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8'));
    // Without --yes npm asks whether it may fetch, and gives up where nobody can answer.
    expect(scripts.build).toBe(`npx --yes --package typescript@${typescript} tsc`);
    expect(readFileSync(join(to, 'README.md'), 'utf8')).toContain(`\`typescript@${typescript}\``);
  }, 120_000);
});
