import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Pages share memory with threads only where they are isolated from other origins. The engine trains without, to the same bits. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const ISOLATING = ['cross-origin-opener-policy', 'cross-origin-embedder-policy'];

/** The app as a server hands it out that says nothing of isolation. */
async function openShared(): Promise<App> {
  const context = await harness.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  await context.route('**/*', async (route) => {
    const response = await route.fetch();
    const headers = Object.fromEntries(
      Object.entries(response.headers()).filter(([name]) => !ISOLATING.includes(name.toLowerCase())),
    );
    await route.fulfill({ response, headers });
  });
  const app = new App(await context.newPage());
  await app.page.goto(harness.address);
  await app.ready();
  return app;
}

async function lossesOf(app: App, id: string): Promise<readonly number[]> {
  const document = JSON.parse(await readFile(join(ROOT, 'examples', `${id}.gradloom.json`), 'utf8'));
  const { epochs: _, ...run } = document.run;
  await app.openText(JSON.stringify({ ...document, run: { ...run, steps: 30 } }), `${id}.gradloom.json`);
  await expect.poll(async () => JSON.parse(await app.ask('document')).name).toBe(id);
  await app.command('Train');
  await app.waitForRun('finished');
  return app.ask('losses');
}

test('the examples train to the same bits whether or not the page is isolated from other origins', async () => {
  const [isolated, shared] = [await App.open(harness), await openShared()];
  expect(await isolated.page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await shared.page.evaluate(() => crossOriginIsolated)).toBe(false);
  for (const id of ['dynamic-net', 'optim-adam', 'custom-function', 'static-graph', 'xor']) {
    const losses = await lossesOf(isolated, id);
    expect(losses).toHaveLength(30);
    expect(await lossesOf(shared, id)).toEqual(losses);
  }
  expect([...isolated.errors, ...shared.errors]).toEqual([]);
  await isolated.close();
  await shared.close();
});
