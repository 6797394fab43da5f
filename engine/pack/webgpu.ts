import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npmTarball } from './tarball.ts';

/** Beside the driver itself: what loads it, and on what terms it is passed on. */
const KEPT = ['index.js', 'LICENSE.md', 'README.md'];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

/** What an npm package's folder says of it; undefined where there is no such package. */
async function manifestIn(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // npm installs no package without a name and a version.
  const manifest: Manifest = JSON.parse(text);
  return manifest;
}

export interface PackedPackage {
  /** `webgpu-0.6.2-linux-x64.tgz`: it is of use on no other system. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The npm package `webgpu`, WebGPU for Node, as it is installed in `folder`, for this system only: 20 MB instead of 140, and with nothing
 * left to install. Undefined where it is not installed, or not for this system.
 */
export async function packWebgpu(folder: string): Promise<PackedPackage | undefined> {
  const manifest = await manifestIn(folder);
  if (manifest === undefined) return undefined;
  const { platform, arch } = process;
  // As its index.js looks for it.
  const driver = `dist/${platform}-${platform === 'darwin' ? 'universal' : arch}`;
  const drivers = await readdir(join(folder, driver)).catch(() => []);
  if (drivers.length === 0) return undefined;
  const paths = [...KEPT, ...drivers.map((name) => `${driver}/${name}`)];
  const files = await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path))] as const));
  const { name, version, description, license, main, type, repository } = manifest;
  const packed = { name, version, description, license, main, type, repository, os: [platform], cpu: [arch] };
  const bytes = await npmTarball(
    new Map<string, string | Uint8Array>([...files, ['package.json', JSON.stringify(packed, null, 2)]]),
  );
  return { name: `${name}-${version}-${platform}-${arch}.tgz`, bytes };
}
