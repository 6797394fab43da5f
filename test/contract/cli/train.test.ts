import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { command, document, file, folder, gradloom, regression, wired } from './command.ts';

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

describe('training', () => {
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

  it('ends a run whose loss is no number with exit code 1 and the step', () => {
    const path = file(
      'nan.gradloom.json',
      document(
        regression.map((n) => (n[0] === 'sgd' ? [n[0], n[1], { lr: 1e30 }] : n)),
        wired,
      ),
    );
    const { status, stderr } = gradloom('train', path, '--steps', '50', '--seed', '5', '--json');
    expect(stderr).toMatch(/error\[loss-not-finite\] loss: The loss became \S+ at step \d+/);
    const [, command = ''] = /`gradloom (.+)`/.exec(stderr) ?? [];
    expect(gradloom(...command.split(' ')).stdout).toContain('NaN or ∞');
    expect(status).toBe(1);
  });
});
