import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';
import { outside } from './outside.ts';
import { variants } from './variants.ts';

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
const all = sizes.flatMap((size) => (['light', 'dark'] as const).map((theme) => ({ ...size, theme })));
/** Drawing the light theme in 4K takes long and finds nothing that the others do not: left to the soak. */
const cases = variants(all, ({ name, theme }) => name !== '4k' || theme === 'dark');

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
