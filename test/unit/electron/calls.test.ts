import { describe, expect, test } from 'vitest';
import { FileHandles } from '../../../electron/files/handles.ts';
import {
  MAXIMUM_FOLDER,
  MAXIMUM_TEXT,
  maySend,
  parseBytes,
  parseFolder,
  parseNonce,
  parseSave,
  parseText,
  parseToken,
  safeFileName,
} from '../../../electron/policy/calls.ts';

describe('who may call', () => {
  const origin = 'app://gradloom';

  test('the top frame of the editor', () => {
    expect(maySend({ url: 'app://gradloom/', isMainFrame: true }, origin)).toBe(true);
  });

  test.each([
    null,
    { url: 'app://gradloom/', isMainFrame: false },
    { url: 'app://engine/', isMainFrame: true },
    { url: 'app://gradloom.evil/', isMainFrame: true },
    { url: 'https://example.com/', isMainFrame: true },
  ])('not %o', (sender) => {
    expect(maySend(sender, origin)).toBe(false);
  });
});

describe('arguments', () => {
  test('a save is text, a name and a handle or null', () => {
    expect(parseSave({ text: '{}', name: 'net.gradloom.json', token: null })).toEqual({
      ok: true,
      value: { text: '{}', name: 'net.gradloom.json', token: null },
    });
    expect(parseSave({ text: '{}', name: 'n', token: 7, extra: 1 })).toEqual({
      ok: true,
      value: { text: '{}', name: 'n', token: 7 },
    });
  });

  test.each([
    undefined,
    null,
    'text',
    [],
    { text: 1, name: 'n', token: null },
    { text: '', name: 'n'.repeat(201), token: null },
    { text: '', name: 'n', token: '/etc/passwd' },
    { text: '', name: 'n', token: 1.5 },
    { text: '', name: 'n', token: -1 },
    { text: '', name: 'n' },
  ])('%o is refused with a reason', (value) => {
    const parsed = parseSave(value);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.reason).not.toBe('');
  });

  test('a file of bytes has a name with an ending, and is bounded', () => {
    const content = Uint8Array.of(1, 2);
    const value = { name: 'net.safetensors', content };
    expect(parseBytes({ ...value, extra: 1 })).toEqual({ ok: true, value });
    expect(parseBytes({ name: '../net.safetensors', content })).toEqual({
      ok: true,
      value: { name: '-net.safetensors', content },
    });
    const large = Object.create(Uint8Array.prototype, { length: { value: MAXIMUM_FOLDER + 1 } });
    for (const wrong of [
      undefined,
      value.name,
      { name: 'net', content },
      { name: 'net.txt', content: 'text' },
      { name: 7, content },
    ])
      expect(parseBytes(wrong).ok).toBe(false);
    expect(parseBytes({ ...value, content: large })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/at most/),
    });
  });

  test('a text over the bound is refused, one at the bound is not', () => {
    const most = 'x'.repeat(MAXIMUM_TEXT);
    expect(parseText(most).ok).toBe(true);
    expect(parseText(`${most}x`).ok).toBe(false);
  });

  test('a nonce is a UUID', () => {
    expect(parseNonce(crypto.randomUUID()).ok).toBe(true);
    expect(parseNonce('1').ok).toBe(false);
    expect(parseNonce({}).ok).toBe(false);
  });

  test('a suggested name cannot climb out of the folder that the dialog shows', () => {
    expect(safeFileName('../../.bashrc')).toBe('-..-.bashrc');
    expect(safeFileName('a/b\\c:d\n')).toBe('a-b-c-d-');
    expect(safeFileName('  .. ')).toBe('untitled.gradloom.json');
    expect(safeFileName('网络.gradloom.json')).toBe('网络.gradloom.json');
  });
});

describe('file handles', () => {
  test('a path has one handle, a made-up handle has no path', () => {
    const handles = new FileHandles();
    const token = handles.give('/home/ada/net.gradloom.json');
    expect(handles.give('/home/ada/net.gradloom.json')).toBe(token);
    expect(handles.path(token)).toBe('/home/ada/net.gradloom.json');
    expect(handles.path(token + 1)).toBeUndefined();
    expect(handles.give('/home/ada/other.gradloom.json')).not.toBe(token);
  });
});

describe('a folder to write', () => {
  const folder = (files: unknown) => parseFolder({ name: 'net', files });

  test('is a name, and text or bytes by paths inside of it', () => {
    const files = [
      { path: 'src/model.ts', content: 'export {};' },
      { path: '.gitignore', content: 'node_modules' },
      { path: 'data/labels-idx1-ubyte', content: Uint8Array.of(1) },
    ];
    expect(folder(files)).toEqual({ ok: true, value: { name: 'net', files } });
    expect(parseFolder({ name: '../net', files })).toMatchObject({ ok: true, value: { name: '-net' } });
    expect(parseFolder({ name: '', files })).toMatchObject({ ok: true, value: { name: 'untitled' } });
  });

  test.each(['/etc/passwd', '../up', 'a/../../up', 'a//b', '', '.', 'a/.', 'C:/x', 'a\\b', 'a\0b', 'ends.', 'a b'])(
    'a path that may lead elsewhere is refused: %j',
    (path) => {
      expect(folder([{ path, content: '' }])).toMatchObject({ ok: false });
    },
  );

  test('nothing else passes: no files, too many, one twice, other contents, too much', () => {
    const file = { path: 'a', content: '' };
    for (const files of [[], undefined, {}, [file, file], [{ path: 'a', content: 1 }], [{ path: 'a' }], ['a']])
      expect(folder(files)).toMatchObject({ ok: false });
    expect(folder(Array.from({ length: 1001 }, (_, i) => ({ path: `f${i}`, content: '' })))).toMatchObject({
      ok: false,
    });
    const half = new Uint8Array(MAXIMUM_FOLDER / 2 + 1);
    expect(
      folder([
        { path: 'a', content: half },
        { path: 'b', content: half },
      ]),
    ).toMatchObject({ ok: false });
  });
});

test.each([0, -1, 1.5, '7', null, undefined, Number.NaN])('%j is no handle', (token) => {
  expect(parseToken(token)).toMatchObject({ ok: false });
});
