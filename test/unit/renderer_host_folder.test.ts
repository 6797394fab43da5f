import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { zipped } from '../../renderer/host/folder.ts';

it('packs a folder into an archive that unpacks into one folder, its bytes unchanged', async () => {
  const large = new Uint8Array(1 << 20).map((_, i) => i % 251);
  const archive = await zipped(
    'net',
    new Map<string, string | Uint8Array<ArrayBuffer>>([
      ['src/model.ts', 'const 层 = 1;\n'],
      ['data/images', large],
    ]),
  );
  const found = unzipSync(archive);
  expect(Object.keys(found)).toEqual(['net/src/model.ts', 'net/data/images']);
  expect(strFromU8(found['net/src/model.ts'] ?? new Uint8Array())).toBe('const 层 = 1;\n');
  expect(found['net/data/images']).toEqual(large);
});
