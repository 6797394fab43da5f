import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Canvases that are laid out by the app. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
});
afterAll(async () => harness.close());

const parsed = async (): Promise<GraphDocument> => JSON.parse(await app.ask('document'));
const unsaved = () => app.page.locator('header nav i').count();

test('a document without places opens laid out and unedited, and tidying up is one step of undo', async () => {
  const example: GraphDocument = JSON.parse(
    await readFile(join(ROOT, 'examples', 'dynamic-net.gradloom.json'), 'utf8'),
  );
  await app.openText(JSON.stringify({ ...example, view: { nodes: {} } }), 'by-hand.gradloom.json');
  await app.page.locator('[data-node="middle"]').waitFor();
  expect(await unsaved()).toBe(0);
  const opened = await app.ask('document');
  const xs = Object.values((await parsed()).view.nodes).map(({ x }) => x);
  expect(new Set(xs).size).toBeGreaterThan(5);

  await app.page.keyboard.press('f');
  await app.still();
  const from = await app.centre('[data-node="sgd"] header');
  await app.drag(from, { x: from.x - 30, y: from.y + 60 });
  const moved = await app.ask('document');
  expect(moved).not.toBe(opened);
  expect(await unsaved()).toBe(1);
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('Alt+Shift+f');
  await expect.poll(() => app.ask('document')).toBe(opened);
  await app.page.keyboard.press('Control+z');
  expect(await app.ask('document')).toBe(moved);
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));
