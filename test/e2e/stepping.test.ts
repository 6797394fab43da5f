import { afterAll, beforeAll, expect, test } from 'vitest';
import { layOutTape } from '../../renderer/debugger/tape_layout.ts';
import { COLUMN } from '../../renderer/debugger/tape_view.ts';
import { formatFigure } from '../../renderer/nodes/figures.ts';
import { example } from '../example.ts';
import { type App, type Harness, startHarness } from './app.ts';
import { Engine, figure, plantedNaN } from './engine.ts';
import {
  entry,
  expectEntry,
  expectFault,
  expectLedger,
  expectToStand,
  fault,
  ledger,
  mark,
  openIn,
  tape,
  uses,
} from './stop.ts';

/** Stepping through the forward and the backward pass with the mouse; `stepping_keyboard.test.ts` does the same without. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const WEIGHT = 'middle/middle_linear.weight';
const dynamicNet = example('dynamic-net');

/** Where an entry is drawn, in pixels of the tape that is scrolled to its start. */
function drawnAt(engine: Engine, position: number): { x: number; y: number } {
  const { entries = [] } = engine.debug.tape() ?? {};
  const cell = layOutTape(entries).cells[position];
  if (cell === undefined) throw new Error(`entry ${position} is not drawn`);
  return { x: cell.column * COLUMN.first + 10, y: cell.row === 'forward' ? 28 : 68 };
}

/** The first row of the table that stands open. */
const firstRow = (app: App) => entry(app).locator('tr:has(th[scope=row])').first().locator('td');

test('a breakpoint in the loop, the third contribution in the ledger, a step back and the timeline', async () => {
  const engine = await Engine.of(dynamicNet, [{ parameter: WEIGHT }]);
  const app = await openIn(harness, dynamicNet);
  const { mouse } = app.page;
  await app.select('middle_linear');
  await app.page.locator('[data-inspector]').getByRole('button', { name: '+= weight.grad' }).click();
  // Seed 0 draws three iterations: three contributions, from the last use to the first.
  for (const use of [1, 2, 3]) {
    await app.command('Train');
    await engine.train();
    await expectLedger(app, engine, WEIGHT);
    expect(await uses(app).count()).toBe(use);
  }
  expect(await uses(app).locator('button').allInnerTexts()).toEqual([3, 2, 1].map((k) => `middle_linear #${k}`));
  await expectToStand(app, engine);
  await expectEntry(app, engine, engine.last);
  expect(await mark(app, 'middle_linear')).toBe('backward');
  expect(await mark(app, 'output_linear')).toBe('home');

  // The third contribution itself: what the row says is looked at, element by element.
  await uses(app).nth(2).click();
  await expectEntry(app, engine, engine.last);
  expect(await uses(app).nth(2).getByRole('button').getAttribute('aria-current')).toBe('true');
  await entry(app).getByRole('button', { expanded: false }).nth(1).click();
  await entry(app).getByRole('tab', { name: 'Table' }).first().click();
  const contribution = engine.elements({ of: 'added', position: engine.last }, 2);
  await expect
    .poll(async () => (await firstRow(app).allInnerTexts()).slice(0, 2))
    .toEqual(contribution.map((value) => figure(value)));

  // Another row leads to the use before it, without moving the run.
  await uses(app).first().click();
  const first = engine.session.view.ledger(WEIGHT).find((row) => row.kind === 'added');
  await expectEntry(app, engine, first?.kind === 'added' ? first.position : -1);
  await expectToStand(app, engine);

  await app.command('One entry back');
  await engine.step('back');
  await expectToStand(app, engine);
  await expectEntry(app, engine, engine.last);
  await expectLedger(app, engine, WEIGHT);
  expect(await uses(app).count()).toBe(2);
  await app.command('Next entry');
  await engine.step('entry');
  await expectToStand(app, engine);
  await expectLedger(app, engine, WEIGHT);

  // A click on the tape looks at the entry that is drawn there; the run stays.
  const picture = tape(app).locator('canvas');
  const box = await picture.boundingBox();
  const on = (position: number) => {
    const { x, y } = drawnAt(engine, position);
    return [(box?.x ?? 0) + x, (box?.y ?? 0) + y] as const;
  };
  await mouse.move(...on(2));
  await mouse.wheel(-10_000, 0);
  await app.painted();
  await mouse.click(...on(2));
  await expectEntry(app, engine, 2);
  await expectToStand(app, engine);

  // Drawn along the tape, the run goes with the pointer.
  await mouse.down();
  await mouse.move(...on(5), { steps: 4 });
  await engine.goTo(5);
  await expectToStand(app, engine);
  await mouse.up();
  await expectEntry(app, engine, 5);

  // A double click goes there.
  await mouse.dblclick(...on(4));
  await engine.goTo(4);
  await expectToStand(app, engine);
  await expectEntry(app, engine, 4);
  await expect.poll(() => mark(app, 'output_linear')).toBe('todo');
  expect(await ledger(app).count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('the cause of a planted NaN', async () => {
  const document = plantedNaN();
  const engine = await Engine.of(document);
  const app = await openIn(harness, document);
  await app.command('Train');
  await engine.train();
  await expectFault(app, engine);
  await expectToStand(app, engine);
  await expectEntry(app, engine, engine.last);
  await expect.poll(() => mark(app, 'log')).toBe('forward');
  const [index, input] = [engine.fault?.index ?? [], engine.fault?.entry.inputs[0]];
  await expect.poll(() => entry(app).innerText()).toContain(`[${index.join(', ')}] = NaN`);

  // Its cause leads to the very element that has no logarithm.
  await fault(app).getByRole('button', { name: 'Look at' }).click();
  const [row = 0, column = 0] = index;
  const value = input && engine.elements(input.ref, 16 * 10)[10 * row + column];
  expect(value).toBeLessThanOrEqual(0);
  await expect
    .poll(() => entry(app).innerText())
    .toContain(`[${index.join(', ')}] = ${formatFigure(value ?? Number.NaN, 6)}`);
  expect(app.errors).toEqual([]);
  await app.close();
});
