import { afterAll, beforeAll, expect, test } from 'vitest';
import { App, type Harness, startHarness } from './app.ts';

/** What the backward pass leaves out, at a stop in it: grey on the canvas, and with the reason. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

/** Two layers, a product of the first with its detached self between them, and a layer beside that nothing reads. */
const network = {
  format: 'gradloom',
  version: 1,
  name: 'quiet',
  modules: {},
  nodes: [
    { id: 'x', kind: 'RandomTensor', settings: { shape: [8, 4] } },
    { id: 'y', kind: 'RandomTensor', settings: { shape: [8, 2] } },
    { id: 'first', kind: 'Linear', settings: { outFeatures: 4 } },
    { id: 'cut', kind: 'Detach', settings: {} },
    { id: 'both', kind: 'Mul', settings: {} },
    { id: 'last', kind: 'Linear', settings: { outFeatures: 2 } },
    { id: 'aside', kind: 'Linear', settings: { outFeatures: 3 } },
    { id: 'loss', kind: 'MSELoss', settings: {} },
    { id: 'adam', kind: 'Adam', settings: {} },
  ],
  wires: [
    { from: 'x.output', to: 'first.input' },
    { from: 'first.output', to: 'cut.input' },
    { from: 'cut.output', to: 'both.input' },
    { from: 'first.output', to: 'both.other' },
    { from: 'both.output', to: 'last.input' },
    { from: 'first.output', to: 'aside.input' },
    { from: 'last.output', to: 'loss.input' },
    { from: 'y.output', to: 'loss.target' },
    { from: 'loss.loss', to: 'adam.loss' },
  ],
  data: {},
  run: { mode: 'dynamic', seed: 0, steps: 5 },
  view: {
    nodes: {
      x: { x: 0, y: 120 },
      first: { x: 200, y: 120 },
      cut: { x: 400, y: 0 },
      both: { x: 600, y: 120 },
      aside: { x: 400, y: 240 },
      last: { x: 0, y: 420 },
      y: { x: 0, y: 560 },
      loss: { x: 200, y: 480 },
      adam: { x: 400, y: 480 },
    },
  },
};

const quiet = (app: App, node: string) =>
  app.page.locator(`[data-canvas] [data-node="${node}"]`).getAttribute('data-quiet');
const wire = (app: App, name: string) =>
  app.page.locator(`[data-canvas] .react-flow__edge[data-id="${name}"] path[data-gradient]`);

test('data, what is detached and what is not used are grey at a stop in the backward pass, and say why', async () => {
  const app = await App.open(harness);
  await app.openText(JSON.stringify(network), 'quiet.gradloom.json');
  await app.page.locator('[data-canvas] [data-node="adam"]').waitFor();
  const standsAt = app.page.getByTestId('stands-at');

  // On the way forward nothing is grey.
  const count = app.page.getByText(/^entry \d+ of \d+$/);
  await app.page.keyboard.press('F10');
  await count.waitFor();
  await app.page.keyboard.press('F10');
  await expect.poll(() => standsAt.innerText()).toContain('first');
  expect(await quiet(app, 'x')).toBe(null);
  expect(await app.page.locator('[data-gradient]').count()).toBe(0);

  const entry = app.page.getByTestId('entry').locator('h2');
  for (let i = 0; i < 40 && !(await entry.innerText()).startsWith('Backward of sub'); i++) {
    const before = await count.innerText();
    await app.page.keyboard.press('F10');
    await expect.poll(() => count.innerText()).not.toBe(before);
  }
  // The difference between prediction and target goes back to the prediction alone.
  const withheld = app.page.getByTestId('withheld');
  await expect.poll(() => withheld.locator('li').allInnerTexts()).toHaveLength(1);
  expect(await withheld.innerText()).toContain('No gradient: data are given and need none');

  const reasons = { x: 'data', y: 'data', cut: 'detached', aside: 'unused', first: null, both: null, loss: null };
  for (const [node, kind] of Object.entries(reasons)) expect([node, await quiet(app, node)]).toEqual([node, kind]);
  for (const [name, kind] of [
    ['x.output→first.input', 'data'],
    ['first.output→cut.input', 'detached'],
    ['cut.output→both.input', 'detached'],
    ['first.output→aside.input', 'unused'],
    ['y.output→loss.target', 'data'],
    ['first.output→both.other', 'flows'],
    ['last.output→loss.input', 'flows'],
  ] as const)
    expect([name, await wire(app, name).getAttribute('data-gradient')]).toEqual([name, kind]);
  const edge = app.page.locator('.react-flow__edge[data-id="cut.output→both.input"]');
  expect(await edge.locator('title').textContent()).toBe('No gradient: detached by cut');
  const sign = app.page.locator('[data-node="aside"]').getByRole('img', { name: 'No gradient: no loss depends on it' });
  expect(await sign.count()).toBe(1);

  // A wire that is selected says it too.
  await app.page.locator('.react-flow__edge[data-id="cut.output→both.input"]').focus();
  await app.page.keyboard.press('Enter');
  const section = app.page.getByTestId('no-gradient');
  await expect.poll(() => section.innerText()).toContain('No gradient: detached by cut');

  // In the inspector: the reason, and for a parameter the ledger that stays empty.
  await app.select('aside');
  await expect.poll(() => section.getByTestId('ledger').count()).toBe(2);
  expect(await section.innerText()).toMatch(/No gradient: no loss depends on it.*weight.*0 uses.*began without/s);
  await app.select('both');
  await expect.poll(() => section.innerText()).toMatch(/input.*No gradient: detached by cut/s);
  expect(app.errors).toEqual([]);
  await app.close();
});
