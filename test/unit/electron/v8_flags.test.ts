import { expect, test } from 'vitest';
import { v8Flags } from '../../../electron/policy/v8_flags.ts';
import { REVECTORIZE } from '../../../engine/cli/flags.ts';

test('pages get the flag that the command line sets, unless the environment leaves it out', () => {
  expect(v8Flags({})).toBe(REVECTORIZE);
  expect(v8Flags({ GRADLOOM_REVECTORIZE: '0' })).toBeUndefined();
});
