import { parseArgs } from 'node:util';
import { openBrowser } from './browser.ts';
import { buildAll } from './bundles.ts';
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

/** Serves with `start`, or opens the Gradloom that already does at this port. */
async function serveOrJoin(port: number, start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
    console.log(`Gradloom is at ${addressOf(port)}`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    if (!(await isGradloom(port))) {
      console.error(`Port ${port} is taken by another program. Choose another one: GRADLOOM_PORT=4600 npm start`);
      process.exitCode = 1;
      return;
    }
    console.log(`Gradloom is already running at ${addressOf(port)}`);
  }
  openBrowser(addressOf(port));
}

async function launch(): Promise<number | undefined> {
  const port = chosenPort(process.env);
  // Before anything is built: whoever types `npm start` twice wants the window, not a second build.
  if (values.dev || !(values.browser && (await isGradloom(port)))) await buildAll();
  if (values.browser) {
    await serveOrJoin(port, () => (values.dev ? serveDevelopment(port) : serveFolder(RENDERER_OUT, port)));
    return undefined;
  }
  const development = values.dev ? await serveDevelopment(port) : undefined;
  const environment = development ? { ...process.env, GRADLOOM_DEV_URL: addressOf(port) } : process.env;
  const run = await runElectron(values['self-test'] ? ['--self-test'] : [], environment);
  if (run.ran) {
    await development?.close();
    return run.code;
  }
  console.log(`Electron cannot be used here: ${run.reason}. Serving the same app for the browser.`);
  if (values['self-test']) return 1;
  if (development) {
    console.log(`Gradloom is at ${addressOf(port)} with hot reload`);
    openBrowser(addressOf(port));
  } else {
    await serveOrJoin(port, () => serveFolder(RENDERER_OUT, port));
  }
  return undefined;
}

try {
  const code = await launch();
  if (code !== undefined) process.exit(code);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
