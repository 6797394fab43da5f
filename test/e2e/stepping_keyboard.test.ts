import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatFigure } from '../../renderer/nodes/figures.ts';
import { example } from '../example.ts';
import { App, type Harness, startHarness } from './app.ts';
import { Engine, plantedNaN } from './engine.ts';
import {
  entry,
  expectEntry,
  expectFault,
  expectLedger,
  expectToStand,
  fault,
  mark,
  openIn,
  standsAt,
  tape,
  uses,
} from './stop.ts';

/** The same as `stepping.test.ts` by keyboard alone: whatever is used here was reached with keys, and has the focus. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const WEIGHT = 'middle/middle_linear.weight';

const isInside = (app: App, selector: string) =>
  app.page.evaluate((wanted) => document.activeElement?.closest(wanted) != null, selector);

/** Presses a key until the focus is in what the selector finds. */
async function reach(app: App, selector: string, key: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await isInside(app, selector)) return;
    await app.page.keyboard.press(key);
  }
  throw new Error(`${selector} is not reached with ${key}`);
}

/** To a part of the window. */
const toPart = (app: App, part: 'canvas' | 'inspector' | 'dock') => reach(app, `[data-${part}]`, 'F6');

test('a breakpoint in the loop, the third contribution in the ledger, a step back and the timeline', async () => {
  const engine = await Engine.of(example('dynamic-net'), [{ parameter: WEIGHT }]);
  const app = await App.open(harness);
  const { keyboard } = app.page;
  await keyboard.press('Control+k');
  await keyboard.type('dynamic-net');
  await keyboard.press('Enter');
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();

  await toPart(app, 'canvas');
  await reach(app, '[data-id="middle_linear"]', 'Tab');
  await keyboard.press('Enter');
  await toPart(app, 'inspector');
  await reach(app, '[aria-pressed]:nth-child(5)', 'Tab');
  await keyboard.press('Enter');
  await app.page.locator('[data-canvas] [data-node="middle_linear"] [role="img"][data-state="on"]').waitFor();
  for (const use of [1, 2, 3]) {
    await keyboard.press('F8');
    await engine.train();
    await expectLedger(app, engine, WEIGHT);
    expect(await uses(app).count()).toBe(use);
  }
  await expectToStand(app, engine);
  await expectEntry(app, engine, engine.last);

  // The third contribution, element by element.
  await reach(app, '[data-testid="ledger"] tr:last-child', 'Shift+Tab');
  await keyboard.press('Enter');
  expect(await uses(app).nth(2).getByRole('button').getAttribute('aria-current')).toBe('true');
  await reach(app, '[data-testid="entry"] li:nth-child(2)', 'Tab');
  await keyboard.press('Enter');
  await reach(app, '[role="application"]', 'Tab');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await keyboard.press(key);
  const contribution = engine.elements({ of: 'added', position: engine.last }, 102);
  await expect
    .poll(() => entry(app).innerText())
    .toContain(`[1, 1] = ${formatFigure(contribution[101] ?? Number.NaN, 6)}`);

  // The first row leads to the use before it, and keeps the focus.
  await reach(app, '[data-testid="ledger"] tr:nth-child(2)', 'Shift+Tab');
  await keyboard.press('Enter');
  const first = engine.session.view.ledger(WEIGHT).find((row) => row.kind === 'added');
  await expectEntry(app, engine, first?.kind === 'added' ? first.position : -1);
  expect(await isInside(app, '[data-testid="ledger"] tr:nth-child(2)')).toBe(true);

  await keyboard.press('Control+F10');
  await engine.step('back');
  await expectToStand(app, engine);
  await expectEntry(app, engine, engine.last);
  await expectLedger(app, engine, WEIGHT);
  await keyboard.press('F10');
  await engine.step('entry');
  await expectToStand(app, engine);
  await expectLedger(app, engine, WEIGHT);

  // The timeline: by entry, down to the backward of the same operation, by phase; Enter goes there.
  await toPart(app, 'dock');
  expect(await isInside(app, '[role=slider]')).toBe(true);
  await keyboard.press('Home');
  await expectEntry(app, engine, 0);
  await keyboard.press('PageDown');
  await expectEntry(app, engine, 1);
  for (let i = 0; i < 4; i++) await keyboard.press('ArrowRight');
  await expectEntry(app, engine, 5);
  const entries = engine.debug.tape()?.entries ?? [];
  await keyboard.press('ArrowDown');
  const backward = entries.findIndex(({ forward }) => forward === 5);
  await expectEntry(app, engine, backward);
  expect(await tape(app).getByRole('slider').getAttribute('aria-valuetext')).toContain(`entry ${backward + 1}`);
  await keyboard.press('PageUp');
  await expectEntry(
    app,
    engine,
    entries.findIndex(({ phase }) => phase === 'backward'),
  );
  await expectToStand(app, engine);
  await keyboard.press('Escape');
  await expectEntry(app, engine, engine.last);
  await keyboard.press('Home');
  for (let i = 0; i < 4; i++) await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await engine.goTo(4);
  await expectToStand(app, engine);
  await expectEntry(app, engine, 4);
  await expect.poll(() => mark(app, 'output_linear')).toBe('todo');
  expect(app.errors).toEqual([]);
  await app.close();
});

test('F9 at the card that has the focus, and the steps into and out of a loop', async () => {
  const app = await openIn(harness, example('dynamic-net'));
  const { keyboard } = app.page;
  await reach(app, 'header', 'F6');
  await toPart(app, 'canvas');
  await reach(app, '[data-id="middle_linear"]', 'Tab');
  await keyboard.press('Enter');
  await keyboard.press('F9');
  await app.page.locator('[data-canvas] [data-node="middle_linear"] [role="img"][data-state="on"]').waitFor();
  await keyboard.press('F8');
  await expect.poll(() => standsAt(app).innerText()).toContain('input_relu');
  await keyboard.press('F10');
  await expect.poll(() => standsAt(app).innerText()).toMatch(/middle_linear #1.*matmul/s);
  await keyboard.press('Control+,');
  await expect.poll(() => standsAt(app).innerText()).toContain('middle_relu');
  // What the focus was on is selected still: it comes back to the card.
  await toPart(app, 'inspector');
  await toPart(app, 'canvas');
  expect(await isInside(app, '[data-id="middle_linear"]')).toBe(true);
  await app.close();
});

test('the cause of a planted NaN', async () => {
  const document = plantedNaN();
  const engine = await Engine.of(document);
  const app = await openIn(harness, document);
  const { keyboard } = app.page;
  await keyboard.press('F8');
  await engine.train();
  await expectFault(app, engine);
  await expectToStand(app, engine);
  await expectEntry(app, engine, engine.last);

  await toPart(app, 'inspector');
  await reach(app, '[data-testid="fault"] button', 'Tab');
  await keyboard.press('Enter');
  const [index, input] = [engine.fault?.index ?? [], engine.fault?.entry.inputs[0]];
  const [row = 0, column = 0] = index;
  const value = input && engine.elements(input.ref, 16 * 10)[10 * row + column];
  await expect
    .poll(() => entry(app).innerText())
    .toContain(`[${index.join(', ')}] = ${formatFigure(value ?? Number.NaN, 6)}`);
  expect(await isInside(app, '[aria-expanded="true"]')).toBe(true);

  // One entry earlier on the tape it was made: there it is a number still.
  await toPart(app, 'dock');
  await keyboard.press('ArrowLeft');
  await expectEntry(app, engine, engine.last - 1);
  expect(await fault(app).count()).toBe(0);
  await keyboard.press('Escape');
  await fault(app).waitFor();
  expect(app.errors).toEqual([]);
  await app.close();
});
