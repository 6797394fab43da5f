import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatFigure } from '../../renderer/nodes/figures.ts';
import { example } from '../example.ts';
import { type App, type Harness, startHarness } from './app.ts';
import { Engine } from './engine.ts';
import { entry, expectToStand, mark, openIn, standsAt, tape } from './stop.ts';

/** What one sees at a stop: on the canvas the node at work and what passes the wires, and in the inspector what it is made of. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

/** Steps app and engine to the first entry of which `is` holds. */
async function stepTo(app: App, engine: Engine, is: () => boolean): Promise<void> {
  do {
    await app.page.keyboard.press('F10');
    await engine.step('entry');
    await expectToStand(app, engine);
  } while (!is());
}

const at = (engine: Engine) => engine.session.view.entry(engine.last);
const passing = (app: App) => app.page.getByTestId('passing');

/** Is a node wholly within the canvas? */
const isInSight = (app: App, node: string) =>
  app.page.evaluate((id) => {
    const canvas = document.querySelector('[data-canvas]')?.getBoundingClientRect();
    const card = document.querySelector(`[data-node="${id}"]`)?.getBoundingClientRect();
    return (
      canvas !== undefined &&
      card !== undefined &&
      card.left >= canvas.left &&
      card.top >= canvas.top &&
      card.right <= canvas.right &&
      card.bottom <= canvas.bottom
    );
  }, node);

const zoom = (app: App) =>
  app.page.evaluate(
    () => /scale\(([^)]*)\)/.exec(document.querySelector('.react-flow__viewport')?.getAttribute('style') ?? '')?.[1],
  );

test('the canvas follows the run without zooming, until it is told not to', async () => {
  const network = example('dynamic-net');
  const engine = await Engine.of(network);
  const app = await openIn(harness, network);
  const before = await zoom(app);
  expect(await isInSight(app, 'sgd')).toBe(false);
  await app.page.keyboard.press('F10');
  await engine.step('entry');
  await expectToStand(app, engine);
  await app.page.keyboard.press('Alt+F10');
  await engine.step('iteration');
  await expectToStand(app, engine);
  expect(await mark(app, 'sgd')).toBe('update');
  await expect.poll(() => isInSight(app, 'sgd')).toBe(true);
  await app.still();
  expect(await zoom(app)).toBe(before);
  expect(await isInSight(app, 'x')).toBe(false);

  const toggle = async () => {
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox').fill('Follow the run');
    await app.page.keyboard.press('Enter');
  };
  await toggle();
  await stepTo(app, engine, () => at(engine)?.address === 'input_linear');
  await app.still();
  expect(await isInSight(app, 'input_linear')).toBe(false);
  // It is remembered.
  await app.page.reload();
  await app.ready();
  await app.page.getByRole('button', { name: 'Menu' }).click();
  await app.page.getByRole('menuitem', { name: 'View' }).click();
  const item = app.page.getByRole('menuitemcheckbox', { name: 'Follow the run on the canvas' });
  await item.waitFor();
  expect(await item.getAttribute('aria-checked')).toBe('false');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('what passes a wire stands before the cards it joins, into a loop as well', async () => {
  const network = example('dynamic-net');
  const engine = await Engine.of(network);
  const app = await openIn(harness, network);
  await stepTo(app, engine, () => at(engine)?.address === 'middle#1/middle_linear');
  const norm = at(engine)?.inputs[0]?.statistics?.norm ?? Number.NaN;
  await expect.poll(() => passing(app).allInnerTexts()).toEqual([1, 2].map(() => formatFigure(norm, 3)));
  await app.still();
  for (const label of await passing(app).all()) {
    const box = await label.boundingBox();
    const ends = [1, (box?.width ?? 0) - 1].map(
      (x) => [(box?.x ?? 0) + x, (box?.y ?? 0) + (box?.height ?? 0) / 2] as const,
    );
    const isBefore = await label.evaluate((element, points) => {
      // It lets the pointer through: for once it does not, to be found.
      element.style.pointerEvents = 'auto';
      const found = points.every(([x, y]) => document.elementFromPoint(x, y) === element);
      element.style.pointerEvents = '';
      return found;
    }, ends);
    expect(isBefore).toBe(true);
  }
  // The backward pass begins at the loss.
  await stepTo(app, engine, () => at(engine)?.phase === 'backward');
  expect(await mark(app, 'loss')).toBe('backward');
  expect(await standsAt(app).innerText()).toBe('at loss ← Adding to a gradient');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('the row and the column that make an element of a product are outlined in its factors', async () => {
  const network = example('dynamic-net');
  const engine = await Engine.of(network);
  const app = await openIn(harness, network);
  await stepTo(app, engine, () => at(engine)?.op === 'matmul');
  for (const name of [0, 1])
    await entry(app).locator('section', { hasText: 'Reads' }).getByRole('button').nth(name).click();
  const maps = entry(app).getByRole('application');
  await expect.poll(() => maps.count()).toBe(3);
  await maps.nth(2).focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await app.page.keyboard.press(key);
  await expect.poll(() => entry(app).innerText()).toContain('[2, 1] = ');
  const outline = async (nth: number) => {
    const map = maps.nth(nth);
    const box = await map.locator('> div').boundingBox();
    const line = await map.locator('[data-outlined]').boundingBox();
    return {
      across: (line?.width ?? 0) / (box?.width ?? 1),
      top: (line?.y ?? 0) - (box?.y ?? 0),
      high: line?.height ?? 0,
    };
  };
  // Y = A Bᵀ: row 2 of A and row 1 of B, each as long as it is.
  for (const [nth, row] of [2, 1].entries()) {
    const { across, top, high } = await outline(nth);
    expect(across).toBeCloseTo(1, 1);
    expect(Math.round(top / high)).toBe(row);
    expect(high).toBeGreaterThanOrEqual(2.5);
  }
  // Of 1000 columns the last one is scrolled to, and can be pointed at.
  await maps.nth(0).scrollIntoViewIfNeeded();
  await maps.nth(0).evaluate((element) => element.scrollTo(element.scrollWidth, 0));
  await app.painted();
  const box = await maps.nth(0).boundingBox();
  await app.page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 2, (box?.y ?? 0) + 2);
  await expect.poll(() => entry(app).innerText()).toContain('[0, 999] = ');
  await entry(app).getByRole('tab', { name: 'Histogram' }).first().click();
  const { low = 0, high = 0, bins = [] } = at(engine)?.inputs[0]?.statistics ?? {};
  const told = await entry(app).locator('section', { hasText: 'Reads' }).innerText();
  for (const figure of [low, high]) expect(told).toContain(formatFigure(figure, 4));
  expect(told).toContain(`highest bar: ${Math.max(...bins).toLocaleString('en')}`);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('at a stop the tape has the room, its names are whole, and what waits says for what', async () => {
  const network = example('xor');
  const engine = await Engine.of(network);
  const app = await openIn(harness, network);
  const widthOf = async () => (await tape(app).boundingBox())?.width ?? 0;
  const before = await widthOf();
  const loss = app.page.getByRole('region', { name: 'Loss' });
  expect(await loss.innerText()).toContain('Press Train');
  await stepTo(app, engine, () => true);
  await expect.poll(widthOf).toBeGreaterThan(before + 100);
  expect(await loss.innerText()).toContain('when it is over');
  await app.select('adam');
  await expect
    .poll(() => app.page.locator('[data-inspector]').innerText())
    .toContain('counts from the next iteration on');
  // The last entry alone is no iteration.
  await app.page.keyboard.press('Alt+F10');
  await app.page.keyboard.press('Control+F10');
  await engine.step('iteration');
  await engine.step('back');
  await expectToStand(app, engine);
  await stepTo(app, engine, () => true);
  const since = app.page.getByTestId('since');
  await expect.poll(() => since.innerText()).toContain('1 entry');
  expect(await since.innerText()).toContain('hidden.weight');
  expect(await loss.innerText()).not.toContain('→');
  // Folded in it stays at the next stop.
  await since.locator('summary').click();
  await stepTo(app, engine, () => true);
  expect(await since.getAttribute('open')).toBeNull();
  expect(app.errors).toEqual([]);
  await app.close();
});
