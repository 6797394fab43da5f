import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** What the last pass did: its graph with the loops written out, and what static mode captured of it. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

async function openExample(name: string): Promise<App> {
  const app = await App.open(harness);
  await app.openText(await readFile(join(ROOT, 'examples', `${name}.gradloom.json`), 'utf8'), `${name}.gradloom.json`);
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();
  return app;
}

/** Takes one more iteration and gives its number. */
async function next(app: App): Promise<number> {
  const before = (await app.ask('run')).step;
  await app.page.keyboard.press('Alt+F10');
  await app.page.waitForFunction((step) => {
    const run = window.__gradloom?.run();
    return run?.state === 'paused' && run.step === step + 1 && window.__gradloom?.frame()?.step === step + 1;
  }, before);
  return before + 1;
}

const uses = (app: App, node: string) => app.page.locator(`[data-use$="/${node}"], [data-use="${node}"]`);
const title = (app: App) => app.page.locator('[data-unrolled] header');

test('the graph of each pass is drawn with its loop written out', async () => {
  const app = await openExample('dynamic-net');
  expect(await app.page.getByRole('button', { name: 'Unrolled graph' }).isDisabled()).toBe(true);
  await next(app);
  await app.page.keyboard.press('u');
  const seen = new Set<number>();
  // The draws of seed 0 bring every count from 0 to 3 within these.
  for (let i = 0; i < 20 && seen.size < 4; i++) {
    const iteration = await next(app);
    const count = (await app.ask('frame'))?.loops.middle ?? Number.NaN;
    const times = count === 1 ? 'once' : `${count} times`;
    await title(app).getByText(`Iteration ${iteration}: middle ran ${times}`, { exact: true }).waitFor();
    await expect.poll(() => uses(app, 'middle_linear').count()).toBe(count);
    expect(await app.page.locator('[data-frame]').count()).toBe(count);
    expect(await uses(app, 'output_linear').count()).toBe(1);
    seen.add(count);
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('a box tells what ran there and leads to its node and its iteration', async () => {
  const app = await openExample('dynamic-net');
  while ((await next(app)) < 30 && ((await app.ask('frame'))?.loops.middle ?? 0) < 2);
  await app.page.keyboard.press('u');
  const box = app.page.locator('[data-use="middle#2/middle_linear"]');
  await box.hover();
  expect(await app.page.locator('[data-unrolled] footer').textContent()).toMatch(
    /middle#2\/middle_linear · .*matmul.* · 64×100/,
  );
  await box.click();
  await expect.poll(() => box.getAttribute('aria-pressed')).toBe('true');
  expect(await app.page.locator('[data-use="middle#1/middle_linear"]').getAttribute('aria-pressed')).toBe('false');
  await app.page.locator('[data-inspect="middle_linear"], [data-inspector] [data-name-field]').first().waitFor();
  await app.page.keyboard.press('Escape');
  await app.page.locator('[data-unrolled]').waitFor({ state: 'detached' });
  const chip = app.page.locator('[data-node="middle"] [data-iteration="2"]');
  expect(await chip.getAttribute('aria-pressed')).toBe('true');
  expect(await app.page.locator('.react-flow__node.selected').getAttribute('data-id')).toBe('middle_linear');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('without a pass the view says how to get one', async () => {
  const app = await openExample('dynamic-net');
  await next(app);
  await app.page.keyboard.press('u');
  await uses(app, 'output_linear').waitFor();
  await app.command('Reset');
  await app.page.getByText('Press Train or Next iteration, and the graph').waitFor();
  expect(await app.page.locator('[data-use]').count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('static mode shows what it captured, and leads to the other modes', async () => {
  const app = await openExample('static-graph');
  const chip = app.page.locator('[data-mode]');
  await chip.click();
  await app.page.getByText('Nothing is captured yet').waitFor();
  await app.page.keyboard.press('Escape');
  await next(app);
  await next(app);
  await chip.click();
  const captured = app.page.locator('[data-captured]');
  await captured.locator('[data-phase="forward"] code', { hasText: 'matmul' }).first().waitFor();
  await captured.locator('[data-phase="backward"] code', { hasText: 'matmul' }).first().waitFor();
  expect(await app.page.locator('[data-captured-count]').textContent()).toMatch(/^\d+ plans?, \d+ kernels$/);
  const mode = (name: string) => app.page.getByRole('dialog').getByRole('radio', { name });
  await mode('dynamic').check();
  expect(JSON.parse(await app.ask('document')).run.mode).toBe('dynamic');
  await app.page.getByRole('dialog').getByText('The network is run afresh in every iteration.').waitFor();
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('Control+z');
  expect(JSON.parse(await app.ask('document')).run.mode).toBe('static');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('auto is the mode of a new network, and what the keyboard reaches and leaves; it shows what it captured', async () => {
  const app = await openExample('optim-adam');
  const modeOf = async () => JSON.parse(await app.ask('document')).run.mode;
  await app.page.locator('[data-inspector]').getByRole('radio', { name: 'auto' }).check();
  expect(await modeOf()).toBe('auto');
  await next(app);
  await next(app);
  await app.page.locator('[data-captured-count]', { hasText: '1 plan' }).waitFor();
  await app.page.locator('[data-mode="auto"]').focus();
  await app.page.keyboard.press('Enter');
  const dialog = app.page.getByRole('dialog');
  await dialog.locator('[data-captured] [data-phase="backward"] code', { hasText: 'matmul' }).first().waitFor();
  await dialog.getByText('An iteration is captured and then replayed wherever nothing prevents it').waitFor();
  // The chosen one has the focus: the arrow leads to the next.
  await app.page.keyboard.press('ArrowRight');
  await dialog.getByText('The network is run afresh in every iteration.').waitFor();
  expect(await modeOf()).toBe('dynamic');
  expect(await dialog.locator('[data-captured]').count()).toBe(0);
  await app.page.keyboard.press('ArrowRight');
  expect(await modeOf()).toBe('static');
  await app.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await app.newDocument();
  expect(await modeOf()).toBe('auto');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('in static mode, too, a frame of telemetry commits nothing in React', async () => {
  const app = await openExample('static-graph');
  await app.set('steps', '1000000');
  await app.command('Train');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 20);
  await app.page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await app.quietFrames(30);
  await app.command('Pause');
  await app.waitForRun('paused');
  await app.page.locator('[data-captured-count]', { hasText: '1 plan' }).waitFor();
  expect(app.errors).toEqual([]);
  await app.close();
});
