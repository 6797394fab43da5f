import { describe, expect, test } from 'vitest';
import { browserCommand, hasDisplay } from '../../../electron/launch/browser.ts';
import { chosenPort, isLocalHost } from '../../../electron/launch/serve.ts';

describe('the port', () => {
  test('is fixed, since storage in the browser belongs to the address', () => {
    expect(chosenPort({})).toBe(4517);
    expect(chosenPort({ GRADLOOM_PORT: '' })).toBe(4517);
  });

  test('can be chosen', () => {
    expect(chosenPort({ GRADLOOM_PORT: '4600' })).toBe(4600);
  });

  test.each(['0', '70000', '1.5', 'http'])('%s is refused by name', (text) => {
    expect(() => chosenPort({ GRADLOOM_PORT: text })).toThrow(`GRADLOOM_PORT is "${text}"`);
  });

  test('only names of this machine are answered', () => {
    expect(isLocalHost('127.0.0.1:4517', 4517)).toBe(true);
    expect(isLocalHost('localhost:4517', 4517)).toBe(true);
    expect(isLocalHost('evil.example:4517', 4517)).toBe(false);
    expect(isLocalHost('127.0.0.1:80', 4517)).toBe(false);
    expect(isLocalHost(undefined, 4517)).toBe(false);
  });
});

describe('the browser', () => {
  const address = 'http://127.0.0.1:4517';

  test('opens where there is a screen', () => {
    expect(browserCommand(address, 'linux', { DISPLAY: ':0' })).toEqual(['xdg-open', address]);
    expect(browserCommand(address, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open', address]);
    expect(browserCommand(address, 'darwin', {})).toEqual(['open', address]);
  });

  test('stays closed without a screen and in CI', () => {
    expect(browserCommand(address, 'linux', {})).toBeUndefined();
    expect(browserCommand(address, 'darwin', { CI: '1' })).toBeUndefined();
    expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
  });
});
