import { readFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveDevelopment } from '../../electron/launch/develop.ts';
import { RENDERER_OUT } from '../../electron/launch/places.ts';
import { addressOf, isGradloom, listen, serveFolder } from '../../electron/launch/serve.ts';
import { BUILT_TARBALL, ENGINE_TARBALL } from '../../engine/pack/places.ts';

const PORT = 4591;
const OTHER_PORT = 4592;

/** `fetch` would tidy paths and refuse to forge a Host; this sends what it is told. */
function raw(
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port: PORT,
        host: '127.0.0.1',
        path,
        method: options.method ?? 'GET',
        headers: options.host ? { host: options.host } : {},
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('the local server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await serveFolder(RENDERER_OUT, PORT);
  });
  afterAll(() => {
    server.close();
  });

  test('serves the page isolated and under the content security policy', async () => {
    const response = await fetch(addressOf(PORT));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<div id="root">');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
  });

  test('serves the engine as a script, and as a package, and MNIST as bytes', async () => {
    const worker = await fetch(`${addressOf(PORT)}/engine.worker.js`);
    expect(worker.headers.get('content-type')).toContain('javascript');
    expect(worker.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    const packed = await fetch(`${addressOf(PORT)}/engine/${ENGINE_TARBALL}`);
    expect(packed.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await packed.arrayBuffer())).toEqual(await readFile(BUILT_TARBALL));
    const labels = await fetch(`${addressOf(PORT)}/data/mnist/t10k-labels-idx1-ubyte`);
    expect(labels.headers.get('content-type')).toBe('application/octet-stream');
    const bytes = new DataView(await labels.arrayBuffer());
    expect(bytes.getUint32(0)).toBe(0x801);
    expect(bytes.getUint32(4)).toBe(10_000);
  });

  test.each(['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/nothing.js'])(
    '%s is not found',
    async (path) => {
      const { status, body } = await raw(path);
      expect(status).toBe(404);
      expect(body).not.toContain('gradloom');
    },
  );

  test('answers only reading, and only under names of this machine', async () => {
    expect((await raw('/', { method: 'POST' })).status).toBe(405);
    expect((await raw('/', { host: `evil.example:${PORT}` })).status).toBe(421);
  });

  test('says who it is, so that a second start opens this one', async () => {
    expect(await isGradloom(PORT)).toBe(true);
    await expect(serveFolder(RENDERER_OUT, PORT)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('another program at the port is not taken for Gradloom', async () => {
    const stranger = createServer((_request, response) => response.end('hello'));
    await listen(stranger, OTHER_PORT);
    expect(await isGradloom(OTHER_PORT)).toBe(false);
    stranger.close();
    expect(await isGradloom(OTHER_PORT + 1)).toBe(false);
  });
});

describe('the development server', () => {
  test('gives the same isolation, the engine from its source, and its name', async () => {
    const port = 4593;
    const vite = await serveDevelopment(port);
    try {
      const page = await fetch(addressOf(port), { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('/@vite/client');
      const worker = await fetch(`${addressOf(port)}/engine.worker.js`);
      expect(await worker.text()).toContain('engine/worker.ts');
      const packed = await fetch(`${addressOf(port)}/engine/${ENGINE_TARBALL}`);
      expect(Buffer.from(await packed.arrayBuffer())).toEqual(await readFile(BUILT_TARBALL));
      for (const response of [page, worker]) {
        expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
        expect(response.headers.get('content-security-policy')).toContain(`connect-src 'self' ws://127.0.0.1:${port}`);
      }
      expect(await isGradloom(port)).toBe(true);
    } finally {
      await vite.close();
    }
  });
});
