import { describe, expect, test } from 'vitest';
import { closing, tally } from '../../runner/tally.ts';

const file = (name: string, ...statuses: string[]) => ({
  name: `/repo/test/${name}`,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, i) => ({ status, fullName: `test ${i}` })),
});

describe('counting tests', () => {
  test('sums what passed and failed', () => {
    expect(tally('unit', [file('unit/a.test.ts', 'passed', 'failed'), file('unit/b.test.ts', 'passed')])).toMatchObject(
      {
        passed: 2,
        failed: 1,
      },
    );
  });

  test('a suite that ran nothing is a failure', () => {
    expect(tally('e2e', [])).toMatchObject({ passed: 0, failed: 1 });
    expect(tally('e2e', [file('e2e/electron.test.ts', 'pending')])).toMatchObject({ passed: 0, failed: 1 });
  });

  test('a file that could not be loaded is a failure beside those that ran', () => {
    const broken = { name: '/repo/test/unit/x.test.ts', status: 'failed', assertionResults: [] };
    expect(tally('unit', [file('unit/a.test.ts', 'passed'), broken])).toMatchObject({ passed: 1, failed: 1 });
  });

  test('only suites for Electron and GPUs may skip', () => {
    const ran = file('contract/a.test.ts', 'passed');
    expect(tally('contract', [ran, file('contract/electron.test.ts', 'pending')])).toMatchObject({
      failed: 0,
      skipped: ['contract/electron.test.ts: test 0'],
    });
    expect(tally('contract', [ran, file('contract/b.test.ts', 'pending')]).failed).toBe(1);
    const elsewhere = { ...file('contract/b.test.ts', 'pending'), name: '/electron/test/contract/b.test.ts' };
    expect(tally('contract', [ran, elsewhere]).failed).toBe(1);
  });

  test('the last line counts everything, the one before lists what was skipped', () => {
    const one = { name: 'a', passed: 3, failed: 0, skipped: [] };
    expect(closing([one, { ...one, failed: 1, skipped: ['x: y'] }])).toEqual(['Skipped: x: y.', '6 passed, 1 failed']);
    expect(closing([one])[0]).toBe('Skipped: nothing.');
  });
});
