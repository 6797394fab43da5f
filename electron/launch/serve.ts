import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import sirv from 'sirv';
import { securityHeaders } from '../policy/headers.ts';
import { version } from './places.ts';

const DEFAULT_PORT = 4517;
/** Where a running Gradloom says who it is. */
const IDENTITY_PATH = '/.well-known/gradloom';

export const addressOf = (port: number): string => `http://127.0.0.1:${port}`;

/** The port to serve at: `GRADLOOM_PORT`, else a fixed one, because the browser's storage belongs to the address. */
export function chosenPort(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment.GRADLOOM_PORT;
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new RangeError(`GRADLOOM_PORT is "${text}"; expected a whole number from 1 to 65535.`);
  }
  return port;
}

/** Only names of this machine, so that a page elsewhere cannot point its own name here (DNS rebinding). */
export function isLocalHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Answers the question that another start asks of a taken port; true when it did. */
export function answerIdentity(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== IDENTITY_PATH) return false;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ app: 'gradloom', version: version() }));
  return true;
}

/** Is the program at this port a Gradloom? */
export async function isGradloom(port: number): Promise<boolean> {
  try {
    const response = await fetch(addressOf(port) + IDENTITY_PATH, { signal: AbortSignal.timeout(2000) });
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'app' in answer && answer.app === 'gradloom';
  } catch {
    return false;
  }
}

/** Rejects with the system's error, whose code is `EADDRINUSE` when the port is taken. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Serves a built page from `folder` at 127.0.0.1. Files are read afresh, so a new build shows after a reload. */
export async function serveFolder(folder: string, port: number): Promise<Server> {
  const files = sirv(folder, {
    dev: true,
    etag: true,
    // IDX files have no extension, .tgz is not known, and nosniff wants every response named.
    setHeaders: (response, path) => {
      if (/\/[^./]+$|\.tgz$/.test(path)) response.setHeader('Content-Type', 'application/octet-stream');
    },
  });
  const headers = Object.entries(securityHeaders());
  const server = createServer((request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (!isLocalHost(request.headers.host, port)) {
      response.writeHead(421).end();
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    if (answerIdentity(request, response)) return;
    files(request, response, () => {
      response.writeHead(404).end('Not found');
    });
  });
  await listen(server, port);
  return server;
}
