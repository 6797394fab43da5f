import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RENDERER_OUT, WORKER_NAME } from '../../electron/launch/places.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { example } from '../example.ts';
import { largeProduct } from '../large_product.ts';
import { App, type Harness, startHarness } from './app.ts';
import { openIn } from './stop.ts';

/** A check of what was computed against a plain computation on the CPU. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const LABEL = 'Check against the CPU';

/** Stands still again at the end of it. */
async function nextIteration(app: App): Promise<void> {
  const before = (await app.ask('run'))?.step ?? 0;
  await app.command('Next iteration');
  await app.page.waitForFunction((step) => (window.__gradloom?.run()?.step ?? 0) > step, before);
  await app.waitForRun('paused');
}

/** Runs the command as it is found in the list of all. */
async function check(app: App): Promise<void> {
  await app.page.keyboard.press('Control+k');
  await app.page.getByRole('combobox').fill(LABEL);
  await app.page.keyboard.press('Enter');
}

test('a run that is paused is checked on demand, and a sentence tells how near it is', async () => {
  const xor = example('xor');
  const app = await openIn(harness, { ...xor, run: { ...xor.run, steps: 1e7 } });
  await app.command('Train');
  await app.frames(2);
  await app.page.keyboard.press('F8');
  await app.waitForRun('paused');
  await check(app);
  // A pause may come in the middle of an iteration: what is done so far is checked, or that is nothing yet.
  const messages = app.page.getByLabel('Messages');
  await messages.getByText(/agrees? with a plain computation on the CPU|^Nothing that/).waitFor();
  expect(await app.page.locator('[data-differs]').count()).toBe(0);
  const status = app.page.locator('[data-comparison]');
  await nextIteration(app);
  await check(app);
  await expect.poll(() => status.count()).toBe(1);
  expect(await status.textContent()).toBe('✓ agrees with the CPU');
  expect(await status.getAttribute('title')).toMatch(
    /^All 14 operations agree with a plain computation on the CPU; the largest difference is \d\.\de-\d+ of the largest element, at (hidden|tanh|output|loss)\.$/,
  );
  // With all that stands there then, the bar and the heading of the loss are one line each, and nothing is cut.
  const bar = app.page.locator('footer').last();
  expect(await bar.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
  const heading = app.page.getByRole('region', { name: 'Loss', exact: true }).getByRole('heading');
  expect((await heading.boundingBox())?.height).toBeLessThan(24);
  // It tells of this moment only.
  await nextIteration(app);
  expect(await status.count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('a node that differs has a badge that says how far and what to do, until the network is edited', async () => {
  const app = await App.open(harness);
  // The plain computation of this engine takes another tanh than all the rest of it.
  await app.page.context().route(`**/${WORKER_NAME}`, (route) => {
    const fault = 'Math.tanh = ((tanh) => (x) => 1.01 * tanh(x))(Math.tanh);';
    const body = `${fault}\n${readFileSync(join(RENDERER_OUT, WORKER_NAME), 'utf8')}`;
    const headers = { 'cross-origin-embedder-policy': 'require-corp', 'content-type': 'text/javascript' };
    return route.fulfill({ body, headers });
  });
  await app.page.reload();
  await app.ready();
  await app.openText(formatDocument(example('xor')), 'xor.gradloom.json');
  await app.page.locator('[data-node="tanh"]').waitFor();
  await nextIteration(app);
  await check(app);
  const badge = app.page.locator('[data-node="tanh"] [data-differs]');
  await badge.waitFor();
  expect(await app.page.locator('[data-differs]').count()).toBe(1);
  expect(await badge.getAttribute('aria-label')).toMatch(/^tanh: tanh is off by 0\.99% of its largest element\.$/);
  expect(await app.page.locator('[data-comparison]').textContent()).toBe('≠ 1 node differs from the CPU');
  await badge.hover();
  const tooltip = app.page.getByRole('tooltip');
  await tooltip.waitFor();
  expect(await tooltip.textContent()).toContain('report it with this document');
  // An edit makes another network of it.
  await app.select('hidden');
  await app.set('outFeatures', '9');
  await expect.poll(() => badge.count()).toBe(0);
  await app.close();
});

/** Seconds of plain code. */
const large = largeProduct(1200, 2000, 1500);

test('a long check tells how far it has come; it ends when it is cancelled, and without a word when the run goes on', async () => {
  const app = await openIn(harness, large);
  await nextIteration(app);
  const status = app.page.locator('[data-comparison]');
  const underWay = async () => {
    await check(app);
    await expect.poll(() => status.textContent()).toMatch(/^Checking against the CPU: \d+%/);
  };
  await underWay();
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  expect(await status.count()).toBe(0);
  await underWay();
  await nextIteration(app);
  expect(await status.count()).toBe(0);
  expect(await app.page.getByRole('alert').count()).toBe(0);
  await app.close();
});
