import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';
import { themes } from './variants.ts';

/** Breakpoints that are armed, moved and counted in the app, and what an update shows. */

const folder = join(ROOT, 'test', 'e2e', 'screenshots');
let harness: Harness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  harness = await startHarness();
});
afterAll(async () => harness.close());

async function openDocument(name: string, text: string, theme: 'light' | 'dark' = 'light'): Promise<App> {
  const app = await App.open(harness, { theme });
  await app.openText(text, `${name}.gradloom.json`);
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();
  return app;
}
const exampleText = (name: string) => readFile(join(ROOT, 'examples', `${name}.gradloom.json`), 'utf8');

const standsAt = (app: App) => app.page.getByTestId('stands-at');
const inspector = (app: App) => app.page.locator('[data-inspector]');
const row = (app: App, key: string) => inspector(app).locator(`[data-breakpoint="${key}"]`);
const breakpoints = async (app: App) => JSON.parse(await app.ask('document')).view.breakpoints;

/** A loop of three rounds in one of two. */
const nested = {
  format: 'gradloom',
  version: 1,
  name: 'nested',
  modules: {},
  nodes: [
    { id: 'w', kind: 'Parameter', settings: { shape: [3] } },
    { id: 'factor', kind: 'Parameter', settings: { shape: [3] } },
    { id: 'outer', kind: 'Repeat', settings: { times: 2 } },
    { id: 'inner', kind: 'Repeat', settings: { times: 3 }, parent: 'outer' },
    { id: 'scale', kind: 'Mul', settings: {}, parent: 'inner' },
    { id: 'sum', kind: 'Sum', settings: {} },
    { id: 'sgd', kind: 'SGD', settings: { lr: 0.000001 } },
  ],
  wires: [
    { from: 'w.value', to: 'outer.start' },
    { from: 'outer.current', to: 'inner.start' },
    { from: 'inner.current', to: 'scale.input' },
    { from: 'factor.value', to: 'scale.other' },
    { from: 'scale.output', to: 'inner.next' },
    { from: 'inner.result', to: 'outer.next' },
    { from: 'outer.result', to: 'sum.input' },
    { from: 'sum.output', to: 'sgd.loss' },
  ],
  data: {},
  run: { mode: 'dynamic', seed: 0, steps: 2, losses: ['sum.output'] },
  view: { nodes: {} },
};

test('at the k-th iteration of a loop in a loop a run stops in each round, forward and backward', async () => {
  const app = await openDocument('nested', JSON.stringify(nested));
  await app.select('inner');
  await inspector(app).getByRole('button', { name: 'each iteration' }).click();
  await row(app, 'block outer/inner').getByLabel('only no.').fill('2');
  await app.command('Train');
  // It stands before the second iteration: what was done last is the end of the first, on the way back that of the third.
  const ends = ['outer#1/inner#1/scale', 'outer#2/inner#1/scale', 'outer#2/inner#3/scale', 'outer#1/inner#3/scale'];
  for (const address of ends) {
    await app.page.getByTestId('entry').getByRole('button', { name: address, exact: true }).waitFor();
    await app.command('Train');
  }
  expect(app.errors).toEqual([]);
  await app.close();
});

test.each(themes)('a stop says which breakpoint it was, by what value, and what comes next, in %s', async (theme) => {
  const app = await openDocument('nested', JSON.stringify(nested), theme);
  // A node out of sight would be scrolled to, and the canvas scrolls back from under the pointer.
  await app.page.keyboard.press('f');
  await app.still();
  await app.select('scale');
  await inspector(app).getByRole('button', { name: 'before →' }).click();
  const one = row(app, 'node outer/inner/scale forward before');
  await one.getByLabel('Condition').selectOption('norm');
  await one.getByLabel('Limit').fill('0.001');
  await one.getByLabel('Limit').press('Enter');
  await app.select('sgd');
  await inspector(app).getByRole('button', { name: 'before update' }).click();
  await row(app, 'node sgd forward before').getByText('before its update').waitFor();
  for (let i = 0; i < 4; i++) {
    const status = app.page.getByTestId('stands-before');
    const before = await status.allInnerTexts();
    await app.command('Train');
    // While it runs there is none: the next stop is one that says something else.
    await expect.poll(() => status.allInnerTexts()).toSatisfy(([next]) => next !== undefined && next !== before[0]);
  }
  expect(await standsAt(app).innerText()).toBe('at scale #1.3 → mul');
  expect(await app.page.getByTestId('stands-before').innerText()).toBe('next: scale #2.1 → mul');
  const met = app.page.getByTestId('met');
  const norm = await app.page.evaluate(
    async () => (await window.__gradloom?.engineInspect('outer#1/inner#3/scale'))?.output?.norm,
  );
  await expect.poll(() => met.innerText()).toContain('outer/inner/scale before its forward pass: norm ');
  expect(Number(/norm ([\d.e-]+), above/.exec(await met.innerText())?.[1])).toBeCloseTo(norm ?? Number.NaN, 3);
  expect(await met.innerText()).toContain('next: scale #2.1 → mul');
  await app.select('scale');
  await one.getByText('stopped here: norm').waitFor();
  expect(await one.getAttribute('data-met')).toBe('true');
  await app.still();
  await app.page.screenshot({ path: join(folder, `met-${theme}.png`) });
  await met.getByRole('button', { name: 'Look at' }).click();
  await app.page.getByTestId('entry').getByRole('button', { name: 'outer#2/inner#1/scale', exact: true }).waitFor();
  await app.command('Next iteration');
  for (const _ of [1, 2, 3]) await app.command('Next iteration');
  await app.page.getByTestId('tape').getByText('2 × (3, 3)').first().waitFor();
  expect(app.errors).toEqual([]);
  await app.page.screenshot({ path: join(folder, `nested-${theme}.png`) });
  await app.close();
});

test('a number of a breakpoint is in force once it is entered, one step of undo, and what it cannot be is told', async () => {
  const app = await openDocument('dynamic-net', await exampleText('dynamic-net'));
  const { keyboard } = app.page;
  await app.select('loss');
  await inspector(app).getByRole('button', { name: 'after →' }).click();
  const key = 'node loss forward after';
  const hits = row(app, key).getByLabel('from hit');
  const list = app.page.getByRole('dialog', { name: 'Breakpoints' });
  await hits.click();
  await keyboard.type('12');
  expect((await breakpoints(app))[0].hits).toBeUndefined();
  await keyboard.press('Enter');
  await expect.poll(async () => (await breakpoints(app))[0].hits).toBe(12);
  for (const typed of ['0', '-3', '99999999999', '1.5']) {
    await hits.fill(typed);
    await hits.press('Enter');
    await row(app, key).getByRole('alert').getByText(typed).waitFor();
    expect(await hits.inputValue()).toBe('12');
    expect((await breakpoints(app))[0].hits).toBe(12);
  }
  // A key of the run finds what was typed before it.
  await hits.fill('2');
  await keyboard.press('F8');
  await expect.poll(async () => (await breakpoints(app))[0].hits).toBe(2);
  await standsAt(app).waitFor();
  expect((await app.ask('run'))?.step).toBe(1);
  await app.page.locator('[data-canvas]').focus();
  await keyboard.press('Control+z');
  await expect.poll(() => hits.inputValue()).toBe('12');
  await app.page.getByRole('button', { name: /^Breakpoints/ }).click();
  expect(await list.getByLabel('from hit').inputValue()).toBe('12');
  await list.getByLabel('from hit').fill('7');
  await list.getByLabel('from hit').press('Tab');
  await expect.poll(() => hits.inputValue()).toBe('7');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('a condition is a number above or below a limit, NaN, or a loss that rises', async () => {
  const app = await openDocument('dynamic-net', await exampleText('dynamic-net'));
  await app.select('loss');
  await inspector(app).getByRole('button', { name: 'after →' }).click();
  const one = row(app, 'node loss forward after');
  const condition = one.getByLabel('Condition');
  expect(await condition.locator('option').allInnerTexts()).toEqual([
    'always',
    'norm',
    'mean',
    'max',
    'any NaN or ∞',
    'loss rises',
  ]);
  await condition.selectOption('max');
  await one.getByLabel('Limit').fill('600');
  await one.getByLabel('Bound').selectOption('below');
  expect(await breakpoints(app)).toEqual([
    { node: 'loss', pass: 'forward', when: 'after', condition: { of: 'max', below: 600 } },
  ]);
  await app.page.screenshot({ path: join(folder, 'breakpoint-light.png') });
  await app.command('Train');
  await standsAt(app).waitFor();
  const loss = await app.page.evaluate(async () => {
    const told = await window.__gradloom?.engineInspect('loss');
    return told?.output?.max ?? Number.NaN;
  });
  expect(loss).toBeLessThan(600);
  expect((await app.ask('run'))?.step).toBeGreaterThan(0);
  await app.close();
});

test('breakpoints keep their counts while another changes, follow into a module, and come back with undo', async () => {
  const app = await openDocument('nn-sequential', await exampleText('nn-sequential'));
  await app.select('loss');
  await inspector(app).getByRole('button', { name: 'before →' }).click();
  await inspector(app).getByRole('button', { name: 'before ←' }).click();
  for (let i = 0; i < 3; i++) {
    const before = await app.page.getByText(/^entry \d+ of/).allInnerTexts();
    await app.command('Train');
    await expect.poll(() => app.page.getByText(/^entry \d+ of/).allInnerTexts()).not.toEqual(before);
  }
  const counted = row(app, 'node loss forward before');
  await expect.poll(() => counted.innerText()).toContain('×2');
  await row(app, 'node loss backward before').getByLabel('Remove this breakpoint').click();
  expect(await counted.innerText()).toContain('×2');
  await app.command('Train');
  await expect.poll(() => counted.innerText()).toContain('×3');

  await app.select('x');
  await inspector(app).getByRole('button', { name: 'after →' }).click();
  await app.select('model');
  await app.page.keyboard.press('F9');
  const armed = await breakpoints(app);
  await app.page.keyboard.press('Control+g');
  await expect.poll(() => breakpoints(app)).not.toEqual(armed);
  expect((await breakpoints(app)).at(-1).node).toBe('module1/model');
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => breakpoints(app)).toEqual(armed);
  await app.select('model');
  await app.page.keyboard.press('Delete');
  await expect.poll(() => breakpoints(app)).toEqual(armed.slice(0, -1));
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => breakpoints(app)).toEqual(armed);
  expect(app.errors).toEqual([]);
  await app.close();
});

test.each(themes)(
  'to the end of each phase with the mouse, and at the update the formula with its numbers, in %s',
  async (theme) => {
    const app = await openDocument('optim-adam', await exampleText('optim-adam'), theme);
    const phase = app.page.getByRole('button', { name: 'To the end of this phase', exact: true });
    expect(await phase.getAttribute('title')).toBe('To the end of this phase (Alt+F8)');
    const title = app.page.getByTestId('entry').locator('h2');
    for (const at of ['batch', 'sum', 'loss', 'Adding to', 'Adam']) {
      await phase.click();
      await expect.poll(async () => (await title.allInnerTexts()).join().toLowerCase()).toContain(at.toLowerCase());
    }
    const update = app.page.getByTestId('update');
    const numbers = Object.fromEntries(
      await update
        .locator('[data-constant]')
        .evaluateAll((all) => all.map((one) => [one.getAttribute('data-constant'), one.textContent])),
    );
    expect(numbers).toMatchObject({ '\\eta': '1e-4', '\\beta_1': '0.9', t: '1', '1 - \\beta_1^{t}': '0.1' });
    const weight = update.locator('[data-parameter="model/linear1.weight"]');
    const tensors = await weight.getByRole('button').evaluateAll((all) =>
      all.map((one) => {
        const symbol = one.querySelector('annotation')?.textContent ?? '';
        return [symbol, Number(one.textContent?.split('‖·‖ ')[1])] as const;
      }),
    );
    const norm = Object.fromEntries(tensors);
    const told = await app.page.evaluate(async () => {
      const all = await window.__gradloom?.engineInspect('model/linear1');
      return all?.parameters?.weight;
    });
    // m is a tenth of the first gradient, whatever that is; the step is about the learning rate for each of 100,000 weights.
    expect(norm.g).toBeCloseTo(told?.gradient?.norm ?? Number.NaN, 1);
    expect(norm.m).toBeCloseTo((told?.gradient?.norm ?? Number.NaN) / 10, 1);
    expect(norm.W).toBeCloseTo(told?.value.norm ?? Number.NaN, 2);
    expect(norm['\\Delta W']).toBeCloseTo(1e-4 * Math.sqrt(100_000), 3);
    await app.still();
    await app.page.screenshot({ path: join(folder, `update-${theme}.png`) });
    expect(app.errors).toEqual([]);
    await app.close();
  },
);
