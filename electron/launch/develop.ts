import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { securityHeaders } from '../policy/headers.ts';
import { ROOT } from './places.ts';
import { answerIdentity } from './serve.ts';

/** Vite with hot reload at the address and under the headers of the built app, relaxed only as hot reload needs. */
export async function serveDevelopment(port: number): Promise<ViteDevServer> {
  const server = await createServer({
    configFile: join(ROOT, 'vite.config.ts'),
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      headers: { ...securityHeaders(`ws://127.0.0.1:${port}`) },
      // Named in full, because in Electron the page's own address is app://gradloom.
      ws: { protocol: 'ws', host: '127.0.0.1', clientPort: port },
    },
    plugins: [
      {
        name: 'gradloom-identity',
        configureServer(vite) {
          vite.middlewares.use((request, response, next) => {
            if (!answerIdentity(request, response)) next();
          });
        },
      },
    ],
  });
  await server.listen();
  return server;
}
