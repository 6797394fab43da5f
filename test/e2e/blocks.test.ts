import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Loops and modules, made and used with the mouse. */

const folder = join(ROOT, 'test', 'e2e', 'screenshots');
let harness: Harness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  harness = await startHarness();
});
afterAll(async () => harness.close());

const parsed = async (app: App): Promise<GraphDocument> => JSON.parse(await app.ask('document'));
const shown = (app: App, node: string, stat: string) =>
  app.page.locator(`[data-node="${node}"] [data-stat="${stat}"]`).first().getAttribute('data-value');
const engine = (app: App, address: string) => app.page.evaluate((at) => window.__gradloom?.engineInspect(at), address);

/** Folds the panels away and zooms out, for room on the canvas. */
async function makeRoom(app: App): Promise<void> {
  await app.page.keyboard.press('Control+j');
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 480 } });
  for (let i = 0; i < 2; i++) {
    await app.page.keyboard.press('-');
    // The next step would begin where this one is on its way.
    await app.still();
  }
}

test('dynamic-net is built from an empty canvas with the mouse, trains to the losses of the example, and each iteration has its values', async () => {
  const app = await App.open(harness, { theme: 'dark', width: 1600, height: 1000 });
  await app.newDocument();
  await makeRoom(app);
  await app.place('RandomTensor', { x: 90, y: 120 });
  await app.select('randomtensor1');
  await app.set('shape', '64, 1000');
  await app.place('RandomTensor', { x: 90, y: 420 });
  await app.select('randomtensor2');
  await app.set('shape', '64, 10');
  await app.place('Linear', { x: 255, y: 120 });
  await app.select('linear1');
  await app.set('outFeatures', '100');
  await app.place('Clamp', { x: 420, y: 120 });
  await app.place('Repeat', { x: 600, y: 90 });
  await app.place('Linear', { x: 615, y: 160 });
  await app.place('Clamp', { x: 785, y: 160 });
  await app.place('Linear', { x: 1000, y: 120 });
  await app.place('MSELoss', { x: 700, y: 420 });
  await app.place('SGD', { x: 900, y: 420 });
  const { nodes } = await parsed(app);
  expect(nodes.filter((n) => n.parent === 'repeat1').map((n) => n.id)).toEqual(['linear2', 'clamp2']);

  for (const clamp of ['clamp1', 'clamp2']) {
    await app.select(clamp);
    await app.page.locator('[data-setting="upper"]').click();
  }
  await app.select('linear2');
  await app.set('outFeatures', '100');
  await app.page.locator('[data-node="repeat1"] header').first().click();
  await app.page.locator('[data-setting="count"]').click();
  await app.page.getByRole('option', { name: 'drawn' }).click();
  await app.select('mseloss1');
  await app.page.locator('[data-setting="reduction"]').click();
  await app.page.getByRole('option', { name: 'sum' }).click();
  await app.select('sgd1');
  await app.set('lr', '1e-4');
  await app.set('momentum', '0.9');

  for (const [from, to] of [
    ['randomtensor1.output', 'linear1.input'],
    ['linear1.output', 'clamp1.input'],
    ['clamp1.output', 'repeat1.start'],
    ['repeat1.current', 'linear2.input'],
    ['linear2.output', 'clamp2.input'],
    ['clamp2.output', 'repeat1.next'],
    ['repeat1.result', 'linear3.input'],
    ['linear3.output', 'mseloss1.input'],
    ['randomtensor2.output', 'mseloss1.target'],
    ['mseloss1.loss', 'sgd1.loss'],
  ] as const)
    await app.wire(from, to);
  expect((await parsed(app)).wires).toHaveLength(10);
  await expect.poll(() => app.page.locator('[data-problem]').count()).toBe(0);
  await app.page.screenshot({ path: join(folder, 'dynamic-net-built.png') });

  // The same losses as the example of that name: the same draws in the same order, and the same counts.
  const own = await losses(app, 12);
  await app.openText(
    await readFile(join(ROOT, 'examples/dynamic-net.gradloom.json'), 'utf8'),
    'dynamic-net.gradloom.json',
  );
  await app.page.locator('[data-node="middle"]').waitFor();
  expect(await losses(app, 12)).toEqual(own);

  // Stop where the loop ran at least twice, and look at one iteration after the other.
  for (let i = 0; i < 20 && ((await app.ask('frame'))?.loops.middle ?? 0) < 2; i++) await next(app);
  const count = (await app.ask('frame'))?.loops.middle ?? 0;
  expect(count).toBeGreaterThanOrEqual(2);
  const seen: string[] = [];
  for (const iteration of [1, 2]) {
    await app.page.locator(`[data-node="middle"] [data-iteration="${iteration}"]`).click();
    const told = await engine(app, `middle#${iteration}/middle_linear`);
    await expect.poll(() => shown(app, 'middle_linear', 'output.std')).toBe(String(told?.output?.std));
    expect(await shown(app, 'middle_linear', 'gradient.norm')).toBe(String(told?.gradient?.norm));
    seen.push(String(told?.output?.std));
  }
  expect(seen[0]).not.toBe(seen[1]);
  await app.page.screenshot({ path: join(folder, 'dynamic-net-second-iteration.png') });
  expect(app.errors).toEqual([]);
  await app.close();
});

/** Takes one more iteration and waits for its numbers. */
async function next(app: App): Promise<void> {
  const before = (await app.ask('frame'))?.step ?? 0;
  await app.command('Next iteration');
  await app.page.waitForFunction((step) => (window.__gradloom?.frame()?.step ?? 0) > step, before);
}

async function losses(app: App, steps: number): Promise<number[]> {
  for (let i = 0; i < steps; i++) await next(app);
  return app.ask('losses');
}

test('a node dragged out of a loop loses no wire without a word, and undo brings all back', async () => {
  const app = await App.open(harness, { width: 1600, height: 1000 });
  await app.openText(
    await readFile(join(ROOT, 'examples/dynamic-net.gradloom.json'), 'utf8'),
    'dynamic-net.gradloom.json',
  );
  await app.page.locator('[data-node="middle_relu"]').waitFor();
  const before = await app.ask('document');
  const from = await app.centre('[data-node="middle_relu"] header');
  await app.drag(from, { x: from.x, y: from.y + 260 });
  const { nodes, wires } = await parsed(app);
  expect(nodes.find((n) => n.id === 'middle_relu')?.parent).toBeUndefined();
  expect(wires.some((w) => w.from === 'middle_linear.output' && w.to === 'middle_relu.input')).toBe(false);
  await app.page
    .getByText(/wires? (was|were) cut|wires? led/)
    .first()
    .waitFor();
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 480 } });
  await app.page.keyboard.press('Control+z');
  expect(await app.ask('document')).toBe(before);
  await app.close();
});

test('a module is made of a selection, opened, given a setting, used twice with tied weights, and unpacked', async () => {
  const app = await App.open(harness, { width: 1600, height: 1000 });
  await app.openText(await readFile(join(ROOT, 'examples/xor.gradloom.json'), 'utf8'), 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
  const before = await losses(app, 3);
  await app.command('Reset');

  // Make: the hidden layer and its activation. The numbers stay.
  const activation = (await parsed(app)).nodes.find((n) => n.kind === 'Tanh' || n.kind === 'ReLU')?.id ?? '';
  await app.select('hidden');
  await app.page.locator(`[data-node="${activation}"] header`).click({ modifiers: ['Shift'] });
  await app.page.keyboard.press('Control+g');
  await app.page.locator('[data-node="module1"]').waitFor();
  expect(Object.keys((await parsed(app)).modules)).toEqual(['Module1']);
  expect(await losses(app, 3)).toEqual(before);
  await app.command('Reset');

  // Open, hand the width through, and go back.
  await app.page.locator('[data-node="module1"]').dblclick({ position: { x: 80, y: 50 } });
  await app.page.locator('[data-crumbs]').waitFor();
  await app.page.screenshot({ path: join(folder, 'definition.png') });
  await app.select('hidden');
  await app.page.locator('[data-bind="outFeatures"]').click();
  await app.page.locator('[data-bound="outFeatures"]').waitFor();
  await app.page.locator('[data-crumbs] button').first().click();
  await app.select('module1');
  await app.page.locator('[data-setting="outFeatures"]').waitFor();

  // Reuse: from the palette, sharing the weights of the first.
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 480 } });
  await app.place('module:Module1', { x: 500, y: 420 });
  await app.select('module1_2');
  await app.page.locator('[data-setting="tiedTo"]').click();
  await app.page.getByRole('option', { name: 'shared with module1' }).click();
  expect((await parsed(app)).nodes.find((n) => n.id === 'module1_2')?.tiedTo).toBe('module1');
  await app.page.screenshot({ path: join(folder, 'instances.png') });
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 480 } });
  await app.page.keyboard.press('Control+z');
  await app.page.keyboard.press('Control+z');

  // Unpack: the definition that nobody uses any more goes, the numbers stay.
  await app.select('module1');
  await app.page.locator('[data-instance] button', { hasText: 'Unpack' }).click();
  const { nodes, modules } = await parsed(app);
  expect(nodes.map((n) => n.id)).toContain('hidden');
  expect(modules).toEqual({});
  expect(await losses(app, 3)).toEqual(before);
  expect(app.errors).toEqual([]);
  await app.close();
});
