import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

interface Held {
  readonly iterations: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  readonly arrays: number;
  readonly bytes: number;
  readonly reserved: number;
}

/** What a run holds after these counts of iterations. */
async function held(mode: string, counts: readonly number[]): Promise<Held[]> {
  const file = join(import.meta.dirname, 'steady_run.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', file, mode, ...counts.map(String)]);
  return stdout
    .trim()
    .split('\n')
    .map((line): Held => JSON.parse(line));
}

const last = process.env.GRADLOOM_SOAK === undefined ? 5000 : 100_000;

it.each(['dynamic', 'static'])(
  `nothing grows: ${last} iterations leave memory where 1,000 left it, in %s mode`,
  async (mode) => {
    const [early = expect.fail('nothing was told'), late] = await held(mode, [1000, last]);
    expect(late).toMatchObject({
      iterations: last,
      arrays: early.arrays,
      bytes: early.bytes,
      reserved: early.reserved,
    });
    // V8 compiles for some 20,000 iterations, which takes up to 0.7 MB, and then adds nothing; eleven bytes kept by each of 100,000
    // would be more. A history that is full thins itself out.
    expect((late?.heapUsed ?? Number.NaN) - early.heapUsed).toBeLessThan(2 ** 20);
    expect((late?.arrayBuffers ?? Number.NaN) - early.arrayBuffers).toBeLessThan(2 ** 17);
  },
  600_000,
);
