import { describe, expect, test } from 'vitest';
import { appOrigin, mayHavePermission, mayNavigate, mayOpenExternal } from '../../../electron/policy/navigation.ts';

describe('navigation', () => {
  test('a page may reload itself', () => {
    expect(mayNavigate('app://gradloom/', 'app://gradloom/?fresh')).toBe(true);
  });

  test.each([
    ['app://gradloom/', 'https://example.com/'],
    ['app://gradloom/', 'app://engine/'],
    ['app://engine/', 'app://gradloom/'],
    ['app://gradloom/', 'app://gradloom.example.com/'],
    ['app://gradloom/', 'file:///etc/passwd'],
    ['app://gradloom/', 'javascript:alert(1)'],
    ['https://example.com/', 'https://example.com/'],
  ])('from %s it may not go to %s', (from, to) => {
    expect(mayNavigate(from, to)).toBe(false);
  });

  test('an origin that only begins like ours is not ours', () => {
    expect(appOrigin('app://gradloomer/')).toBeUndefined();
    expect(appOrigin('app://engine')).toBe('app://engine');
  });
});

describe('links', () => {
  test.each(['https://docs.pytorch.org/docs/stable/nn.html', 'https://github.com/a/b#readme'])(
    '%s opens',
    (address) => {
      expect(mayOpenExternal(address)).toBe(true);
    },
  );

  test.each([
    'http://github.com/',
    'https://github.com.evil.org/',
    'https://user:word@github.com/',
    'https://github.com:8443/',
    'file:///etc/passwd',
    'ms-settings:privacy',
    `https://github.com/${'a'.repeat(3000)}`,
    'not an address',
    undefined,
    { toString: () => 'https://github.com/' },
  ])('%s does not', (address) => {
    expect(mayOpenExternal(address)).toBe(false);
  });
});

describe('permissions', () => {
  test('the editor may copy', () => {
    expect(mayHavePermission('clipboard-sanitized-write', 'app://gradloom/')).toBe(true);
  });

  test.each([
    ['media', 'app://gradloom/'],
    ['geolocation', 'app://gradloom/'],
    ['usb', 'app://gradloom/'],
    ['clipboard-read', 'app://engine/'],
    ['clipboard-read', 'https://example.com/'],
  ])('%s is refused to %s', (permission, requester) => {
    expect(mayHavePermission(permission, requester)).toBe(false);
  });
});
