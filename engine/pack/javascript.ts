import { dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { ENGINE } from './places.ts';

/** The public API, and what its threads run. */
const ENTRIES = ['index', 'threads/gpu_thread', 'threads/pool_thread'];
/** What the API hands out as a whole: `export * as nn`. */
const NAMESPACES = ['autograd/index', 'data/index', 'nn/functional', 'nn/index', 'optim/classes', 'random/module'];

/** Leaves them modules, which would become objects of their members: of a module a bundler sees which members are used. */
const asModules: Plugin = {
  name: 'namespaces-as-modules',
  resolveId: (source, importer) =>
    importer !== undefined && NAMESPACES.some((name) => join(dirname(importer), source) === join(ENGINE, `${name}.ts`))
      ? { id: source.replace(/\.ts$/, '.js'), external: true }
      : null,
};

/**
 * The modules of the packed engine, by their paths in it: one for each source that the public API needs, so that whoever bundles it
 * takes along only those that are used, and a debugger leads into something to be read.
 */
export async function javascript(): Promise<ReadonlyMap<string, string>> {
  const bundle = await rolldown({
    cwd: ENGINE,
    input: Object.fromEntries([...ENTRIES, ...NAMESPACES].map((entry) => [entry, join(ENGINE, `${entry}.ts`)])),
    // Node's own modules are asked for on demand, only where there is Node.
    external: [/^node:/, 'webgpu'],
    plugins: [asModules],
    platform: 'neutral',
    transform: { target: 'es2022' },
    treeshake: { moduleSideEffects: false },
  });
  const { output } = await bundle.generate({ format: 'es', preserveModules: true, preserveModulesRoot: ENGINE });
  await bundle.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
}
