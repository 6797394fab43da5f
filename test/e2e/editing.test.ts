import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import type { DocumentNode } from '../../engine/graph/document.ts';
import { type Box, meets } from '../../renderer/canvas/free_spot.ts';
import { example } from '../example.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Fields that refuse, names, notes, and a network that was broken in the middle of a run. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
  await app.newDocument();
});
afterAll(async () => harness.close());

const alert = (within: string) => app.page.locator(`${within} [role=alert]`);
/** Clicks where nothing is: what was selected no longer is. */
const clickCanvas = async () => {
  const box = await app.page.locator('[data-canvas]').boundingBox();
  await app.page.mouse.click((box?.x ?? 0) + 30, (box?.y ?? 0) + (box?.height ?? 0) - 60);
};
const boundsOf = (boxes: readonly Box[]): Box => {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
};
const document = async () => JSON.parse(await app.ask('document'));

test('a field that is left with a number that does not fit says what was refused, and why', async () => {
  await app.place('Linear', { x: 320, y: 120 });
  await app.select('linear1');
  const field = app.page.locator('[data-setting="outFeatures"]');
  await field.fill('-3');
  expect(await alert('[data-inspector]').textContent()).toBe('expected at least 1');
  await field.press('Enter');
  expect(await field.inputValue()).toBe('10');
  expect(await alert('[data-inspector]').textContent()).toBe('“-3” was not taken: expected at least 1. Still 10.');
  await field.focus();
  expect(await alert('[data-inspector]').count()).toBe(0);
  await field.fill('many');
  await clickCanvas();
  expect(await alert('[data-inspector]').textContent()).toContain('linear1 · out features');
  expect(await alert('[data-inspector]').textContent()).toContain('“many” was not taken: expected a number');
});

test('so do the seed in the top bar and the dialog of the run, which stays open for it', async () => {
  const seed = app.page.locator('header [aria-invalid]');
  await seed.fill('-1');
  await seed.press('Enter');
  expect(await seed.inputValue()).toBe('0');
  expect(await alert('header').textContent()).toContain('expected at least 0');
  await app.command('Run settings…');
  const dialog = app.page.getByRole('dialog');
  await dialog.locator('[data-setting="steps"]').fill('2.5');
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await dialog.getByRole('alert').textContent()).toContain('“2.5” was not taken: expected a whole number');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await document()).run.steps).toBe(1000);
});

test('F2 leads to the name of what is selected, through a folded inspector too', async () => {
  await app.select('linear1');
  await app.page.keyboard.press('Control+i');
  await app.page.locator('[data-inspector]').waitFor({ state: 'detached' });
  await app.page.keyboard.press('F2');
  await app.page.keyboard.type('first');
  await app.page.keyboard.press('Enter');
  expect((await document()).view.nodes.linear1.label).toBe('first');
  await app.page.locator('[data-node="linear1"] header').dblclick();
  await app.page.keyboard.type('layer');
  await app.page.keyboard.press('Enter');
  expect((await document()).view.nodes.linear1.label).toBe('layer');
});

test('a note is written, written anew, moved out of the way and undone, each in one step', async () => {
  const { keyboard } = app.page;
  const text = async () => (await document()).view.notes?.map((note: { text: object }) => note.text) ?? [];
  await clickCanvas();
  await keyboard.press('Shift+N');
  await keyboard.type('Nothing to say');
  await keyboard.press('Control+Enter');
  expect(await text()).toEqual([{ en: 'Nothing to say' }]);
  await app.page.locator('[data-note-id="note1"]').dblclick();
  await keyboard.type('Two layers\nare enough');
  await keyboard.press('Escape');
  expect(await text()).toEqual([{ en: 'Two layers\nare enough' }]);
  // The note has the focus again, and is selected.
  await keyboard.press('Enter');
  await keyboard.press('End');
  await keyboard.type('!');
  await keyboard.press('Escape');
  expect(await text()).toEqual([{ en: 'Two layers\nare enough!' }]);
  await keyboard.press('Delete');
  expect(await text()).toEqual([]);
  await keyboard.press('Control+z');
  await keyboard.press('Control+z');
  await keyboard.press('Control+z');
  expect(await text()).toEqual([{ en: 'Nothing to say' }]);
  await keyboard.press('Control+z');
  expect(await text()).toEqual([]);
  await keyboard.press('Shift+N');
  await keyboard.press('Escape');
  await app.page.locator('[data-note-id]').waitFor({ state: 'detached' });
  expect((await document()).nodes).toHaveLength(1);
});

test('a network that was broken in a pause says where, leads there, and offers to undo', async () => {
  const example = await readFile(join(ROOT, 'examples', 'xor.gradloom.json'), 'utf8');
  await app.openText(example.replace(/"steps": \d+/, '"steps": 1000000'), 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
  await app.command('Train');
  await app.waitForRun('running');
  await app.command('Pause');
  await app.waitForRun('paused');
  await app.select('hidden');
  await app.set('inFeatures', '5');
  const train = app.page.getByRole('button', { name: 'Train', exact: true });
  await expect.poll(() => train.getAttribute('title')).toContain('Mend the problem at hidden.input, or undo.');
  await app.page.getByRole('status').filter({ hasText: 'a problem at hidden' }).waitFor();
  await clickCanvas();
  await train.click({ force: true });
  await app.page.locator('[data-node="hidden"][data-selected="true"]').waitFor();
  expect((await app.ask('run')).state).toBe('paused');
  await app.page.locator('main').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => train.isEnabled()).toBe(true);
});

test('what was copied in another tab is pasted where one sees it, and covers nothing there', async () => {
  // The tab before may hold nodes of the same names: a name of its own tells that this one is in front.
  await app.openText(JSON.stringify({ ...example('xor'), name: 'copied from' }), 'xor.gradloom.json');
  await expect.poll(async () => (await document()).name).toBe('copied from');
  await app.page.locator('[data-node="hidden"]').waitFor();
  await clickCanvas();
  await app.page.keyboard.press('Control+a');
  await expect.poll(() => app.page.locator('[data-node][data-selected="true"]').count()).toBeGreaterThan(5);
  await app.page.keyboard.press('Control+c');
  await app.openText(JSON.stringify(example('dynamic-net')), 'dynamic-net.gradloom.json');
  await app.page.locator('[data-node="middle"]').waitFor();
  await clickCanvas();
  const ids = (await document()).nodes.map(({ id }: DocumentNode) => id);
  await app.page.keyboard.press('Control+v');
  await app.page.locator('[data-node="hidden"]').waitFor();
  await app.still();
  const boxes = await app.page.locator('.react-flow__node').evaluateAll((cards) =>
    cards.map((card) => {
      const { x, y, width, height } = card.getBoundingClientRect();
      return { id: card.getAttribute('data-id') ?? '', x, y, width, height };
    }),
  );
  const [old, pasted] = [true, false].map((was) =>
    boxes.filter(({ id }) => (ids.includes(id) || ['note:about', 'note:loop'].includes(id)) === was),
  );
  expect(pasted?.length).toBeGreaterThan(5);
  for (const box of pasted ?? []) expect(old?.filter((other) => meets(box, other))).toEqual([]);
  const centre = await app.centre('[data-canvas]');
  const { x, y, width, height } = boundsOf(pasted ?? []);
  const { width: seen = 0, height: seenHeight = 0 } = (await app.page.locator('[data-canvas]').boundingBox()) ?? {};
  expect(Math.abs(x + width / 2 - centre.x)).toBeLessThan(seen / 2);
  expect(Math.abs(y + height / 2 - centre.y)).toBeLessThan(seenHeight / 2);
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));
