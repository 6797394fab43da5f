import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** What is open survives reloads, a dying engine and files that cannot be opened. */

let harness: Harness;
let xor: string;
beforeAll(async () => {
  harness = await startHarness();
  xor = await readFile(join(ROOT, 'examples', 'xor.gradloom.json'), 'utf8');
});
afterAll(async () => harness.close());

const nodesOf = (text: string): string[] => JSON.parse(text).nodes.map((node: { id: string }) => node.id);

test('a reload in the middle of editing brings the document back as it was', async () => {
  const app = await App.open(harness);
  await app.newDocument();
  await app.place('Linear', { x: 200, y: 200 });
  await app.set('outFeatures', '17');
  const before = await app.ask('document');
  await app.page.reload();
  await app.ready();
  await app.page.locator('[data-node="linear1"]').waitFor();
  expect(await app.ask('document')).toBe(before);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('when the engine dies in mid-run the document is intact, a sentence says so, and Train works again', async () => {
  const app = await App.open(harness);
  await app.openText(xor.replace('"steps": 500', '"steps": 10000000'), 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
  const before = await app.ask('document');
  await app.command('Train');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 50);
  await app.page.evaluate(() => window.__gradloom?.killEngine());
  await app.page.getByText('Your network is untouched').first().waitFor();
  expect(await app.ask('document')).toBe(before);
  await app.page.waitForFunction(() => window.__gradloom?.run().state !== 'running');
  const train = app.page.getByRole('button', { name: 'Train', exact: true });
  await expect.poll(() => train.isEnabled(), { timeout: 20_000 }).toBe(true);
  await train.click();
  await app.waitForRun('running');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 50);
  await app.close();
});

test.each([
  ['malformed JSON', () => '{"format": "gradloom", "version": 1, "nodes": [', 'malformed.gradloom.json', 1],
  ['a newer version', () => JSON.stringify({ ...JSON.parse(xor), version: 99 }), 'newer.gradloom.json', 1],
  ['200 MB', () => 'a'.repeat(1024 * 1024), 'large.gradloom.json', 200],
])('opening %s says so and keeps what was open', async (_name, text, file, times) => {
  const app = await App.open(harness);
  await app.openText(xor, 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
  const before = await app.ask('document');
  await app.openText(text(), file, times);
  await app.page.getByText(file).first().waitFor();
  expect(await app.ask('document')).toBe(before);
  expect(nodesOf(await app.ask('document'))).toContain('hidden');
  await app.close();
});
