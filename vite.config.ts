import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, normalizePath, type Plugin } from 'vite';
import { MNIST, RENDERER_OUT, ROOT, WORKER_NAME } from './electron/launch/places.ts';
import { engineTarball } from './engine/pack/engine_tarball.ts';
import { ENGINE_TARBALL } from './engine/pack/places.ts';

/** While developing, the addresses that the build writes as files: the engine's worker, the engine as a package, and MNIST. */
function engineFiles(): Plugin {
  return {
    name: 'gradloom-engine-files',
    configureServer(server) {
      // Vite puts its headers only on what it serves itself.
      server.middlewares.use((_request, response, next) => {
        for (const [name, value] of Object.entries(server.config.server.headers ?? {})) {
          if (value !== undefined) response.setHeader(name, value);
        }
        next();
      });
      server.middlewares.use(`/${WORKER_NAME}`, (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript');
        // Vite's addresses of files have slashes, also where paths have backslashes.
        const file = normalizePath(join(ROOT, 'engine', 'worker.ts')).replace(/^\//, '');
        response.end(`import ${JSON.stringify(`/@fs/${file}`)};`);
      });
      server.middlewares.use(`/engine/${ENGINE_TARBALL}`, (_request, response, next) => {
        engineTarball().then((packed) => {
          response.setHeader('Content-Type', 'application/gzip');
          response.end(packed);
        }, next);
      });
      server.middlewares.use('/data/mnist', async (request, response, next) => {
        const file = join(MNIST, basename(request.url ?? ''));
        const size = await stat(file).then(
          (entry) => (entry.isFile() ? entry.size : undefined),
          () => undefined,
        );
        if (size === undefined) return next();
        response.setHeader('Content-Type', 'application/octet-stream');
        response.setHeader('Content-Length', size);
        createReadStream(file).pipe(response);
      });
    },
  };
}

export default defineConfig({
  root: join(ROOT, 'renderer'),
  plugins: [react(), engineFiles()],
  server: { fs: { allow: [ROOT] } },
  build: {
    outDir: RENDERER_OUT,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2024',
    sourcemap: true,
    chunkSizeWarningLimit: 2000,
  },
});
