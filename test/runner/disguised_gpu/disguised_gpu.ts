import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { swiftShader } from '../swiftshader.ts';

const SOURCE = fileURLToPath(new URL('driver.c', import.meta.url));

/**
 * The environment in which a program finds two GPUs: the one that the CPU computes, as it is, and that one again under the name of a
 * real one. `folder` takes what is compiled for it. Undefined, and said, where there is no SwiftShader or no compiler for C.
 */
export function disguisedGpu(folder: string): NodeJS.ProcessEnv | undefined {
  const inside = swiftShader(process.env.CHROME_PATH);
  if (process.platform !== 'linux' || inside === undefined) return missing('a Chromium for Linux with SwiftShader');
  const library = join(folder, 'libdisguised.so');
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', SOURCE, '-o', library, '-ldl']);
  if (compiled.error !== undefined) return missing('a compiler for C, called cc');
  if (compiled.status !== 0) throw new Error(compiled.stderr.toString());
  const { ICD } = JSON.parse(readFileSync(inside, 'utf8'));
  const description = join(folder, 'disguised.json');
  writeFileSync(description, JSON.stringify({ file_format_version: '1.0.0', ICD: { ...ICD, library_path: library } }));
  return {
    DISGUISED_DRIVER: resolve(dirname(inside), ICD.library_path),
    VK_DRIVER_FILES: `${inside}:${description}`,
  };
}

function missing(what: string): undefined {
  console.warn(`SKIPPED: what a run does where there is a real GPU. It takes ${what}.`);
}
