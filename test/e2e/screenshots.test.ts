import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
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

/** Buttons, fields and panels that stick out of the window; nodes on the canvas and lists that scroll may. */
const outside = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const inWindow = (box: DOMRect) =>
      box.left >= -0.5 && box.top >= -0.5 && box.right <= innerWidth + 0.5 && box.bottom <= innerHeight + 0.5;
    const scrolls = (element: Element) => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        if (/auto|scroll/.test(overflowY) && at.scrollHeight > at.clientHeight && inWindow(at.getBoundingClientRect()))
          return true;
        if (/auto|scroll/.test(overflowX) && at.scrollWidth > at.clientWidth && inWindow(at.getBoundingClientRect()))
          return true;
      }
      return false;
    };
    const wanted = 'button, input, select, textarea, [role], header, nav, main, aside, section, footer';
    return [...document.querySelectorAll<HTMLElement>(wanted)]
      .filter((element) => element.checkVisibility() && !element.closest('.react-flow__viewport'))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ element, box }) => box.width * box.height > 1 && !inWindow(box) && !scrolls(element))
      .map(({ element, box }) => {
        const name = element.ariaLabel ?? element.textContent?.slice(0, 30) ?? '';
        return `${element.tagName} “${name}” from ${box.left}, ${box.top} to ${box.right}, ${box.bottom}`;
      });
  });

test.each(cases)('$theme at $name: everything is inside the window', async ({ name, theme, ...size }) => {
  const app = await App.open(harness, { ...size, theme });
  await app.page.locator('main').waitFor();
  await app.still();
  await app.page.screenshot({ path: join(folder, `start-${name}-${theme}.png`) });
  expect(await outside(app.page), 'the start page').toEqual([]);
  await app.newDocument();
  await app.still();
  await app.page.screenshot({ path: join(folder, `empty-${name}-${theme}.png`) });
  expect(await outside(app.page), 'an empty canvas').toEqual([]);
  for (const example of ['xor', 'spiral', 'nn-sequential', 'mnist-mlp']) {
    await app.openText(
      await readFile(join(ROOT, 'examples', `${example}.gradloom.json`), 'utf8'),
      `${example}.gradloom.json`,
    );
    await expect.poll(async () => JSON.parse(await app.ask('document')).name).toBe(example);
    await app.page.locator('[data-node]').first().waitFor();
    await app.still();
    await app.page.screenshot({ path: join(folder, `${example}-${name}-${theme}.png`) });
    expect(await outside(app.page), example).toEqual([]);
    if (example !== 'xor') continue;
    await app.command('Train');
    await app.waitForRun('finished');
    await app.select('hidden');
    await app.still();
    await app.page.screenshot({ path: join(folder, `xor-trained-${name}-${theme}.png`) });
    expect(await outside(app.page), 'xor, trained').toEqual([]);
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
  expect(app.errors).toEqual([]);
  await app.close();
});

test('a panel that is pushed out of the window would be noticed', async () => {
  const app = await App.open(harness);
  await app.newDocument();
  await app.page.addStyleTag({ content: 'footer { transform: translateY(12px) }' });
  expect(await outside(app.page)).toContainEqual(expect.stringMatching(/^FOOTER/));
  await app.close();
});
