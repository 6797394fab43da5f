import { openBrowser } from './browser.ts';
import { addressOf, isGradloom } from './serve.ts';

/** What a start does when its port is taken. */
export interface Surroundings {
  isGradloom(port: number): Promise<boolean>;
  open(address: string): void;
  say(line: string): void;
  complain(line: string): void;
}

const here: Surroundings = {
  isGradloom,
  open: openBrowser,
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
};

/** Vite words the system's error anew and drops its code. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && (('code' in error && error.code === 'EADDRINUSE') || /already in use/.test(error.message))
  );
}

/**
 * Serves with `start`. When the port is taken, says by whom, and gives the exit code: 0 where a Gradloom runs there, which is
 * opened instead. Other errors are thrown on.
 */
export async function serveOrJoin<T>(
  port: number,
  start: () => Promise<T>,
  around: Surroundings = here,
): Promise<{ readonly server: T } | { readonly code: number }> {
  try {
    return { server: await start() };
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (await around.isGradloom(port)) {
      around.say(`Gradloom is already running at ${addressOf(port)}`);
      around.open(addressOf(port));
      return { code: 0 };
    }
    around.complain(`Port ${port} is taken by another program. Choose another one: GRADLOOM_PORT=4600 npm start`);
    return { code: 1 };
  }
}
