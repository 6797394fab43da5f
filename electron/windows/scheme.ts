import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { net, protocol } from 'electron';
import { securityHeaders } from '../policy/headers.ts';
import { mediaType, resolveAppUrl, SCHEME } from '../policy/paths.ts';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

const FOLDERS = {
  renderer: join(import.meta.dirname, '..', 'renderer'),
  engine: join(import.meta.dirname, 'engine'),
} as const;

/** Serves the bundle, and only the bundle. While developing, the editor's files come from Vite instead. */
export function serveScheme(developmentUrl: string | undefined): void {
  const headers = securityHeaders(developmentUrl?.replace('http', 'ws'));
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    if (developmentUrl && (url.host === 'gradloom' || !['/', '/engine-page.js'].includes(url.pathname))) {
      return net.fetch(developmentUrl + url.pathname + url.search);
    }
    const resolved = request.method === 'GET' ? resolveAppUrl(request.url) : undefined;
    if (!resolved) return new Response('Not found', { status: 404, headers });
    try {
      const bytes = await readFile(join(FOLDERS[resolved.bundle], resolved.file));
      return new Response(new Uint8Array(bytes), {
        headers: { ...headers, 'Content-Type': mediaType(resolved.file) },
      });
    } catch {
      return new Response('Not found', { status: 404, headers });
    }
  });
}
