import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFolder } from '../../../electron/files/folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'gradloom-folder-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const files = [
  { path: 'train.py', content: 'print(1)\n' },
  { path: 'data/labels', content: Uint8Array.of(0, 255) },
];

test('a folder is written as it was asked for, and nothing stays beside it', async () => {
  const path = await writeFolder(place, { name: 'net', files });
  expect(path).toBe(join(place, 'net'));
  expect(readdirSync(place)).toEqual(['net']);
  expect(readFileSync(join(path, 'train.py'), 'utf8')).toBe('print(1)\n');
  expect([...readFileSync(join(path, 'data', 'labels'))]).toEqual([0, 255]);
});

test('what is there already is not written over, however its letters are written', async () => {
  await writeFolder(place, { name: 'net', files });
  expect(await writeFolder(place, { name: 'Net', files })).toBe(join(place, 'Net-2'));
  expect(readdirSync(place).toSorted()).toEqual(['Net-2', 'net']);
});

test('what cannot be finished leaves nothing behind', async () => {
  writeFileSync(join(place, 'other'), '');
  const clash = [...files, { path: 'train.py/inside', content: '' }];
  await expect(writeFolder(place, { name: 'net', files: clash })).rejects.toThrow();
  expect(readdirSync(place)).toEqual(['other']);
});
