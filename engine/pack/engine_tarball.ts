import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT_TARBALL, ENGINE, ROOT } from './places.ts';

/** The packed engine: as the build left it, or packed now where that is missing or older than what it is made of. */
export async function engineTarball(): Promise<Uint8Array> {
  if ((await changed(BUILT_TARBALL)) < (await newestSource())) {
    // The bundler is loaded only where there is something to bundle.
    const { buildEnginePackage } = await import('./engine_package.ts');
    await buildEnginePackage();
  }
  return readFile(BUILT_TARBALL);
}

const changed = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );

async function newestSource(): Promise<number> {
  const names = await readdir(ENGINE, { recursive: true });
  const sources = names.filter((name) => /\.(ts|json|md)$/.test(name) && !name.includes('node_modules'));
  const files = [join(ROOT, 'LICENSE'), ...sources.map((name) => join(ENGINE, name))];
  return Math.max(...(await Promise.all(files.map(changed))));
}
