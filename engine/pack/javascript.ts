import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { ENGINE } from './places.ts';

/** The public API, and what its threads run. */
const ENTRIES = ['index', 'threads/gpu_thread', 'threads/pool_thread'];

/**
 * The modules of the packed engine, by their paths in it: one for each source that the public API needs, so that whoever bundles it
 * takes along only those that are used, and a debugger leads into something to be read.
 */
export async function javascript(): Promise<ReadonlyMap<string, string>> {
  const bundle = await rolldown({
    cwd: ENGINE,
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(ENGINE, `${entry}.ts`)])),
    // Node's own modules are asked for on demand, only where there is Node.
    external: [/^node:/, 'webgpu'],
    platform: 'neutral',
    transform: { target: 'es2022' },
    treeshake: { moduleSideEffects: false },
  });
  const { output } = await bundle.generate({ format: 'es', preserveModules: true, preserveModulesRoot: ENGINE });
  await bundle.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
}
