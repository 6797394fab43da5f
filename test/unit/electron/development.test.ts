import { describe, expect, test } from 'vitest';
import { developmentUrl } from '../../../electron/policy/development.ts';

describe('the address of the development server', () => {
  test('is believed while developing', () => {
    expect(developmentUrl('http://127.0.0.1:4517', false)).toBe('http://127.0.0.1:4517');
  });

  test('is ignored in a packaged app', () => {
    expect(developmentUrl('http://127.0.0.1:4517', true)).toBeUndefined();
  });

  test.each([undefined, 'https://example.com', 'http://127.0.0.1.example.com:80', 'http://127.0.0.1:80@example.com'])(
    '%s is never believed',
    (named) => {
      expect(developmentUrl(named, false)).toBeUndefined();
    },
  );
});
