import { describe, expect, test } from 'vitest';
import { mediaType, resolveAppUrl } from '../../../electron/policy/paths.ts';

describe('addresses of the app scheme', () => {
  test.each([
    ['app://gradloom', { bundle: 'renderer', file: 'index.html' }],
    ['app://gradloom/', { bundle: 'renderer', file: 'index.html' }],
    ['app://gradloom/assets/index-Ab_1.js?v=2#top', { bundle: 'renderer', file: 'assets/index-Ab_1.js' }],
    [
      'app://gradloom/data/mnist/train-images-idx3-ubyte',
      { bundle: 'renderer', file: 'data/mnist/train-images-idx3-ubyte' },
    ],
    ['app://engine/', { bundle: 'engine', file: 'index.html' }],
    ['app://engine/engine-page.js', { bundle: 'engine', file: 'engine-page.js' }],
    ['app://engine/engine.worker.js', { bundle: 'renderer', file: 'engine.worker.js' }],
    [
      'app://engine/data/mnist/t10k-labels-idx1-ubyte',
      { bundle: 'renderer', file: 'data/mnist/t10k-labels-idx1-ubyte' },
    ],
  ])('%s names a file of a bundle', (address, expected) => {
    expect(resolveAppUrl(address)).toEqual(expected);
  });

  test.each([
    'app://elsewhere/index.html',
    'app://gradloom.example.com/',
    'app://gradloom@evil/',
    'file:///etc/passwd',
    'https://gradloom/',
    'app://gradloom/../../etc/passwd',
    'app://gradloom/%2e%2e/%2e%2e/etc/passwd',
    'app://gradloom/..%2f..%2fetc/passwd',
    'app://gradloom/..%5c..%5cwindows',
    'app://gradloom/a%00b',
    'app://gradloom/%E0%A4%A',
    'app://gradloom//etc/passwd',
    'app://gradloom/C:/windows',
    'app://gradloom/.git/config',
    'app://gradloom/assets/',
    '',
  ])('%s names nothing', (address) => {
    expect(resolveAppUrl(address)).toBeUndefined();
  });

  test("the engine's window sees no file of the editor but its worker and the data", () => {
    expect(resolveAppUrl('app://engine/assets/index.js')?.bundle).toBe('engine');
  });

  test('modules and styles get types that nosniff accepts, unknown endings are bytes', () => {
    expect(mediaType('assets/index.js')).toBe('text/javascript; charset=utf-8');
    expect(mediaType('a.css')).toBe('text/css; charset=utf-8');
    expect(mediaType('data/mnist/t10k-labels-idx1-ubyte')).toBe('application/octet-stream');
  });
});
