import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { App, type Harness, startHarness } from './app.ts';

/** What is selected by clicks and by the way into definitions and back. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
  const text = await readFile(join(ROOT, 'examples', 'custom-module.gradloom.json'), 'utf8');
  await app.openText(text, 'custom-module.gradloom.json');
  await app.page.locator('[data-node="model"]').waitFor();
  await app.still();
});
afterAll(async () => harness.close());

const selected = () =>
  app.page
    .locator('[data-node][data-selected="true"]')
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-node')));
const views = async () => (JSON.parse(await app.ask('document')) as GraphDocument).view;
const textOf = (node: string) => app.page.locator(`[data-node="${node}"]`).innerText();

test('Alt with an arrow leads into a definition and back to its instance while the card has the focus, and moves nothing', async () => {
  const before = await views();
  await app.select('model');
  await app.page.locator('.react-flow__node[data-id="model"]').focus();
  await app.page.keyboard.press('Alt+ArrowDown');
  await app.page.locator('[data-node="linear1"]').waitFor();
  expect(await textOf('linear1')).toMatch(/^1000 → 100$/m);
  expect(await textOf('linear2')).toMatch(/^100 → 10$/m);
  await app.select('linear1');
  await app.page.locator('.react-flow__node[data-id="linear1"]').focus();
  await app.page.keyboard.press('Alt+ArrowDown');
  await app.page.keyboard.press('Alt+ArrowUp');
  await app.page.locator('[data-node="model"]').waitFor();
  expect(await selected()).toEqual(['model']);
  expect(await views()).toEqual(before);
});

test('a click on one of several narrows the selection to it, and a drag moves them all', async () => {
  const { page } = app;
  await page.keyboard.press('Control+a');
  expect((await selected()).length).toBeGreaterThan(3);
  await page.locator('[data-node="model"] header').click();
  expect(await selected()).toEqual(['model']);

  // A box around all of them stays in the way of no click.
  const canvas = await page.locator('[data-canvas]').boundingBox();
  if (!canvas) throw new Error('the canvas is not on the screen');
  await app.drag(
    { x: canvas.x + 16, y: canvas.y + 16 },
    { x: canvas.x + canvas.width - 16, y: canvas.y + canvas.height - 16 },
  );
  const all = await selected();
  expect(all.length).toBeGreaterThan(3);
  const before = await views();
  const from = await app.centre('[data-node="model"] header');
  await app.drag(from, { x: from.x + 30, y: from.y + 20 });
  expect(await selected()).toEqual(all);
  const after = await views();
  const moved = all.filter((id) => id !== null && after.nodes[id]?.x !== before.nodes[id]?.x);
  expect(moved).toEqual(all);
  await page.locator('[data-node="model"] header').click();
  expect(await selected()).toEqual(['model']);
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));
