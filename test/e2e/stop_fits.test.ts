import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { example } from '../example.ts';
import { type App, type Harness, startHarness } from './app.ts';
import { outside } from './outside.ts';
import { entry, ledger, openIn, uses } from './stop.ts';
import { variants } from './variants.ts';

/** A stop in the backward pass at every size, in both themes and languages: pictures to look at, and nothing cut off. */

const folder = join(ROOT, 'test', 'e2e', 'screenshots');
let harness: Harness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  harness = await startHarness();
});
afterAll(async () => harness.close());

const usual = { width: 1280, height: 800 };
/** The same window, magnified twice. */
const magnified = { width: 640, height: 400, scale: 2 };
const all = [
  { name: 'light', theme: 'light', language: 'en', ...usual },
  { name: 'dark', theme: 'dark', language: 'en', ...usual },
  { name: '4k', theme: 'light', language: 'en', width: 1920, height: 1080, scale: 2 },
  { name: '200-en', theme: 'light', language: 'en', ...magnified },
  { name: '200-zh', theme: 'dark', language: 'zh', ...magnified },
] as const;
/** The plainest and the narrowest; all of them in the soak. */
const cases = variants(all, ({ name }) => /light|zh/.test(name));

/** Words and figures of the inspector that do not fit in their place. */
const cut = (app: App) =>
  entry(app).evaluate((section) => {
    const { right } = section.getBoundingClientRect();
    return [...section.querySelectorAll('h2, h3, td, th, dd, button > *')]
      .filter((one) => one.checkVisibility() && !one.closest('[aria-hidden]'))
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
      .concat(
        [...section.querySelectorAll('td, dd, button')].filter((one) => one.getBoundingClientRect().right > right + 1),
      )
      .map((one) => `${one.tagName} “${one.textContent}”`);
  });

test.each(cases)('$name: a contribution to a shared weight', async ({ name, language, ...options }) => {
  const dynamicNet = example('dynamic-net');
  const breakpoint = { parameter: 'middle/middle_linear.weight', hits: 3 };
  const breaking = { ...dynamicNet, view: { ...dynamicNet.view, breakpoints: [breakpoint] } };
  const app = await openIn(harness, breaking, options);
  const { keyboard } = app.page;
  if (language === 'zh') {
    await keyboard.press('Control+k');
    await keyboard.type('切换到中文');
    await keyboard.press('Enter');
    await app.page.locator('html[lang^="zh"]').waitFor();
  }
  if ((await app.page.locator('[data-inspector]').count()) === 0) await keyboard.press('Control+i');
  await keyboard.press('F8');
  await expect.poll(() => uses(app).count()).toBe(3);
  const look = async (what: string) => {
    await app.still();
    await app.page.screenshot({ path: join(folder, `stop-${what}-${name}.png`) });
    expect(await outside(app.page), what).toEqual([]);
    expect(await cut(app), what).toEqual([]);
  };
  await look('ledger');
  // All that one stopped for is in sight at once; magnified, it may be scrolled.
  const [inside, rows] = [await app.page.locator('[data-inspector]').boundingBox(), await ledger(app).boundingBox()];
  if (options.width >= usual.width) {
    expect((rows?.y ?? 0) + (rows?.height ?? Infinity)).toBeLessThanOrEqual((inside?.y ?? 0) + (inside?.height ?? 0));
  }
  if ((await app.page.locator('[data-dock]').count()) === 0) await keyboard.press('Control+j');
  while (!(await app.page.evaluate(() => document.activeElement?.matches('[role=slider]')))) await keyboard.press('F6');
  await keyboard.press('Home');
  for (let i = 0; i < 4; i++) await keyboard.press('ArrowRight');
  await expect.poll(() => ledger(app).count()).toBe(0);
  await look('tape');
  expect(app.errors).toEqual([]);
  await app.close();
});
