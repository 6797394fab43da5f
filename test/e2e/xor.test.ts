import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatFigure, formatShare } from '../../renderer/nodes/figures.ts';
import { App, buildXor, type Harness, startHarness } from './app.ts';

/** From an empty canvas to a trained network, with the mouse, and back again. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
  await app.newDocument();
});
afterAll(async () => harness.close());

const parsed = async (): Promise<{ nodes: { id: string }[]; wires: { from: string; to: string }[] }> =>
  JSON.parse(await app.ask('document'));

test('a network is built with the mouse: six nodes, six wires, and the shapes stand on them', async () => {
  await buildXor(app);
  const { nodes, wires } = await parsed();
  expect(nodes.map((node) => node.id)).toEqual(['xor1', 'linear1', 'tanh1', 'linear2', 'bcewithlogitsloss1', 'adam1']);
  expect(wires).toHaveLength(6);
  await expect.poll(() => app.page.locator('[data-wire="linear1.output→tanh1.input"]').textContent()).toBe('4×8');
  expect(await app.page.locator('[data-problem]').count()).toBe(0);
});

test('undo leads back to the empty canvas and redo to the very same bytes', async () => {
  const built = await app.ask('document');
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 480 } });
  for (let i = 0; i < 60 && (await parsed()).nodes.length > 0; i++) await app.page.keyboard.press('Control+z');
  expect((await parsed()).nodes).toEqual([]);
  for (let i = 0; i < 60 && (await app.ask('document')) !== built; i++)
    await app.page.keyboard.press('Control+Shift+z');
  expect(await app.ask('document')).toBe(built);
});

test('the status bar tells beforehand about how much memory a run takes, and in a run how much it does', async () => {
  const memory = app.page.locator('[data-number="memory"]');
  const explained = () => memory.locator('..').getAttribute('title');
  await expect.poll(() => memory.textContent()).toBe('≈ 2 KB');
  expect(await explained()).toContain('About what a run will take at most');
  await app.command('Next iteration');
  await expect.poll(() => memory.textContent()).toBe('2 KB');
  expect(await explained()).toBe('What the arrays of this run take at this moment');
  await app.command('Reset');
  await expect.poll(() => memory.textContent()).toBe('≈ 2 KB');
});

test('it trains to a loss under 0.05', async () => {
  await app.command('Train');
  await app.waitForRun('finished');
  const losses = await app.ask('losses');
  expect(losses.at(-1)).toBeLessThan(0.05);
  expect(losses[0]).toBeGreaterThan(losses.at(-1) ?? 0);
});

test('the cards show the very numbers of the engine', async () => {
  for (const node of ['xor1', 'linear1', 'tanh1', 'linear2', 'bcewithlogitsloss1']) {
    await app.select(node);
    const { engine, shown } = await app.page.evaluate(async (id) => {
      const telemetry = await window.__gradloom?.engineInspect(id);
      const flat: Record<string, number> = {};
      const take = (path: string, statistics: object | undefined) => {
        for (const [name, value] of Object.entries(statistics ?? {}))
          if (typeof value === 'number') flat[`${path}.${name}`] = value;
      };
      take('output', telemetry?.output);
      take('gradient', telemetry?.gradient);
      for (const [name, parameter] of Object.entries(telemetry?.parameters ?? {})) {
        take(`${name}.value`, parameter.value);
        take(`${name}.gradient`, parameter.gradient);
      }
      const elements = document.querySelectorAll<HTMLElement>(
        `[data-node="${id}"] [data-stat], [data-inspect="${id}"] [data-stat]`,
      );
      const all = [...elements].map((e) => ({
        stat: e.dataset.stat ?? '',
        compact: e.dataset.compact === 'true',
        value: e.dataset.value,
        text: e.textContent,
      }));
      return { engine: flat, shown: all.filter(({ value }) => value !== undefined) };
    }, node);
    expect(shown.length, `${node} shows numbers`).toBeGreaterThan(6);
    for (const { stat, compact, value, text } of shown) {
      const number = engine[stat] ?? Number.NaN;
      expect(Number(value), `${node} ${stat}`).toBe(number);
      const count = engine[stat.replace(/zeros$/, 'count')] ?? Number.NaN;
      const figure = stat.endsWith('.zeros')
        ? formatShare(number, count)
        : formatFigure(number, compact && Math.abs(number) < 0.1 ? 2 : 3);
      // A card adds what the number is: `σ 0.85`, `51% zero`.
      if (compact) expect(text.split(' '), `${node} ${stat}`).toContain(figure);
      else expect(text, `${node} ${stat}`).toBe(figure);
    }
  }
});

test('a frame of telemetry commits nothing in React', async () => {
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 480 } });
  await app.set('steps', '1000000');
  await app.command('Train');
  await app.waitForRun('running');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 100);
  await app.page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await app.quietFrames(30);
  await app.command('Pause');
  await app.waitForRun('paused');
});

test('the console stayed silent', () => {
  expect(app.errors).toEqual([]);
});
