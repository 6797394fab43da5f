import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from '../../electron/launch/places.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The system's Chromium, by name along PATH or where its installer puts it. */
function systemChromium(environment: Environment, exists = existsSync): string | undefined {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  return candidates.find((file) => exists(file));
}

function find(): { path: string; from: string } | undefined {
  const named = process.env.CHROME_PATH;
  if (named && existsSync(named)) return { path: named, from: 'CHROME_PATH' };
  if (named) console.log(`CHROME_PATH names ${named}, which does not exist; looking elsewhere.`);
  const system = systemChromium(process.env);
  if (system) return { path: system, from: 'the system' };
  const bundled = chromium.executablePath();
  return existsSync(bundled) ? { path: bundled, from: 'Playwright' } : undefined;
}

/** Installs something, and says so; false where that failed. */
export function attempt(command: string, parameters: readonly string[]): boolean {
  console.log(`Installing: ${command} ${parameters.join(' ')}`);
  return spawnSync(command, parameters, { cwd: ROOT, stdio: 'inherit', timeout: 240_000 }).status === 0;
}

export const isDebianRoot = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

function install(): void {
  if (isDebianRoot() && attempt('apt-get', ['update']) && attempt('apt-get', ['install', '-y', 'chromium'])) return;
  attempt(process.execPath, [join(ROOT, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium']);
}

/** A Chromium to test in: found, or installed. Says which. */
export function provideChromium(): string | undefined {
  let found = find();
  if (!found) {
    install();
    found = find();
  }
  console.log(found ? `Chromium: ${found.path} (from ${found.from})` : 'No Chromium could be found or installed.');
  return found?.path;
}
