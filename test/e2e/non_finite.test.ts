import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { type Harness, startHarness } from './app.ts';
import { Engine, figure } from './engine.ts';
import { entry, expectEntry, expectToStand, fault, openIn, tape } from './stop.ts';

/** What the app shows where numbers are not finite, step by step. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
}, 120_000);
afterAll(async () => harness.close());

/** The logarithm of what a ReLU leaves, where that is zero. */
const logOfZero = chain('log', ['ReLU', 'Log']);
/** The root of zeros, whose slope is infinite. */
const rootOfZero = chain('root', ['Mul', 'Sqrt']);

/** Weights, of which a Mul makes zeros, go through two nodes to a sum. */
function chain(name: string, [first, second]: readonly [string, string]): GraphDocument {
  const zero: DocumentNode = { id: 'zero', kind: 'Constant', settings: { value: 0 } };
  return {
    ...emptyDocument(name),
    nodes: [
      { id: 'w', kind: 'Parameter', settings: { shape: [2, 3] } },
      ...(first === 'Mul' ? [zero] : []),
      { id: 'first', kind: first, settings: {} },
      { id: 'second', kind: second, settings: {} },
      { id: 'sum', kind: 'Sum', settings: {} },
      { id: 'sgd', kind: 'SGD', settings: { lr: 0.1 } },
    ],
    wires: [
      { from: 'w.value', to: 'first.input' },
      ...(first === 'Mul' ? [{ from: 'zero.output', to: 'first.other' }] : []),
      { from: 'first.output', to: 'second.input' },
      { from: 'second.output', to: 'sum.input' },
      { from: 'sum.output', to: 'sgd.loss' },
    ],
    run: { mode: 'dynamic', seed: 0, steps: 5, losses: ['sum.output'] },
  };
}

test('a step onto the entry that makes an infinity says so, with its numbers as they are; the next goes on', async () => {
  const engine = await Engine.of(logOfZero);
  const app = await openIn(harness, logOfZero);
  const { keyboard } = app.page;
  for (let i = 1; i <= 3; i++) {
    await keyboard.press('F10');
    await engine.step('entry');
    await expect.poll(() => tape(app).locator('h3').innerText()).toContain(`entry ${i} of`);
  }
  await expectToStand(app, engine);
  await expect.poll(() => fault(app).innerText()).toContain('The first −∞: 4 elements, at [0, 1], in iteration 1');
  expect(await fault(app).locator('li').allInnerTexts()).toEqual([
    expect.stringContaining('This is the logarithm of zero or less: 4 elements of the input, the farthest 0.'),
  ]);
  await expectEntry(app, engine, engine.last);
  const made = engine.session.view.entry(engine.last)?.outputs[0] ?? expect.fail();
  expect(await entry(app).innerText()).toContain('‖·‖ ∞');
  const told = (await entry(app).locator('dl').last().innerText()).split('\n');
  const max = figure(made.statistics?.max ?? Number.NaN);
  for (const line of ['−∞', max, '∞', '4']) expect(told).toContain(line);
  // The heatmap tells the two that are finite from each other, one above zero and one below.
  const colours = await entry(app)
    .locator('canvas')
    .last()
    .evaluate((canvas: HTMLCanvasElement) =>
      [...(canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [])].join(),
    )
    .then((data) => data.split(',').map(Number));
  const colour = (i: number) => colours.slice(4 * i, 4 * i + 3);
  const values = engine.elements(made.ref, 6);
  const finite = [0, 1, 2, 3, 4, 5].filter((i) => Number.isFinite(values[i]));
  expect(finite).toHaveLength(2);
  expect(colours).toHaveLength(4 * 6);
  expect(colour(finite[0] ?? 0)).not.toEqual(colour(finite[1] ?? 0));

  await keyboard.press('F10');
  await engine.step('entry');
  await expectToStand(app, engine);
  expect(await fault(app).count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('going on from an infinity of the backward pass, the run fails, keeps its tape, and goes back', async () => {
  const engine = await Engine.of(rootOfZero);
  const app = await openIn(harness, rootOfZero);
  const { keyboard } = app.page;
  const status = app.page.locator('footer');
  await keyboard.press('Alt+F10');
  await engine.step('iteration');
  await expectToStand(app, engine);
  await expect.poll(() => fault(app).innerText()).toContain('The first ∞: 6 elements');
  expect(await fault(app).innerText()).toContain('This is the slope of the square root at zero, which is infinite');

  await keyboard.press('F8');
  await engine.train();
  await expect.poll(() => status.innerText()).toContain('Stopped');
  await expectToStand(app, engine);
  await expect.poll(() => tape(app).locator('h3').innerText()).toContain('entry 4 of');
  expect(await status.innerText()).toContain('1 problem');
  const problems = app.page.getByRole('region', { name: 'Problems' });
  expect(await problems.locator('h3').innerText()).toMatch(/Problems\s+1/);
  expect(await problems.innerText()).toContain('The loss became NaN in iteration 2');
  expect(await problems.innerText()).not.toContain('Lower the learning rate');

  await keyboard.press('Control+F10');
  await engine.step('back');
  await expectToStand(app, engine);
  await expect.poll(() => status.innerText()).toContain('Paused');
  await expect.poll(() => status.innerText()).toContain('0 problems');
  expect(app.errors).toEqual([]);
  await app.close();
});
