import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { example } from '../example.ts';
import { worthAGpu } from '../large_product.ts';
import { disguisedGpu } from '../runner/disguised_gpu/disguised_gpu.ts';
import type { App, Harness } from './app.ts';
import { startHarness } from './app.ts';
import { Engine } from './engine.ts';
import { openIn } from './stop.ts';

/** What a run computes on: chosen in the top bar, told there, and never a GPU where there is none. */

const STEPS = 8;
const xor: GraphDocument = { ...example('xor'), run: { ...example('xor').run, steps: STEPS } };

const chip = (app: App) => app.page.locator('[data-device]');
const choice = (app: App, device: string) => app.page.locator(`[data-choice="${device}"]`);

async function choose(app: App, device: 'auto' | 'cpu' | 'webgpu'): Promise<void> {
  await chip(app).click();
  await choice(app, device).click();
  await app.page.keyboard.press('Escape');
}

async function cpuLosses(document: GraphDocument): Promise<readonly number[]> {
  const { session } = await Engine.of(document);
  const losses: number[] = [];
  session.onStep = (_, loss) => losses.push(loss);
  session.run();
  return losses;
}

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
}

describe('where the CPU imitates a GPU', () => {
  let harness: Harness;
  let isThere = false;
  beforeAll(async () => {
    harness = await startHarness('software');
    const page = await harness.browser.newPage();
    await page.goto(harness.address);
    isThere = await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null);
    await page.close();
  });
  beforeEach(({ skip }) => {
    if (isThere) return;
    console.warn('SKIPPED: what is to be tested on WebGPU in the app. This Chromium has no SwiftShader.');
    skip();
  });
  afterAll(async () => harness.close());

  test('the GPU is chosen by keyboard, trains as the CPU does, and is told as what it is', async () => {
    const app = await openIn(harness, xor);
    expect(await chip(app).textContent()).toBe('CPU');
    await chip(app).focus();
    await app.page.keyboard.press('Enter');
    await expect.poll(() => choice(app, 'webgpu').innerText()).toContain('software adapter');
    expect(await choice(app, 'auto').innerText()).toContain('This network: the CPU.');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Escape');
    expect(await chip(app).textContent()).toBe('GPU');
    expect(await chip(app).evaluate((element) => element === document.activeElement)).toBe(true);

    await app.command('Train');
    await app.waitForRun('finished');
    expectClose(await app.ask('losses'), await cpuLosses(xor), 1e-3);
    expect((await app.ask('run')).on).toMatchObject({ choice: 'webgpu', device: { adapter: { isSoftware: true } } });
    expect(await chip(app).getAttribute('title')).toMatch(/^GPU · .*swiftshader.* · software adapter$/i);
    expect((await app.ask('frame'))?.memoryBytes).toBeGreaterThan(0);
    await chip(app).click();
    await expect.poll(() => app.page.getByRole('region', { name: 'This run' }).innerText()).toMatch(/GPU · [\s\S]*KB/);

    // Another choice waits for another run, and what was learned can come along.
    await choice(app, 'cpu').click();
    expect(await chip(app).textContent()).toBe('GPU');
    await app.command('Keep weights');
    await expect.poll(() => chip(app).textContent()).toBe('CPU');
    await app.waitForRun('finished');
    const [first = Number.NaN] = await app.ask('losses');
    expect(first).toBeLessThan((await cpuLosses(xor))[STEPS - 1] ?? Number.NaN);
    expect(app.errors).toEqual([]);
    await app.close();
  });

  test('what is stepped has the values that the CPU makes, entry by entry', async () => {
    const engine = await Engine.of(xor);
    const app = await openIn(harness, xor);
    await choose(app, 'webgpu');
    let compared = 0;
    // One iteration, its update among it, and the beginning of the next one.
    for (let steps = 0; steps < 30; steps++) {
      await app.page.keyboard.press('F10');
      await engine.step('entry');
      const { last } = engine;
      await expect.poll(() => app.page.getByTestId('entry').locator('h2').innerText()).toContain(`entry ${last + 1}`);
      for (const { ref } of engine.session.view.entry(last)?.outputs ?? []) {
        const found = await app.page.evaluate(async (asked) => window.__gradloom?.elements(asked, 64) ?? [], ref);
        expectClose(found, engine.elements(ref, 64), 1e-4);
        compared += found.length;
      }
    }
    expect(engine.session.iteration).toBe(1);
    expect(compared).toBeGreaterThan(300);
    expect((await app.ask('run')).on?.device.name).toBe('webgpu');
    expect(app.errors).toEqual([]);
    await app.close();
  });

  test('a run says from the first moment that it is prepared, and can be paused then', async () => {
    const app = await openIn(harness, { ...xor, run: { ...xor.run, steps: 100_000 } });
    const status = app.page.locator('footer [data-state]');
    const train = app.page.locator('[data-command="run.train"]').first();
    await choose(app, 'webgpu');
    await app.page.keyboard.press('F8');
    expect(await status.innerText()).toBe('Preparing…');
    expect(await train.isDisabled()).toBe(true);
    await app.page.keyboard.press('F8');
    await expect.poll(() => status.innerText()).toBe('Ready to train');
    expect(await train.isEnabled()).toBe(true);
    expect(await app.ask('losses')).toEqual([]);
    await app.page.keyboard.press('F8');
    await app.waitForRun('running');
    // Its GPU is known, and not opened a second time.
    await chip(app).click();
    expect(await choice(app, 'webgpu').innerText()).toContain('software adapter');
    await app.page.keyboard.press('Escape');
    // What changes cannot be checked, and the palette says so until it stands.
    await app.page.keyboard.press('Control+k');
    await app.page.keyboard.type('check against');
    const check = app.page.getByRole('option', { name: 'Check against the CPU' });
    expect(await check.innerText()).toContain('pause first');
    expect(await check.getAttribute('aria-disabled')).toBe('true');
    await app.page.keyboard.press('Escape');
    // A key that is pressed as it closes is still its own.
    await check.waitFor({ state: 'detached' });
    await app.page.keyboard.press('F8');
    await app.waitForRun('paused');
    expect(app.errors).toEqual([]);
    await app.close();
  });

  test.each([
    ['dynamic', 200],
    ['static', 400],
  ] as const)(
    "a run whose GPU dies with the browser's GPU process goes on by itself, in %s mode",
    async (mode, steps) => {
      const own = await startHarness('software');
      const document: GraphDocument = { ...xor, run: { ...xor.run, mode, steps } };
      const app = await openIn(own, document);
      await choose(app, 'webgpu');
      await app.command('Train');
      await expect.poll(async () => (await app.ask('losses')).length).toBeGreaterThan(60);
      const devtools = await own.browser.newBrowserCDPSession();
      await devtools.send('Browser.crashGpuProcess').catch(() => undefined);
      await app.page.getByText('The GPU failed (it was lost)').first().waitFor();
      await app.waitForRun('finished');
      expectClose(await app.ask('losses'), await cpuLosses(document), 1e-3);
      await own.close();
    },
  );

  test('auto leaves it alone, however large the network, and says why', async () => {
    const app = await openIn(harness, worthAGpu(1));
    await expect.poll(() => chip(app).textContent()).toBe('CPU');
    await app.command('Train');
    await app.waitForRun('finished');
    expect((await app.ask('run')).on).toMatchObject({ choice: 'auto', device: { name: 'cpu' } });
    await chip(app).click();
    await expect.poll(() => choice(app, 'auto').innerText()).toContain('the CPU, which is all that computes behind');
    expect(await app.page.locator('[data-tone="bad"]').count()).toBe(0);
    expect(app.errors).toEqual([]);
    await app.close();
  });
});

test("what was drawn is drawn again after the browser's GPU process has died", async ({ skip }) => {
  const harness = await startHarness('software');
  const app = await openIn(harness, xor);
  await app.page.evaluate(() => {
    document.addEventListener('contextrestored', () => document.body.setAttribute('data-restored', ''), true);
  });
  await app.command('Train');
  await app.waitForRun('finished');
  await app.page.keyboard.press('F10');
  const canvases = app.page.locator('canvas');
  await expect.poll(() => canvases.count()).toBeGreaterThanOrEqual(3);
  await app.page.mouse.move(2, 2);
  const pictures = async () => {
    const all = await canvases.all();
    return Promise.all(all.map(async (one) => (await one.screenshot()).toString('base64')));
  };
  const before = await pictures();
  const devtools = await harness.browser.newBrowserCDPSession();
  await devtools.send('Browser.crashGpuProcess').catch(() => undefined);
  const isRestored = await app.page
    .locator('body[data-restored]')
    .waitFor({ timeout: 10_000 })
    .then(
      () => true,
      () => false,
    );
  if (isRestored) await expect.poll(pictures).toEqual(before);
  await app.close();
  await harness.close();
  if (isRestored) return;
  console.warn('SKIPPED: canvases that lose what was drawn. This Chromium has lost none with its GPU process.');
  skip();
});

test('where there is a real GPU, auto takes it for a network that gains from it and for no other', async ({ skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'gradloom-gpu-'));
  const environment = disguisedGpu(folder);
  if (environment === undefined) return skip();
  const harness = await startHarness('vulkan', environment);
  const app = await openIn(harness, xor);
  await app.command('Train');
  await app.waitForRun('finished');
  expect((await app.ask('run')).on).toMatchObject({ choice: 'auto', device: { name: 'cpu' } });
  expect(await app.ask('losses')).toEqual(await cpuLosses(xor));
  await app.close();

  const large = worthAGpu(1);
  const worthIt = await openIn(harness, large);
  await expect.poll(() => chip(worthIt).textContent()).toBe('GPU');
  await worthIt.command('Train');
  await worthIt.waitForRun('finished');
  expect((await worthIt.ask('run')).on).toMatchObject({
    choice: 'auto',
    device: { name: 'webgpu', adapter: { isSoftware: false } },
  });
  expectClose(await worthIt.ask('losses'), await cpuLosses(large), 1e-3);
  await chip(worthIt).click();
  expect(await choice(worthIt, 'auto').innerText()).toContain('This network: the GPU');
  expect(await choice(worthIt, 'webgpu').innerText()).not.toContain('software');
  expect(worthIt.errors).toEqual([]);
  await worthIt.close();
  await harness.close();
  rmSync(folder, { recursive: true });
});

describe('without a GPU', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => harness.close());

  test('whoever chose it is told why there is none, and the CPU trains', async () => {
    const app = await openIn(harness, xor);
    await choose(app, 'webgpu');
    await app.command('Train');
    await app.waitForRun('finished');
    expect(await app.page.locator('[data-tone="bad"]').innerText()).toMatch(
      /There is no WebGPU here \(.+\): the CPU trains instead\. .+\./,
    );
    expect(await chip(app).textContent()).toBe('CPU');
    expect(await app.ask('losses')).toEqual(await cpuLosses(xor));

    // Remembered as a setting of this machine, and as no part of the document.
    await app.page.reload();
    await app.ready();
    await expect.poll(() => chip(app).count()).toBe(1);
    await chip(app).click();
    expect(await choice(app, 'webgpu').locator('input').isChecked()).toBe(true);
    await expect.poll(() => choice(app, 'webgpu').innerText()).toMatch(/Not available: .+\. .+\./);
    // The palette of commands opens from there, and the popover gives way to it.
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox').waitFor();
    expect(await choice(app, 'webgpu').count()).toBe(0);
    await app.page.keyboard.press('Escape');
    expect(await app.ask('document')).not.toContain('webgpu');
    expect(app.errors).toEqual([]);
    await app.close();
  });

  test('a page that is not isolated says that this is the reason', async () => {
    const app = await openIn(harness, xor, { isolated: false });
    await chip(app).click();
    await expect.poll(() => choice(app, 'webgpu').innerText()).toContain('not isolated from others');
    await choice(app, 'webgpu').click();
    await app.page.keyboard.press('Escape');
    await app.command('Train');
    await app.waitForRun('finished');
    expect((await app.ask('run')).on).toMatchObject({ choice: 'webgpu', device: { name: 'cpu' } });
    await app.close();
  });
});
