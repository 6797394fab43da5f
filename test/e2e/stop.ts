import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { formatFigure } from '../../renderer/nodes/figures.ts';
import { namesIn } from '../../renderer/stores/names.ts';
import { App, type Harness } from './app.ts';
import { type Engine, figure } from './engine.ts';

/** What the app shows where a run stands, compared with what the engine beside it has. */

/** Nothing that is trained here was renamed. */
const names = namesIn();

/** The app with a document that was opened from a file. */
export async function openIn(
  harness: Harness,
  document: GraphDocument,
  options: Parameters<typeof App.open>[1] = {},
): Promise<App> {
  const app = await App.open(harness, options);
  await app.openText(formatDocument(document), `${document.name}.gradloom.json`);
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();
  return app;
}

export const entry = (app: App) => app.page.getByTestId('entry');
export const standsAt = (app: App) => app.page.getByTestId('stands-at');
export const tape = (app: App) => app.page.getByTestId('tape');
export const ledger = (app: App) => app.page.getByTestId('ledger');
export const fault = (app: App) => app.page.getByTestId('fault');
/** Rows of the ledger that are uses of the parameter. */
export const uses = (app: App) => ledger(app).locator('tr', { has: app.page.locator('sub') });
export const mark = (app: App, node: string) =>
  app.page.locator(`[data-canvas] [data-node="${node}"]`).getAttribute('data-mark');

const texts = async (cells: Locator) => (await cells.allInnerTexts()).map((text) => text.trim());

/** Waits until the ledger says, row by row, what the engine has: use, norm, cosine to the total, running sum. */
export async function expectLedger(app: App, engine: Engine, parameter: string): Promise<void> {
  const wanted = engine.session.view.ledger(parameter).flatMap((row) => {
    if (row.kind !== 'added') return [];
    return [[names.use(row.address), figure(row.norm), row.cosine.toFixed(2), figure(row.sum)]];
  });
  await expect
    .poll(async () => {
      const rows = await uses(app).all();
      return Promise.all(rows.map(async (row) => (await texts(row.locator('td'))).slice(1)));
    })
    .toEqual(wanted);
}

/** Waits until the inspector shows the entry at a position: its number, and the figure beside each tensor that is there. */
export async function expectEntry(app: App, engine: Engine, position: number): Promise<void> {
  const report = engine.session.view.entry(position);
  if (report === undefined) throw new Error(`the engine has no entry ${position}`);
  await expect.poll(() => entry(app).locator('h2').innerText()).toContain(`entry ${position + 1}`);
  const isDone = position < (engine.debug.tape()?.done ?? 0);
  const wanted = [...report.inputs, ...report.outputs].map(({ statistics, ref }) => {
    if (statistics === undefined) return !isDone ? 'not made yet' : ref.of === 'before' ? 'none' : 'no longer there';
    if (statistics.count === 1) return formatFigure(statistics.mean, 5);
    return `‖·‖ ${figure(statistics.norm)}`;
  });
  await expect.poll(() => texts(entry(app).locator('li > button[aria-expanded] > :last-child'))).toEqual(wanted);
}

/** Waits until the status bar says that the run stands after the engine's last entry, and the tape counts as many. */
export async function expectToStand(app: App, engine: Engine): Promise<void> {
  const { done = 0, entries = [] } = engine.debug.tape() ?? {};
  const last = entries[done - 1];
  if (last === undefined) throw new Error('nothing was done yet');
  // What begins the backward pass belongs to the loss.
  const seed = last.phase === 'backward' ? entries.find(({ phase }) => phase === 'loss')?.address : undefined;
  const place = names.use(last.address || (seed ?? last.phase));
  const way = last.phase === 'backward' ? '←' : '→';
  const target = last.parameter === undefined ? 'a gradient' : `${last.parameter.split('/').at(-1)}.grad`;
  const does = last.op === 'accumulate' ? `Adding to ${target}` : last.op;
  await expect.poll(() => standsAt(app).innerText()).toBe(`at ${place} ${way} ${does}`);
  await expect.poll(() => tape(app).locator('h3').innerText()).toContain(`entry ${done} of ${entries.length}`);
}

/** What is told of a NaN is what the engine found: where, in which iteration, from which row, and why. */
export async function expectFault(app: App, engine: Engine): Promise<void> {
  const found = engine.fault;
  if (found === undefined) throw new Error('the engine met no NaN');
  await fault(app).waitFor();
  const said = await fault(app).innerText();
  expect(said).toContain(`The first ${found.value}: ${found.count === 1 ? 'one element' : `${found.count} elements`}`);
  expect(said).toContain(`at [${found.index.join(', ')}], in iteration ${found.iteration + 1}`);
  expect(said).toContain(`row ${found.sample} of the data set`);
  expect(await fault(app).locator('li').count()).toBe(found.causes.length);
  const [first] = found.causes;
  if (first?.kind !== 'hazard') throw new Error('the engine found another cause');
  const told = await fault(app).locator('li').first().innerText();
  expect(told).toContain(`This is ${first.cause.en}`);
  expect(told).toContain(`the farthest ${figure(first.worst)}`);
}
