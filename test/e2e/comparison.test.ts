import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RENDERER_OUT, WORKER_NAME } from '../../electron/launch/places.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { App, type Harness, startHarness } from './app.ts';

/** A check of what was computed against a plain computation on the CPU. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const LABEL = 'Check against the CPU';

async function openXor(app: App): Promise<void> {
  const { document } = openDocument('xor');
  if (document === undefined) throw new Error('xor does not open');
  await app.openText(formatDocument(document), 'xor.gradloom.json');
  await app.page.locator('[data-node="tanh"]').waitFor();
}

/** Runs the command as it is found in the list of all. */
async function check(app: App): Promise<void> {
  await app.page.keyboard.press('Control+k');
  await app.page.getByRole('combobox').fill(LABEL);
  await app.page.keyboard.press('Enter');
}

const toast = (app: App) => app.page.getByLabel('Messages').getByText('agree', { exact: false }).first();

test('a run that is paused is checked on demand, and a sentence tells how near it is', async () => {
  const app = await App.open(harness);
  await openXor(app);
  await app.command('Train');
  await app.frames(2);
  await app.page.keyboard.press('F8');
  await expect.poll(async () => (await app.ask('run')).state).toMatch(/paused|finished/);
  await check(app);
  await toast(app).waitFor();
  expect(await toast(app).textContent()).toMatch(
    /^All 14 operations agree with a plain computation on the CPU; the largest difference is \d\.\de-\d+ of the largest element, at (hidden|tanh|output|loss)\.$/,
  );
  expect(await app.page.locator('[data-differs]').count()).toBe(0);
  const status = app.page.locator('[data-comparison]');
  expect(await status.textContent()).toBe('✓ agrees with the CPU');
  // It tells of this moment only.
  await app.command('Next iteration');
  await expect.poll(() => status.count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test.each(['light', 'dark'] as const)(
  'a node that differs has a badge that says how far and what to do, %s',
  async (theme) => {
    const app = await App.open(harness, { theme });
    // The plain computation of this engine takes another tanh than all the rest of it.
    await app.page.context().route(`**/${WORKER_NAME}`, (route) => {
      const fault = 'Math.tanh = ((tanh) => (x) => 1.01 * tanh(x))(Math.tanh);';
      const body = `${fault}\n${readFileSync(join(RENDERER_OUT, WORKER_NAME), 'utf8')}`;
      const headers = { 'cross-origin-embedder-policy': 'require-corp', 'content-type': 'text/javascript' };
      return route.fulfill({ body, headers });
    });
    await app.page.reload();
    await app.ready();
    await openXor(app);
    await app.command('Next iteration');
    await app.waitForRun('paused');
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
    await app.still();
    if (process.env.GRADLOOM_SHOTS)
      await app.page.screenshot({ path: join(process.env.GRADLOOM_SHOTS, `${theme}.png`) });
    // An edit makes another network of it.
    await app.select('hidden');
    await app.set('outFeatures', '9');
    await expect.poll(() => badge.count()).toBe(0);
    await app.close();
  },
);
