import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';
import { longLoop } from './long_loop.ts';
import { entry, ledger, standsAt, tape } from './stop.ts';
import { themes } from './variants.ts';

/** What the debugger calls nodes and loops, and that it says names and numbers whole. */

const folder = join(ROOT, 'test', 'e2e', 'screenshots');
let harness: Harness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  harness = await startHarness();
});
afterAll(async () => harness.close());

async function open(text: string, theme: 'light' | 'dark' = 'light'): Promise<App> {
  const app = await App.open(harness, { theme });
  await app.openText(text, 'net.gradloom.json');
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();
  return app;
}

async function rename(app: App, node: string, label: string): Promise<void> {
  await app.select(node);
  const { keyboard } = app.page;
  await keyboard.press('F2');
  await keyboard.press('Control+a');
  await keyboard.insertText(label);
  await keyboard.press('Enter');
}

/** The numbers and the words, without what joins their parts, that lines break within. */
const broken = (within: Locator) =>
  within.evaluate((root) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.closest('.katex') != null) continue;
      for (const { 0: text, index } of (node.textContent ?? '').matchAll(/[-−]?[\d.]+(e[-+]?\d+)?|\p{L}+/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + text.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(text);
      }
    }
    return found;
  });

/** An optimizer that remembers two things of each gradient. */
const withAdam = (text: string) =>
  text
    .replace('"kind":"SGD","settings":{"lr":0.0001,"momentum":0.9}', '"kind":"Adam","settings":{}')
    .replaceAll('sgd', 'adam');

/** Those of some elements that take more than one line. */
const inLines = (elements: Locator) =>
  elements.evaluateAll((all) =>
    all.flatMap((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const tops = [...range.getClientRects()].map(({ top }) => top);
      return Math.max(...tops) - Math.min(...tops) > 9 ? [element.textContent] : [];
    }),
  );

test.each(themes)(
  'a node that is renamed at a stop is called so wherever it is named, and nothing breaks within a name or a number, in %s',
  async (theme) => {
    const app = await open(withAdam(longLoop(12)), theme);
    const { page } = app;
    await app.select('middle_linear');
    await page.locator('[data-inspector]').getByRole('button', { name: '+= weight.grad' }).click();
    await app.command('Train');
    const title = entry(app).locator('h2');
    await expect.poll(() => title.innerText()).toContain('Adding to middle_linear.weight.grad');
    // The last share that is added: the ledger has all rows.
    for (let left = 12; left > 1; left--) {
      const before = await title.innerText();
      await app.command('Train');
      await expect.poll(() => title.innerText()).not.toBe(before);
    }
    await expect.poll(() => standsAt(app).innerText()).toContain('middle_linear #1');
    expect(await ledger(app).innerText()).toMatch(/\de-\d/);
    await app.still();
    expect(await broken(entry(app))).toEqual([]);
    await page.screenshot({ path: join(folder, `names-ledger-${theme}.png`) });

    await rename(app, 'middle_linear', 'Hidden_layer_16');
    await expect
      .poll(() => standsAt(app).innerText())
      .toBe('at Hidden_layer_16 #1 ← Adding to Hidden_layer_16.weight.grad');
    expect(await title.innerText()).toContain('Adding to Hidden_layer_16.weight.grad');
    await entry(app).getByRole('button', { name: 'middle#1/Hidden_layer_16', exact: true }).waitFor();
    expect(await ledger(app).locator('h3').innerText()).toContain('Gradient ledger of Hidden_layer_16.weight');
    expect(await ledger(app).getByRole('button', { name: 'Hidden_layer_16 #12' }).count()).toBe(1);
    expect(await tape(app).locator('p').first().innerText()).toContain('middle#1/Hidden_layer_16');
    expect(await tape(app).getByRole('slider').getAttribute('aria-valuetext')).toContain(
      'Adding to Hidden_layer_16.weight.grad, middle#1/Hidden_layer_16',
    );
    await tape(app).getByRole('button', { name: 'Breakpoints' }).click();
    await page.getByRole('button', { name: 'middle/Hidden_layer_16.weight', exact: true }).waitFor();
    await page.keyboard.press('Escape');

    // The update, what changed by it, and what the optimizer learns.
    await app.command('Next iteration');
    const since = page.getByTestId('since');
    await expect.poll(() => since.innerText()).toContain('middle/Hidden_layer_16.weight');
    await app.still();
    expect(await broken(entry(app))).toEqual([]);
    expect(await page.locator('[data-parameter="middle/middle_linear.weight"] h3').innerText()).toBe(
      'middle/Hidden_layer_16.weight',
    );
    expect(await inLines(since.locator('li > :last-child'))).toEqual([]);
    await since.evaluate((section) => section.scrollIntoView());
    await page.screenshot({ path: join(folder, `names-since-${theme}.png`) });
    await tape(app).getByRole('slider').focus();
    for (let back = 164; back > 156; back--) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => ledger(app).innerText()).toContain('Update by Adam');
    await ledger(app).getByRole('button', { name: 'Update by Adam' }).scrollIntoViewIfNeeded();
    await app.still();
    expect(await broken(entry(app))).toEqual([]);
    expect(await inLines(ledger(app).locator('td:nth-child(n+3), td > .num'))).toEqual([]);
    await page.screenshot({ path: join(folder, `names-update-${theme}.png`) });
    await app.select('adam');
    await page
      .locator('[data-setting="parameters"]')
      .getByRole('button', { name: 'Hidden_layer_16', exact: true })
      .waitFor();
    expect(await page.locator('body').innerText()).not.toContain('middle_linear');
    expect(app.errors).toEqual([]);
    await app.close();
  },
);

/** A loop of two rounds in one of five. */
const nested = {
  format: 'gradloom',
  version: 1,
  name: 'nested',
  modules: {},
  nodes: [
    { id: 'w', kind: 'Parameter', settings: { shape: [3] } },
    { id: 'outer', kind: 'Repeat', settings: { times: 5 } },
    { id: 'inner', kind: 'Repeat', settings: { times: 2 }, parent: 'outer' },
    { id: 'scale', kind: 'Tanh', settings: {}, parent: 'inner' },
    { id: 'sum', kind: 'Sum', settings: {} },
    { id: 'sgd', kind: 'SGD', settings: { lr: 0.1 } },
  ],
  wires: [
    { from: 'w.value', to: 'outer.start' },
    { from: 'outer.current', to: 'inner.start' },
    { from: 'inner.current', to: 'scale.input' },
    { from: 'scale.output', to: 'inner.next' },
    { from: 'inner.result', to: 'outer.next' },
    { from: 'outer.result', to: 'sum.input' },
    { from: 'sum.output', to: 'sgd.loss' },
  ],
  data: {},
  run: { mode: 'dynamic', seed: 0, steps: 9, losses: ['sum.output'] },
  view: { nodes: {} },
};

test('of many loops the tape names a few, and an iteration is told apart from its counts', async () => {
  const app = await open(JSON.stringify(nested));
  await app.command('Next iteration');
  const heading = tape(app).locator('h3');
  await expect
    .poll(() => heading.innerText())
    .toContain('iteration 1, outer ran 5 times, outer#1/inner ran 2 times, outer#2/inner ran 2 times, and 3 more');
  await tape(app).getByRole('button', { name: '#1: 5 × (2, 2, 2, 2, 2)', exact: true }).waitFor();
  await app.still();
  await app.page.screenshot({ path: join(folder, 'names-loops.png') });
  expect(app.errors).toEqual([]);
  await app.close();
});
