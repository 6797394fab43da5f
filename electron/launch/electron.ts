import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasDisplay } from './browser.ts';
import { ROOT } from './places.ts';

const PACKAGE = join(ROOT, 'node_modules', 'electron');
/** Without a byte more for this long, the download is given up. */
const STALL_MS = 20_000;
/** A window that closes sooner with an error never opened: a missing library, a refused sandbox. */
const EARLY_MS = 8_000;

/** The executable, if it is there. */
export function electronBinary(): string | undefined {
  try {
    const file = join(PACKAGE, 'dist', readFileSync(join(PACKAGE, 'path.txt'), 'utf8'));
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes below a folder, as far as they can be read. */
function bytesBelow(folder: string): number {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const size = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size;
      total += size ?? 0;
    }
  } catch {
    // Not there yet, or moved while it was read: counts as no progress.
  }
  return total;
}

/** `@electron/get` downloads into `electron-download-*` of the temporary folder, then unpacks into `dist`. */
function downloadedBytes(): number {
  let total = bytesBelow(join(PACKAGE, 'dist'));
  for (const name of readdirSync(tmpdir())) if (name.startsWith('electron-')) total += bytesBelow(join(tmpdir(), name));
  return total;
}

/** Fetches the executable. Resolves with the reason when that did not work. */
function fetchElectron(): Promise<string | undefined> {
  return new Promise((resolve) => {
    console.log('Fetching Electron (about 120 MB, once) …');
    const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], { stdio: 'ignore' });
    let bytes = downloadedBytes();
    let since = Date.now();
    const watch = setInterval(() => {
      const now = downloadedBytes();
      if (now !== bytes) {
        bytes = now;
        since = Date.now();
      } else if (Date.now() - since > STALL_MS) {
        child.kill('SIGKILL');
        finish('its download made no progress for 20 s');
      }
    }, 1000);
    const finish = (reason: string | undefined) => {
      clearInterval(watch);
      resolve(reason);
    };
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code) => finish(code === 0 ? undefined : 'it could not be downloaded'));
  });
}

export type ElectronRun = { ran: true; code: number } | { ran: false; reason: string };

/** Shows the app in Electron and waits for its end, or says why that is impossible here. */
export async function runElectron(parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<ElectronRun> {
  if (!hasDisplay(process.platform, environment)) return { ran: false, reason: 'there is no display' };
  if (!electronBinary()) {
    const reason = await fetchElectron();
    if (reason !== undefined) return { ran: false, reason };
  }
  const binary = electronBinary();
  if (!binary) return { ran: false, reason: 'its executable is missing after the download' };
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(binary, [ROOT, ...parameters], { stdio: 'inherit', env: environment });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.on('error', (error) => resolve({ ran: false, reason: error.message }));
    child.on('exit', (code) => {
      const early = code !== 0 && Date.now() - started < EARLY_MS && !parameters.includes('--self-test');
      resolve(
        early
          ? { ran: false, reason: `it stopped at once (exit ${code ?? 'by signal'})` }
          : { ran: true, code: code ?? 1 },
      );
    });
  });
}
