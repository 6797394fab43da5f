import { copyFile, cp, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { buildEnginePackage } from '../../engine/pack/engine_package.ts';
import { ELECTRON_OUT, MNIST, RENDERER_OUT, ROOT, WORKER_NAME } from './places.ts';

const shared: InlineConfig = { root: ROOT, configFile: false, logLevel: 'warn', publicDir: false };

/** The engine: one self-contained ES module for the browser's worker, Electron's hidden window and Node. */
const workerBundle: InlineConfig = {
  ...shared,
  build: {
    outDir: RENDERER_OUT,
    emptyOutDir: false,
    target: 'es2024',
    sourcemap: true,
    modulePreload: false,
    // The sandbox's WebAssembly is in it, as text.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: join(ROOT, 'engine', 'worker.ts'),
      // Node's own modules are imported on demand, only where the worker finds itself in Node.
      external: [/^node:/],
      preserveEntrySignatures: false,
      output: { format: 'es', entryFileNames: WORKER_NAME, codeSplitting: false },
    },
  },
};

function electronBundle(entry: string, name: string, format: 'es' | 'cjs'): InlineConfig {
  return {
    ...shared,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: ELECTRON_OUT,
      emptyOutDir: false,
      target: 'node24',
      rolldownOptions: {
        input: join(ROOT, 'electron', entry),
        external: ['electron', /^node:/],
        output: { format, entryFileNames: name, codeSplitting: false },
      },
    },
  };
}

const mainBundle = electronBundle('main.ts', 'main.js', 'es');
/** The page of the hidden window that holds the engine. */
const enginePageBundle: InlineConfig = {
  ...shared,
  root: join(ROOT, 'electron', 'windows'),
  build: {
    outDir: join(ELECTRON_OUT, 'engine'),
    emptyOutDir: false,
    target: 'es2024',
    modulePreload: false,
    rolldownOptions: {
      input: join(ROOT, 'electron', 'windows', 'engine-page.ts'),
      output: { format: 'es', entryFileNames: 'engine-page.js' },
    },
  },
};
/** A sandboxed preload must be one CommonJS file. */
const preloadBundle = electronBundle('preload.ts', 'preload.cjs', 'cjs');

/** Puts MNIST beside the page. A hard link costs nothing; a copy is for file systems without links. */
async function placeMnist(): Promise<void> {
  const target = join(RENDERER_OUT, 'data', 'mnist');
  await mkdir(target, { recursive: true });
  for (const name of await readdir(MNIST)) {
    await link(join(MNIST, name), join(target, name)).catch(() => copyFile(join(MNIST, name), join(target, name)));
  }
}

/** Builds what Electron itself runs: main, preload and the page of the engine's window. */
export async function buildShell(): Promise<void> {
  await build(mainBundle);
  await build(preloadBundle);
  await build(enginePageBundle);
  await copyFile(join(ROOT, 'electron', 'windows', 'engine.html'), join(ELECTRON_OUT, 'engine', 'index.html'));
}

/** Builds everything into `dist/`: the page, the engine's worker, the engine as a package, and Electron's part. */
export async function buildAll(): Promise<void> {
  await build({ root: join(ROOT, 'renderer'), configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  await build(workerBundle);
  await buildShell();
  await buildEnginePackage();
  await placeMnist();
  // Electron's self-test trains one of them.
  await cp(join(ROOT, 'examples'), join(RENDERER_OUT, 'examples'), { recursive: true, force: true });
}
