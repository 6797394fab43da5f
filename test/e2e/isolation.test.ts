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
  const [isolated, shared] = [await App.open(harness), await App.open(harness, { isolated: false })];
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
