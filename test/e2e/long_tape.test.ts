import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { App, type Harness, startHarness } from './app.ts';
import { longLoop } from './long_loop.ts';

/** The tape of an iteration with thousands of entries, and the unrolled graph that follows a stop. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

async function open(text: string): Promise<App> {
  const app = await App.open(harness);
  await app.openText(text, 'net.gradloom.json');
  await app.page.locator('[data-canvas] [data-node]').first().waitFor();
  return app;
}

const count = (app: App) => app.page.getByTestId('tape').getByText(/^entry \d+ of/);

/** Counts, from now on, what is asked of the engine, and how often the tape is drawn in one frame. */
const watch = (app: App) =>
  app.page.evaluate(() => {
    const seen = { travels: 0, open: 0, mostOpen: 0, moves: 0, draws: 0, drawsInFrame: 0, mostDraws: 0 };
    Object.assign(window, { __seen: seen });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: never[]) {
      const type = (message as { request?: { type?: string } }).request?.type;
      // A journey is over once the tape of where it ended is asked for.
      if (type === 'tape') seen.open = 0;
      if (type === 'travel') {
        seen.travels++;
        seen.mostOpen = Math.max(seen.mostOpen, ++seen.open);
      }
      post.call(this, message, ...rest);
    };
    const canvas = document.querySelector('[data-testid="tape"] canvas');
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...args) {
      if (this.canvas === canvas) {
        seen.draws++;
        seen.mostDraws = Math.max(seen.mostDraws, ++seen.drawsInFrame);
      }
      clear.apply(this, args);
    };
    const frame = () => {
      seen.drawsInFrame = 0;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    canvas?.addEventListener('pointermove', () => seen.moves++);
  });

const seen = (app: App) =>
  app.page.evaluate(() => (window as unknown as { __seen: Record<string, number> }).__seen) as Promise<{
    travels: number;
    mostOpen: number;
    moves: number;
    draws: number;
    mostDraws: number;
  }>;

test('thousands of entries are scrubbed and zoomed: one journey at a time, one drawing a frame, and nothing is committed by a look', async () => {
  const app = await open(longLoop(500));
  await app.command('Next entry');
  await count(app).waitFor();
  expect(Number((await count(app).innerText()).split(' ').at(-1))).toBeGreaterThan(5000);
  const { mouse, keyboard } = app.page;
  const box = await app.page.getByTestId('tape').locator('canvas').boundingBox();
  if (box === null) throw new Error('there is no tape');
  const row = { forward: box.y + 28, backward: box.y + 68 };
  await watch(app);

  // Out until all of it is in sight, and over it. What the stop before has asked the engine for may still come, once.
  const quietly = async (work: () => Promise<unknown>) => {
    await app.still();
    for (let tries = 0; tries < 5; tries++) {
      const commits = await app.ask('commits');
      await work();
      await app.painted();
      if ((await app.ask('commits')) === commits) return;
    }
    expect.fail('React committed something each time');
  };
  await mouse.move(box.x + box.width / 2, row.forward);
  await keyboard.down('Control');
  await quietly(async () => {
    for (let i = 0; i < 10; i++) await mouse.wheel(0, 200);
  });
  await keyboard.up('Control');
  await quietly(() => mouse.move(box.x + 10, row.forward, { steps: 20 }));
  expect((await seen(app)).travels).toBe(0);

  // Along the way forward, and home along the way back.
  const scrub = async (from: number, to: number, y: number) => {
    await mouse.move(box.x + from, y);
    await mouse.down();
    await mouse.move(box.x + to, y, { steps: 40 });
    await mouse.up();
  };
  const caption = app.page.getByTestId('tape').locator('p');
  await scrub(10, box.width / 2, row.forward);
  await expect.poll(async () => /middle#2\d\d\//.test(await caption.innerText())).toBe(true);
  const half = Number((await caption.innerText()).split(' ').at(-1));
  await expect.poll(() => count(app).innerText()).toContain(`entry ${half} of`);
  await scrub(box.width - 20, box.width / 2, row.backward);
  await expect.poll(async () => /Backward of.*middle#2\d\d\//s.test(await caption.innerText())).toBe(true);
  const back = Number((await caption.innerText()).split(' ').at(-1));
  await expect.poll(() => count(app).innerText()).toContain(`entry ${back} of`);
  expect(back).toBeGreaterThan(half);

  const { travels, mostOpen, moves, draws, mostDraws } = await seen(app);
  expect(mostOpen).toBe(1);
  expect(travels).toBeGreaterThan(1);
  expect(travels).toBeLessThanOrEqual(moves);
  expect(draws).toBeGreaterThan(10);
  expect(mostDraws).toBe(1);
  expect(app.errors).toEqual([]);
  await app.close();
});

const use = (app: App, address: string) => app.page.locator(`[data-use="${address}"]`);
const mark = (app: App, address: string) => use(app, address).getAttribute('data-mark');
const standsAt = (app: App) => app.page.getByTestId('stands-at').innerText();

test('the unrolled graph shows the iteration one stands in, follows each step, and leads to entries, by mouse and by keyboard', async () => {
  const app = await open(await readFile(join(ROOT, 'examples', 'dynamic-net.gradloom.json'), 'utf8'));
  const { keyboard } = app.page;
  // Seed 0 draws three iterations; the fifth entry is the second one in the first of them.
  for (let i = 1; i <= 5; i++) {
    await keyboard.press('F10');
    await expect.poll(() => count(app).innerText()).toContain(`entry ${i} of`);
  }
  await app.page.getByTestId('tape').getByRole('button', { name: 'Unrolled graph' }).click();
  await use(app, 'loss').waitFor();
  expect(await app.page.locator('[data-frame]').count()).toBe(3);
  await expect.poll(() => mark(app, 'middle#1/middle_linear')).toBe('forward');
  expect(await mark(app, 'input_linear')).toBe('done');
  expect(await mark(app, 'middle#2/middle_linear')).toBe('todo');
  expect(await app.page.locator('[data-frame="middle#1"]').getAttribute('data-mark')).toBe('forward');

  // A click looks, a double click goes there; in the forward pass to the forward entry.
  const title = app.page.getByTestId('entry').locator('h2');
  const before = await standsAt(app);
  await use(app, 'input_relu').click();
  await expect.poll(() => title.innerText()).toMatch(/^clamp/);
  expect(await standsAt(app)).toBe(before);
  await use(app, 'middle#3/middle_relu').dblclick();
  await expect.poll(() => mark(app, 'middle#3/middle_relu')).toBe('forward');
  expect(await standsAt(app)).toMatch(/middle_relu #3.*clamp/s);
  expect(await mark(app, 'middle#2/middle_linear')).toBe('done');
  expect(await mark(app, 'output_linear')).toBe('todo');

  // By keyboard alone: on into the backward pass, to a use, back to another moment.
  await keyboard.press('Alt+F8');
  await expect.poll(() => mark(app, 'output_linear')).toBe('done');
  await keyboard.press('Alt+F8');
  await expect.poll(() => standsAt(app)).toContain('loss → loss');
  await keyboard.press('F10');
  await expect.poll(() => standsAt(app)).toContain('←');
  await use(app, 'output_linear').focus();
  await keyboard.press('Enter');
  await expect.poll(() => mark(app, 'output_linear')).toBe('backward');
  expect(await mark(app, 'loss')).toBe('home');
  expect(await mark(app, 'middle#3/middle_relu')).toBe('done');
  const isFocused = (address: string) => use(app, address).evaluate((box) => box === document.activeElement);
  await keyboard.press('ArrowLeft');
  expect(await isFocused('middle#3/middle_relu')).toBe(true);
  await keyboard.press('Enter');
  await expect.poll(() => mark(app, 'middle#3/middle_relu')).toBe('backward');
  expect(await mark(app, 'output_linear')).toBe('home');
  await keyboard.press('Control+F10');
  await keyboard.press('Control+F10');
  await expect.poll(() => mark(app, 'output_linear')).toBe('backward');

  // The next iterations have graphs of their own; between two nothing is marked but the optimizer on the canvas behind.
  await keyboard.press('Alt+F10');
  await expect.poll(() => app.page.locator('[data-unrolled] [data-mark]').count()).toBe(0);
  await expect.poll(() => app.page.locator('[data-node="sgd"]').getAttribute('data-mark')).toBe('update');
  await expect.poll(() => app.page.locator('[data-mark]').count()).toBe(1);
  const other = (await app.ask('frame'))?.step;
  await keyboard.press('F10');
  await app.page
    .locator('[data-unrolled] header')
    .getByText(`Iteration ${(other ?? 0) + 1}`)
    .waitFor();
  await expect.poll(() => mark(app, 'x')).toBe('forward');
  expect(app.errors).toEqual([]);
  await app.close();
});
