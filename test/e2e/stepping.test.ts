import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Stepping through the forward and the backward pass, with the mouse and with the keyboard alone. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

async function openExample(name: string, edit: (text: string) => string = (text) => text): Promise<App> {
  const app = await App.open(harness);
  const text = edit(await readFile(join(ROOT, 'examples', `${name}.gradloom.json`), 'utf8'));
  await app.openText(text, `${name}.gradloom.json`);
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();
  return app;
}

const standsAt = (app: App) => app.page.getByTestId('stands-at');
const ledger = (app: App) => app.page.getByTestId('ledger');
const mark = (app: App, node: string) =>
  app.page.locator(`[data-canvas] [data-node="${node}"]`).getAttribute('data-mark');

/** Rows of the ledger that are uses of the parameter: address and norm as they are written. */
async function uses(app: App): Promise<string[][]> {
  const rows = ledger(app).locator('tr', { has: app.page.locator('sub') });
  return Promise.all((await rows.all()).map((row) => row.locator('td').allInnerTexts()));
}

test('a breakpoint in the loop, the third contribution in the ledger, a step back and the timeline: with the mouse', async () => {
  const app = await openExample('dynamic-net');
  await app.select('middle_linear');
  await app.page.locator('[data-inspector]').getByRole('button', { name: '+= weight.grad' }).click();
  await app.command('Train');
  // Seed 0 draws three iterations: three contributions, from the last use to the first.
  for (const use of [1, 2, 3]) {
    await expect.poll(async () => (await uses(app)).length).toBe(use);
    if (use < 3) await app.command('Train');
  }
  const rows = await uses(app);
  expect(rows.map(([, address]) => address)).toEqual([3, 2, 1].map((k) => `middle_linear #${k}`));
  expect(await mark(app, 'middle_linear')).toBe('backward');
  expect(await mark(app, 'output_linear')).toBe('home');

  // What is on the screen is what the engine has.
  const norm = await app.page.evaluate(async () => {
    const told = await window.__gradloom?.engineInspect('middle/middle_linear');
    return told?.parameters?.weight?.gradient?.norm ?? Number.NaN;
  });
  const made = app.page.getByTestId('entry').getByRole('button', { expanded: true });
  expect(Number((await made.innerText()).split('‖·‖')[1])).toBeCloseTo(norm, 2);

  await app.command('One entry back');
  await expect.poll(async () => (await uses(app)).length).toBe(2);
  await app.command('Next entry');
  await expect.poll(async () => (await uses(app)).length).toBe(3);
  expect(await uses(app)).toEqual(rows);

  // A click looks at an entry that was done, a double click goes there.
  const tape = app.page.getByTestId('tape').locator('canvas');
  const title = app.page.getByTestId('entry').locator('h2');
  const before = await standsAt(app).innerText();
  await tape.focus();
  await app.page.keyboard.press('Home');
  await tape.click({ position: { x: 20, y: 28 } });
  await expect.poll(() => title.innerText()).not.toContain('Adding to');
  expect(await standsAt(app).innerText()).toBe(before);
  await tape.dblclick({ position: { x: 80, y: 28 } });
  await expect.poll(() => standsAt(app).innerText()).not.toBe(before);
  await expect.poll(() => mark(app, 'output_linear')).toBe('todo');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('the same by keyboard alone', async () => {
  const app = await openExample('dynamic-net');
  const { keyboard } = app.page;
  // Cards are reached with Tab.
  const isFocused = () => app.page.evaluate(() => document.activeElement?.getAttribute('data-id'));
  for (let i = 0; i < 200 && (await isFocused()) !== 'middle_linear'; i++) await keyboard.press('Tab');
  expect(await isFocused()).toBe('middle_linear');
  await keyboard.press('Enter');
  await keyboard.press('F9');
  await app.page.locator('[data-canvas] [data-node="middle_linear"] [role="img"][data-state="on"]').waitFor();
  await keyboard.press('F8');
  await expect.poll(() => standsAt(app).innerText()).toContain('input_relu');
  await keyboard.press('F10');
  await expect.poll(() => standsAt(app).innerText()).toMatch(/middle_linear #1.*matmul/s);
  await keyboard.press('Control+,');
  await expect.poll(() => standsAt(app).innerText()).toContain('middle_relu');
  await app.close();
});

test('the cause of a planted NaN is found', async () => {
  // The logarithm of what may be negative, behind the output.
  const app = await openExample('nn-sequential', (text) => {
    const document = JSON.parse(text);
    document.nodes.push({ id: 'log', kind: 'Log', settings: {} });
    const loss = document.wires.find(({ to }: { to: string }) => to === 'loss.input');
    document.wires.push({ from: loss.from, to: 'log.input' });
    loss.from = 'log.output';
    document.view.nodes.log = { x: 600, y: 300 };
    return JSON.stringify(document);
  });
  await app.command('Train');
  const fault = app.page.getByTestId('fault');
  await fault.waitFor();
  expect(await fault.locator('li').first().innerText()).toContain('the logarithm of zero or less');
  expect(await standsAt(app).innerText()).toContain('log');
  await expect.poll(() => mark(app, 'log')).toBe('forward');
  await app.close();
});
