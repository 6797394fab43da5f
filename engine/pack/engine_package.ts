import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { declarations } from './declarations.ts';
import { javascript } from './javascript.ts';
import { packedManifest } from './manifest.ts';
import { BUILT_TARBALL, ENGINE, ROOT } from './places.ts';
import { npmTarball, type PackageFiles } from './tarball.ts';

/** The engine as it would be published: the same bytes whenever the same sources are packed. */
export async function enginePackage(): Promise<Uint8Array> {
  const [modules, types, readme, license] = await Promise.all([
    javascript(),
    declarations(),
    readFile(join(ENGINE, 'README.md')),
    readFile(join(ROOT, 'LICENSE')),
  ]);
  const files: PackageFiles = new Map<string, string | Uint8Array>([
    ...modules,
    ['index.d.ts', types],
    ['package.json', packedManifest()],
    ['README.md', readme],
    ['LICENSE', license],
  ]);
  return npmTarball(files);
}

/** Packs the engine into `dist/`, beside the page. */
export async function buildEnginePackage(): Promise<void> {
  const packed = await enginePackage();
  await mkdir(dirname(BUILT_TARBALL), { recursive: true });
  // Whole or not at all, also where two do it at once.
  const partial = `${BUILT_TARBALL}.${process.pid}`;
  await writeFile(partial, packed);
  await rename(partial, BUILT_TARBALL);
}
