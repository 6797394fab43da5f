import { parseArgs } from 'node:util';
import { openBrowser } from './browser.ts';
import { buildAll, buildShell } from './bundles.ts';
import { serveDevelopment } from './develop.ts';
import { desktop } from './electron.ts';
import { serveOrJoin } from './join.ts';
import { RENDERER_OUT } from './places.ts';
import { addressOf, chosenPort, serveFolder } from './serve.ts';

const { values } = parseArgs({
  options: {
    dev: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
  },
});

/** Tells where the app is, and shows it. */
function present(port: number): void {
  console.log(`Gradloom is at ${addressOf(port)}${values.dev ? ' with hot reload' : ''}`);
  openBrowser(addressOf(port));
}

async function develop(port: number): Promise<number | undefined> {
  // Page and engine come from their sources, under the same address for Electron and browser.
  if (!values.browser) await buildShell();
  const served = await serveOrJoin(port, () => serveDevelopment(port));
  if ('code' in served) return served.code;
  const environment = { ...process.env, GRADLOOM_DEV_URL: addressOf(port) };
  const code = values.browser ? undefined : await desktop(environment, values['self-test']);
  if (code === undefined) present(port);
  else await served.server.close();
  return code;
}

async function launch(): Promise<number | undefined> {
  const port = chosenPort(process.env);
  if (values.dev) return develop(port);
  await buildAll();
  const code = values.browser ? undefined : await desktop(process.env, values['self-test']);
  if (code !== undefined) return code;
  const served = await serveOrJoin(port, () => serveFolder(RENDERER_OUT, port));
  if ('code' in served) return served.code;
  present(port);
  return undefined;
}

try {
  const code = await launch();
  if (code !== undefined) process.exit(code);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
