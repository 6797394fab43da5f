import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../../electron/launch/places.ts';

const OUT = join(ROOT, 'dist', 'bench');

/** Builds scripts by their names, and an empty page beside them. Returns the folder. */
export async function bundle(scripts: Readonly<Record<string, string>>): Promise<string> {
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    // Of the peers' own dependencies there is much to say, and nothing to do.
    logLevel: 'error',
    build: {
      outDir: OUT,
      emptyOutDir: true,
      target: 'es2024',
      modulePreload: false,
      rolldownOptions: {
        input: { ...scripts },
        preserveEntrySignatures: false,
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  });
  await mkdir(OUT, { recursive: true });
  await writeFile(join(OUT, 'index.html'), '<!doctype html><title>Gradloom: bench</title>');
  return OUT;
}
