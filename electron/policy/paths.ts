/** The app's own scheme. `app://gradloom` is the editor; `app://engine` is a host of its own, hence a process of its own. */
export const SCHEME = 'app';
export const EDITOR_ORIGIN = 'app://gradloom';
export const ENGINE_ORIGIN = 'app://engine';

/** Where the files of a request lie: below the page's bundle or below the engine window's. */
export interface Resolved {
  readonly bundle: 'renderer' | 'engine';
  /** Relative, with forward slashes, inside the bundle. */
  readonly file: string;
}

/** What the engine's window may load besides its own page. */
const ENGINE_FILES = /^(engine\.worker\.js|data\/mnist\/[a-z0-9-]+)$/;

/**
 * Names the file for an address of the app's own scheme, or undefined for anything else: other hosts, paths that
 * climb or are encoded to look harmless, hidden files, drive letters, source maps of nothing we ship.
 */
export function resolveAppUrl(address: string): Resolved | undefined {
  // Read before the parser tidies the path: what needs tidying did not come from us.
  const match = /^app:\/\/(gradloom|engine)(\/[^?#]*)?(?:[?#].*)?$/.exec(address);
  if (!match) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(match[2] ?? '/');
  } catch {
    return undefined;
  }
  const file = path === '/' ? 'index.html' : path.slice(1);
  if (!/^[A-Za-z0-9_@ .()+/-]+$/.test(file)) return undefined;
  if (file.split('/').some((part) => part === '' || part.startsWith('.'))) return undefined;
  if (match[1] === 'gradloom') return { bundle: 'renderer', file };
  return { bundle: ENGINE_FILES.test(file) ? 'renderer' : 'engine', file };
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
};

/** The media type by the file's ending; bytes without a meaning for all else. */
export function mediaType(file: string): string {
  const ending = /\.([a-z0-9]+)$/.exec(file)?.[1];
  return (ending && TYPES[ending]) ?? 'application/octet-stream';
}
