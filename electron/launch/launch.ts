import { parseArgs } from 'node:util';
import { openBrowser } from './browser.ts';
import { buildAll, buildShell } from './bundles.ts';
import { serveDevelopment } from './develop.ts';
import { runElectron } from './electron.ts';
import { RENDERER_OUT } from './places.ts';
import { addressOf, chosenPort, isGradloom, serveFolder } from './serve.ts';

const { values } = parseArgs({
  options: {
    dev: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
  },
});

/** Vite words the system's error anew and drops its code. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && (('code' in error && error.code === 'EADDRINUSE') || /already in use/.test(error.message))
  );
}

/** Serves with `start`. When the port is taken, says by whom and gives nothing; a Gradloom there is opened instead. */
async function serveOrJoin<T>(port: number, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start();
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (await isGradloom(port)) {
      console.log(`Gradloom is already running at ${addressOf(port)}`);
      openBrowser(addressOf(port));
    } else {
      console.error(`Port ${port} is taken by another program. Choose another one: GRADLOOM_PORT=4600 npm start`);
      process.exitCode = 1;
    }
    return undefined;
  }
}

/** Tells where the app is, and shows it. */
function present(port: number): void {
  console.log(`Gradloom is at ${addressOf(port)}${values.dev ? ' with hot reload' : ''}`);
  openBrowser(addressOf(port));
}

/** Shows the app in Electron, or says in one line why not. The exit code of what ran. */
async function desktop(environment: NodeJS.ProcessEnv): Promise<number | undefined> {
  const run = await runElectron(values['self-test'] ? ['--self-test'] : [], environment);
  if (run.ran) return run.code;
  console.log(`Electron cannot be used here: ${run.reason}. Serving the same app for the browser.`);
  return values['self-test'] ? 1 : undefined;
}

async function develop(port: number): Promise<number | undefined> {
  // Page and engine come from their sources, under the same address for Electron and browser.
  if (!values.browser) await buildShell();
  const server = await serveOrJoin(port, () => serveDevelopment(port));
  if (!server) return undefined;
  const code = values.browser ? undefined : await desktop({ ...process.env, GRADLOOM_DEV_URL: addressOf(port) });
  if (code === undefined) present(port);
  else await server.close();
  return code;
}

async function launch(): Promise<number | undefined> {
  const port = chosenPort(process.env);
  if (values.dev) return develop(port);
  await buildAll();
  const code = values.browser ? undefined : await desktop(process.env);
  if (code === undefined && (await serveOrJoin(port, () => serveFolder(RENDERER_OUT, port)))) present(port);
  return code;
}

try {
  const code = await launch();
  if (code !== undefined) process.exit(code);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
