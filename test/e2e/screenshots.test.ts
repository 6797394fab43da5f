import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Pictures to look at beside `look/`, and the check that nothing is cut off. */

const folder = join(ROOT, 'test', 'e2e', 'screenshots');
let harness: Harness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  harness = await startHarness();
});
afterAll(async () => harness.close());

const sizes = [
  { name: '1280x800', width: 1280, height: 800, scale: 1 },
  { name: '4k', width: 1920, height: 1080, scale: 2 },
];
const themes = ['light', 'dark'] as const;
const cases = sizes.flatMap((size) => themes.map((theme) => ({ ...size, theme })));

test.each(cases)('$theme at $name: everything is inside the window', async ({ name, theme, ...size }) => {
  const app = await App.open(harness, { ...size, theme });
  await app.page.waitForTimeout(300);
  await app.page.screenshot({ path: join(folder, `start-${name}-${theme}.png`) });
  await app.newDocument();
  await app.page.screenshot({ path: join(folder, `empty-${name}-${theme}.png`) });
  for (const example of ['xor', 'spiral', 'nn-sequential', 'mnist-mlp']) {
    await app.openText(
      await readFile(join(ROOT, 'examples', `${example}.gradloom.json`), 'utf8'),
      `${example}.gradloom.json`,
    );
    await app.page.locator('[data-tab-name]').or(app.page.locator('[data-node]')).first().waitFor();
    await app.page.waitForTimeout(400);
    await app.page.screenshot({ path: join(folder, `${example}-${name}-${theme}.png`) });
    if (example !== 'xor') continue;
    await app.command('Train');
    await app.waitForRun('finished');
    await app.select('hidden');
    await app.page.waitForTimeout(300);
    await app.page.screenshot({ path: join(folder, `xor-trained-${name}-${theme}.png`) });
    const overflowing = await app.page.evaluate(() => {
      const cut = [...document.querySelectorAll<HTMLElement>('[data-stat]')].filter(
        (e) => e.scrollWidth > e.clientWidth + 1,
      );
      return cut.map(
        (e) => `${e.closest<HTMLElement>('[data-node]')?.dataset.node} ${e.dataset.stat} ${e.textContent}`,
      );
    });
    expect(overflowing, 'numbers that are cut off').toEqual([]);
  }
  const outside = await app.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(outside).toBe(false);
  expect(app.errors).toEqual([]);
  await app.close();
});
