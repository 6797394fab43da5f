import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { ENGINE } from './places.ts';

const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc');

/** The types of the public API and of what it mentions, all in one file. @throws Error with what the compiler says */
export async function declarations(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gradloom-types-'));
  try {
    await compile(folder);
    return await joined(join(folder, 'index.d.ts'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compile(folder: string): Promise<void> {
  const project = join(ENGINE, 'pack', 'tsconfig.json');
  await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', folder]).catch((error) => {
    throw new Error(`the engine's types cannot be made: ${error.stdout}`);
  });
}

async function joined(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: entry,
    plugins: [dts({ dtsInput: true, tsconfig: false })],
    external: (name) => !/^[./]/.test(name) && !/^\w:/.test(name),
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  return output[0].code;
}
