import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';

/** A function of the user's own: written in the editor, caught, mended and trained. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
});
afterAll(async () => harness.close());

const example = (id: string) => readFileSync(join(ROOT, 'examples', `${id}.gradloom.json`), 'utf8');
const open = async (id: string) => {
  await app.openText(example(id), `${id}.gradloom.json`);
  await app.page.locator('[data-node]').first().waitFor();
};
/** Others may use this machine: what follows an answer of the engine has time. */
const soon = { timeout: 30_000 };
const badge = (node: string) => app.page.locator(`[data-node="${node}"] [data-verdict]`);
const verdictOf = (node: string) => badge(node).getAttribute('data-verdict');
const told = () => app.page.getByRole('dialog').locator('[data-verdict-text]').innerText();
const sourceIn = (document: string): string =>
  JSON.parse(document).nodes.find(({ kind }: { kind: string }) => kind === 'CustomFunction').settings.source;

async function openEditor(): Promise<void> {
  await app.page.getByRole('button', { name: 'Edit code…' }).click();
  await app.page.locator('.cm-content').waitFor();
}

/** Replaces one line of the code, with the keyboard. */
async function writeLine(line: number, text: string): Promise<void> {
  const { keyboard } = app.page;
  await app.page.locator('.cm-content').click();
  await keyboard.press('Control+Home');
  for (let i = 1; i < line; i++) await keyboard.press('ArrowDown');
  await keyboard.press('End');
  await keyboard.press('Shift+Home');
  await keyboard.insertText(text);
}

test('a document from elsewhere is opened without running its code: nothing is wrong, and shapes beyond it are unknown', async () => {
  await open('custom-function');
  await app.select('h_relu');
  expect(await verdictOf('h_relu')).toBe('unknown');
  expect(await app.page.locator('[data-problem]').count()).toBe(0);
  await expect.poll(() => app.page.locator('[data-wire="h.output→h_relu.input"]').textContent(), soon).toBe('64×100');
  expect(await app.page.locator('[data-wire="h_relu.output→y_pred.input"]').count()).toBe(0);
});

test('the editor offers operations, marks the code that is not saved, and asks before it is lost', async () => {
  const before = await app.ask('document');
  await openEditor();
  await writeLine(10, '  return gradOutput.m');
  await app.page.keyboard.type('u');
  const offered = app.page.locator('.cm-tooltip-autocomplete');
  await offered.waitFor();
  expect(await offered.innerText()).toContain('mul(other)');
  await app.page.keyboard.press('Escape');
  await offered.waitFor({ state: 'detached' });
  await app.page.keyboard.press('Escape');
  expect(await app.page.getByRole('alert').innerText()).toContain('not saved');
  await app.page.getByRole('button', { name: 'Keep editing' }).click();
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Discard' }).click();
  await app.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await app.ask('document')).toBe(before);
  expect(await verdictOf('h_relu')).toBe('unknown');
});

test('a wrong backward is caught on saving: element, expected and got stand in the editor and on the node', async () => {
  await openEditor();
  await writeLine(10, '  return gradOutput.mul(0.5);');
  await app.page.keyboard.press('Control+s');
  await expect.poll(() => told(), soon).toMatch(/Worst at input\[\d+, \d+\]: expected -?[\d.]+, got -?[\d.]+/);
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(sourceIn(await app.ask('document'))).toContain('gradOutput.mul(0.5)');
  await expect.poll(() => verdictOf('h_relu'), soon).toBe('wrong');
  expect(await badge('h_relu').getAttribute('aria-label')).toMatch(/Worst at input/);
  // Its trace is known now, and so are the shapes beyond it.
  await expect
    .poll(() => app.page.locator('[data-wire="h_relu.output→y_pred.input"]').textContent(), soon)
    .toBe('64×100');
});

test('it trains only once the user insists', async () => {
  await app.command('Train');
  const asked = app.page.getByRole('dialog');
  await asked.waitFor();
  expect(await asked.innerText()).toContain('The backward of MyReLU is wrong.');
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
  expect((await app.ask('run')).trained).toBeNull();
});

test('its code is written only once the user insists, too, and the reason stands in its place', async () => {
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 20 } });
  await app.page.keyboard.press('c');
  const doubtful = app.page.locator('[data-code]').getByRole('status').getByRole('listitem');
  await expect
    .poll(() => doubtful.allInnerTexts(), soon)
    .toEqual([expect.stringMatching(/^MyReLU\s+Worst at input\[\d+, \d+\]: expected -?[\d.]+, got -?[\d.]+$/)]);
  // In one line, where there is room for it.
  expect((await doubtful.boundingBox())?.height).toBeLessThan(30);
  await app.page.keyboard.press('c');
  await app.select('h_relu');
});

test('mended it is verified, and trains without a question', async () => {
  await openEditor();
  await writeLine(10, '  return where(input.lt(0), 0, gradOutput);');
  await app.page.keyboard.press('Control+s');
  await expect.poll(() => told(), soon).toContain('verified');
  await app.page.keyboard.press('Escape');
  expect(await verdictOf('h_relu')).toBe('verified');
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 20 } });
  await app.command('Train');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 3, undefined, { timeout: 60_000 });
  const losses = await app.ask('losses');
  expect(losses[0]).toBeGreaterThan(losses.at(-1) ?? 0);
  await app.command('Pause');
  await app.waitForRun('paused');
  // The canvas shows where the run stands, wherever Pause found it.
  await app.command('Fit to view');
  await app.still();
});

test('undo brings back the code before, with its verdict', async () => {
  await app.page.keyboard.press('Control+z');
  expect(sourceIn(await app.ask('document'))).toContain('mul(0.5)');
  await expect.poll(() => verdictOf('h_relu'), soon).toBe('wrong');
  await app.page.keyboard.press('Control+Shift+z');
  await expect.poll(() => verdictOf('h_relu'), soon).toBe('verified');
});

test('an endless loop becomes a problem of its node, and the engine lives on', async () => {
  await app.select('h_relu');
  await openEditor();
  await writeLine(4, '  for (;;);');
  await app.page.keyboard.press('Control+s');
  await expect.poll(() => told(), soon).toContain('did not end in time');
  await app.page.locator('.cm-lintRange-error').first().waitFor();
  await app.page.keyboard.press('Escape');
  const problem = app.page.locator('[data-node="h_relu"] [data-problem="function-failed"]');
  await problem.waitFor();
  expect(await app.page.getByRole('button', { name: 'Train', exact: true }).isDisabled()).toBe(true);
  await open('xor');
  await app.command('Train');
  await app.waitForRun('finished');
  expect((await app.ask('losses')).at(-1)).toBeLessThan(0.05);
});

test('parameters of forward are the inputs, and wires follow their names', async () => {
  await app.page.getByRole('button', { name: 'custom-function', exact: true }).click();
  await app.select('h_relu');
  await openEditor();
  await writeLine(2, 'function forward(ctx, x, y) {');
  await app.page.keyboard.press('Control+s');
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('dialog').waitFor({ state: 'detached' });
  const { wires } = JSON.parse(await app.ask('document'));
  expect(wires).toContainEqual({ from: 'h.output', to: 'h_relu.x' });
  await app.page.locator('[data-node="h_relu"] [data-port="y"]').waitFor();
  expect(app.errors).toEqual([]);
});

test('a function that cannot be checked is told of with the reason, before it trains', async () => {
  const document = JSON.parse(example('custom-function'));
  const nowhere = sourceIn(JSON.stringify(document)).replace('input.clamp(0)', 'input.pow(2).add(1).neg().log()');
  document.nodes.find(({ id }: { id: string }) => id === 'h_relu').settings.source = nowhere;
  await app.openText(JSON.stringify(document), 'nowhere.gradloom.json');
  await app.page.locator('[data-node="h_relu"]').waitFor();
  await app.command('Train');
  const asked = app.page.getByRole('dialog');
  await asked.waitFor(soon);
  const said = await asked.innerText();
  expect(said).toContain('The backward of MyReLU could not be checked.');
  expect(said).toContain('No gradient could be compared');
  expect(said).toContain('Does forward divide by 0');
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
});

test('what the user insists on is remembered: after a reload it trains without a question', async () => {
  const document = JSON.parse(example('custom-function'));
  const wrong = sourceIn(JSON.stringify(document)).replace(
    'return where(input.lt(0), 0, gradOutput)',
    'return gradOutput',
  );
  document.nodes.find(({ id }: { id: string }) => id === 'h_relu').settings.source = wrong;
  document.run.steps = 3;
  await app.openText(JSON.stringify(document), 'insisted.gradloom.json');
  await app.page.locator('[data-node="h_relu"]').waitFor();
  await app.command('Train');
  await app.page.getByRole('button', { name: 'Train anyway' }).click();
  await app.waitForRun('finished');
  await app.page.reload();
  await app.ready();
  await app.page.locator('[data-node="h_relu"]').waitFor();
  await app.command('Train');
  await app.waitForRun('finished');
  expect(await app.page.getByRole('dialog').count()).toBe(0);
});
