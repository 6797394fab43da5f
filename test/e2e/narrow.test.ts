import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** A usual window, magnified twice. */
const NARROW = { width: 640, height: 400 };

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness, NARROW);
  const text = await readFile(join(ROOT, 'examples', 'xor.gradloom.json'), 'utf8');
  await app.openText(text, 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
});
afterAll(async () => harness.close());

const widthOf = async (selector: string) => (await app.page.locator(selector).boundingBox())?.width ?? 0;
const isOpen = async (panel: string) =>
  (await app.page.locator(`[data-panel="${panel}"]`).getAttribute('data-open')) === 'true';

test('leaves most of the window to the canvas, with one panel beside it', async () => {
  expect(await widthOf('[data-canvas]')).toBeGreaterThan(NARROW.width / 2);
  expect([await isOpen('palette'), await isOpen('inspector'), await isOpen('dock')]).toEqual([true, false, false]);
  await app.page.keyboard.press('Control+i');
  expect([await isOpen('palette'), await isOpen('inspector')]).toEqual([false, true]);
  expect(await widthOf('[data-canvas]')).toBeGreaterThan(NARROW.width / 2);
});

test('keeps mode, seed and device in the top bar', async () => {
  for (const text of ['dynamic', 'seed', 'CPU']) {
    const box = await app.page.locator('header').getByText(text, { exact: true }).first().boundingBox();
    expect(box, text).not.toBeNull();
    expect((box?.x ?? 0) + (box?.width ?? 0), text).toBeLessThanOrEqual(NARROW.width);
  }
});

test('gives the panels back as they were where there is room again', async () => {
  await app.page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => isOpen('dock')).toBe(true);
  expect([await isOpen('palette'), await isOpen('inspector')]).toEqual([true, true]);
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));

test('the chip of the device says in full what the engine computes on, in the chosen language', async () => {
  const chip = app.page.locator('[data-device="cpu"]');
  expect(await chip.textContent()).toBe('CPU');
  expect(await chip.getAttribute('title')).toMatch(/^CPU · (relaxed SIMD|SIMD)( · [2-8] threads)?$/);
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type('中文');
  await app.page.keyboard.press('Enter');
  await expect.poll(() => chip.getAttribute('title')).toMatch(/^CPU · (宽松 SIMD|SIMD)( · [2-8] 个线程)?$/);
});
