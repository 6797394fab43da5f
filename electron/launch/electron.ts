import { type SpawnOptions, spawn } from 'node:child_process';
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

interface Child {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number | null) => void): unknown;
  kill(signal: NodeJS.Signals): unknown;
}

/** What a start touches outside of itself. */
export interface Surroundings {
  readonly platform: string;
  spawn(command: string, parameters: readonly string[], options: SpawnOptions): Child;
  /** The executable, if it is there. */
  binary(): string | undefined;
  /** Bytes of the download so far. */
  downloaded(): number;
  say(line: string): void;
  now(): number;
  /** Calls back every so many milliseconds until the returned function is called. */
  every(milliseconds: number, work: () => void): () => void;
}

const here: Surroundings = {
  platform: process.platform,
  spawn,
  binary: electronBinary,
  downloaded: downloadedBytes,
  say: (line) => console.log(line),
  now: Date.now,
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds);
    return () => clearInterval(timer);
  },
};

/** Fetches the executable. Resolves with the reason when that did not work. */
function fetchElectron({ spawn, downloaded, say, now, every }: Surroundings): Promise<string | undefined> {
  return new Promise((resolve) => {
    say('Fetching Electron (about 120 MB, once) …');
    const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], { stdio: 'ignore' });
    let bytes = downloaded();
    let since = now();
    const stop = every(1000, () => {
      const current = downloaded();
      if (current !== bytes) {
        bytes = current;
        since = now();
      } else if (now() - since > STALL_MS) {
        child.kill('SIGKILL');
        finish('its download made no progress for 20 s');
      }
    });
    const finish = (reason: string | undefined) => {
      stop();
      resolve(reason);
    };
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code) => finish(code === 0 ? undefined : 'it could not be downloaded'));
  });
}

type ElectronRun = { ran: true; code: number } | { ran: false; reason: string };

/** Shows the app in Electron and waits for its end, or says why that is impossible here. */
async function runElectron(
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
  around: Surroundings,
): Promise<ElectronRun> {
  if (!hasDisplay(around.platform, environment)) return { ran: false, reason: 'there is no display' };
  if (!around.binary()) {
    const reason = await fetchElectron(around);
    if (reason !== undefined) return { ran: false, reason };
  }
  const binary = around.binary();
  if (!binary) return { ran: false, reason: 'its executable is missing after the download' };
  return new Promise((resolve) => {
    const started = around.now();
    const child = around.spawn(binary, [ROOT, ...parameters], { stdio: 'inherit', env: environment });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.on('error', (error) => resolve({ ran: false, reason: error.message }));
    child.on('exit', (code) => {
      const early = code !== 0 && around.now() - started < EARLY_MS && !parameters.includes('--self-test');
      resolve(
        early
          ? { ran: false, reason: `it stopped at once (exit ${code ?? 'by signal'})` }
          : { ran: true, code: code ?? 1 },
      );
    });
  });
}

/**
 * Shows the app in Electron, or says in one line why not. The exit code of what ran; undefined: show it in the browser.
 */
export async function desktop(
  environment: NodeJS.ProcessEnv,
  selfTest: boolean,
  around: Surroundings = here,
): Promise<number | undefined> {
  const run = await runElectron(selfTest ? ['--self-test'] : [], environment, around);
  if (run.ran) return run.code;
  around.say(`Electron cannot be used here: ${run.reason}. Serving the same app for the browser.`);
  return selfTest ? 1 : undefined;
}
