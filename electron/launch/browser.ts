import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** Is there a screen to show a window on? */
export function hasDisplay(platform: string, environment: Environment): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** The program that opens an address in the user's browser; none in CI or without a screen. */
export function browserCommand(
  address: string,
  platform: string,
  environment: Environment,
): readonly [string, ...string[]] | undefined {
  if (environment.CI || !hasDisplay(platform, environment)) return undefined;
  if (platform === 'darwin') return ['open', address];
  if (platform === 'win32') return ['cmd', '/c', 'start', '', address];
  return ['xdg-open', address];
}

export function openBrowser(address: string): void {
  const command = browserCommand(address, process.platform, process.env);
  if (!command) return;
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, { stdio: 'ignore', detached: true });
  // The address is printed anyway; a missing xdg-open is no reason to fail.
  child.on('error', () => undefined);
  child.unref();
}
