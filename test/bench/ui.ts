import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll } from '../../electron/launch/bundles.ts';
import { ROOT } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { App, type Harness, startHarness } from '../e2e/app.ts';
import { longLoop } from '../e2e/long_loop.ts';

/** `npm run bench:ui`: how the interface feels, in milliseconds. Printed, never asserted. */

interface Row {
  readonly what: string;
  readonly value: string;
  readonly limit: string;
}

const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};
const ms = (value: number) => `${value.toFixed(1)} ms`;

/** Lengths of the page's animation frames while `work` runs. */
async function frames(app: App, work: () => Promise<unknown>): Promise<number[]> {
  await app.page.evaluate(() => {
    const state = { on: true, lengths: [] as number[] };
    Object.assign(window, { __frames: state });
    let before = performance.now();
    const tick = (now: number) => {
      state.lengths.push(now - before);
      before = now;
      if (state.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await work();
  return app.page.evaluate(() => {
    const { __frames } = window as unknown as { __frames: { on: boolean; lengths: number[] } };
    __frames.on = false;
    return __frames.lengths.slice(2);
  });
}

/** The frames of a window in which an example trains, in a page that shares memory with threads or one that cannot. */
async function training(harness: Harness, id: string, isolated: boolean): Promise<Row[]> {
  const app = await App.open(harness, { isolated });
  const example: GraphDocument = JSON.parse(await readFile(join(ROOT, 'examples', `${id}.gradloom.json`), 'utf8'));
  const { epochs: _, ...run } = example.run;
  await app.openText(JSON.stringify({ ...example, run: { ...run, steps: 100_000_000 } }), `${id}.gradloom.json`);
  await app.page.locator('[data-node]').first().waitFor();
  await app.command('Train');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 500, undefined, { timeout: 120_000 });
  const lengths = await frames(app, () => app.page.waitForTimeout(3000));
  const rate = (await app.ask('frame'))?.stepsPerSecond ?? 0;
  await app.close();
  const what = `frames while training ${id}${isolated ? '' : ', not isolated'}`;
  return [
    { what: `${what}, median`, value: ms(quantile(lengths, 0.5)), limit: '16.7 ms' },
    { what: `${what}, 95th`, value: ms(quantile(lengths, 0.95)), limit: '33 ms' },
    { what: 'steps per second meanwhile', value: rate.toFixed(0), limit: '' },
  ];
}

async function pausing(harness: Harness): Promise<Row[]> {
  const app = await App.open(harness);
  const xor: GraphDocument = JSON.parse(await readFile(join(ROOT, 'examples', 'xor.gradloom.json'), 'utf8'));
  await app.openText(JSON.stringify({ ...xor, run: { ...xor.run, steps: 100_000_000 } }), 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
  await app.command('Train');
  await app.page.waitForFunction(() => (window.__gradloom?.frame()?.step ?? 0) > 500);
  // Until the engine and the window run on optimized code.
  await app.page.waitForTimeout(3000);
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    pauses.push(
      await app.page.evaluate(async () => {
        const button = document.querySelector<HTMLButtonElement>('button[aria-label="Pause"]');
        const started = performance.now();
        button?.click();
        while (window.__gradloom?.run().state === 'running') await new Promise((resolve) => setTimeout(resolve, 1));
        return performance.now() - started;
      }),
    );
    await app.command('Train');
    await app.waitForRun('running');
    await app.frames(4);
  }
  await app.close();
  return [{ what: 'Pause until paused, worst of 8', value: ms(Math.max(...pauses)), limit: '100 ms' }];
}

/** Steps through two iterations of mnist-mlp: how long it takes until a stop is on the screen, the kernels of the step included. */
async function stepping(harness: Harness, steps: number): Promise<Row[]> {
  const app = await App.open(harness);
  const text = await readFile(join(ROOT, 'examples', 'mnist-mlp.gradloom.json'), 'utf8');
  await app.openText(text, 'mnist-mlp.gradloom.json');
  await app.page.locator('[data-node]').first().waitFor();
  await app.command('Next entry');
  const count = app.page.getByTestId('tape').getByText(/^entry \d+ of/);
  await count.waitFor({ timeout: 120_000 });
  const waits: number[] = [];
  for (let i = 0; i < steps; i++) {
    waits.push(
      await app.page.evaluate(async () => {
        const shown = () => document.querySelector('[data-testid="tape"] h3')?.textContent;
        const before = shown();
        const started = performance.now();
        document.querySelector<HTMLButtonElement>('button[aria-label="Next entry"]')?.click();
        while (shown() === before) await new Promise(requestAnimationFrame);
        return performance.now() - started;
      }),
    );
  }
  await app.close();
  return [
    { what: `a stop in mnist-mlp on the screen, median of ${steps}`, value: ms(quantile(waits, 0.5)), limit: '100 ms' },
    { what: 'the same, 95th', value: ms(quantile(waits, 0.95)), limit: '100 ms' },
    { what: 'the same, worst', value: ms(Math.max(...waits)), limit: '' },
  ];
}

/** Zooms, pans and scrubs a tape of thousands of entries. */
async function scrubbing(harness: Harness, times: number): Promise<Row[]> {
  const app = await App.open(harness);
  await app.openText(longLoop(times), 'long.gradloom.json');
  await app.page.locator('[data-node]').first().waitFor();
  const sizes = await app.page.evaluateHandle(() => {
    const seen = { tapes: [] as number[] };
    const hear = (event: MessageEvent) => {
      const value = event.data?.reply?.value;
      if (value?.film !== undefined) seen.tapes.push(JSON.stringify(value).length);
    };
    const post = Worker.prototype.postMessage;
    const heard = new WeakSet<Worker>();
    Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: never[]) {
      if (!heard.has(this)) this.addEventListener('message', hear);
      heard.add(this);
      post.call(this, message, ...rest);
    };
    return seen;
  });
  await app.command('Next entry');
  const count = app.page.getByTestId('tape').getByText(/^entry \d+ of/);
  await count.waitFor({ timeout: 120_000 });
  await app.command('Next entry');
  await app.still();
  const { tapes } = await sizes.jsonValue();
  const entries = (await count.innerText()).split(' ').at(-1);
  const box = await app.page.getByTestId('tape').locator('canvas').boundingBox();
  if (box === null) throw new Error('there is no tape');
  const { mouse, keyboard } = app.page;
  const middle = box.x + box.width / 2;
  await mouse.move(middle, box.y + 28);
  await keyboard.down('Control');
  const zooming = await frames(app, async () => {
    for (let i = 0; i < 60; i++) await mouse.wheel(0, i < 30 ? 60 : -60);
  });
  await keyboard.up('Control');
  const panning = await frames(app, async () => {
    for (let i = 0; i < 60; i++) await mouse.wheel(0, 120);
  });
  await keyboard.down('Control');
  for (let i = 0; i < 20; i++) await mouse.wheel(0, 100);
  await keyboard.up('Control');
  const along = (y: number) =>
    frames(app, async () => {
      await mouse.move(box.x + 20, y);
      await mouse.down();
      await mouse.move(box.x + box.width - 20, y, { steps: 60 });
      await mouse.up();
    });
  const [forward, backward] = [await along(box.y + 28), await along(box.y + 68)];
  await app.close();
  const row = (what: string, lengths: readonly number[]): Row => ({
    what: `frames while ${what}, median and 95th`,
    value: `${ms(quantile(lengths, 0.5))}, ${ms(quantile(lengths, 0.95))}`,
    limit: '16.7 ms, 50 ms',
  });
  return [
    row(`zooming a tape of ${entries} entries`, zooming),
    row('panning it', panning),
    row('scrubbing its forward pass', forward),
    row('scrubbing its backward pass', backward),
    {
      what: 'the tape as it is sent at the first stop, at the next',
      value: tapes.map((bytes) => `${(bytes / 1000).toFixed(1)} kB`).join(', '),
      limit: '',
    },
  ];
}

/** 300 linear layers in a long wire, ten a row. */
function chain(count: number): GraphDocument {
  const nodes = Array.from({ length: count }, (_, i) =>
    i === 0
      ? { id: 'n0', kind: 'RandomTensor', settings: { shape: [8, 16] } }
      : { id: `n${i}`, kind: i % 2 ? 'Linear' : 'Tanh', settings: i % 2 ? { outFeatures: 16 } : {} },
  );
  return {
    ...emptyDocument('chain'),
    nodes,
    wires: nodes.slice(1).map((node, i) => ({ from: `n${i}.output`, to: `${node.id}.input` })),
    view: {
      nodes: Object.fromEntries(nodes.map(({ id }, i) => [id, { x: (i % 20) * 220, y: Math.floor(i / 20) * 130 }])),
    },
  };
}

async function dragging(harness: Harness, count: number): Promise<Row[]> {
  const app = await App.open(harness);
  await app.openText(JSON.stringify(chain(count)), 'chain.gradloom.json');
  await app.page.locator(`[data-node="n${count - 1}"]`).waitFor();
  await app.still();
  const from = await app.centre('[data-node="n105"] header');
  const { mouse } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  const lengths = await frames(app, async () => {
    for (let i = 0; i < 90; i++) await mouse.move(from.x + i, from.y + (i % 20));
  });
  await mouse.up();
  await app.close();
  return [
    { what: `frames while dragging one of ${count}, median`, value: ms(quantile(lengths, 0.5)), limit: '16.7 ms' },
    { what: `frames while dragging one of ${count}, 95th`, value: ms(quantile(lengths, 0.95)), limit: '50 ms' },
  ];
}

await buildAll();
const harness = await startHarness();
const rows = [
  ...(await training(harness, 'xor', true)),
  ...(await training(harness, 'xor', false)),
  ...(await training(harness, 'mnist-mlp', true)),
  ...(await training(harness, 'mnist-mlp', false)),
  ...(await pausing(harness)),
  ...(await stepping(harness, 70)),
  ...(await scrubbing(harness, 500)),
  ...(await dragging(harness, 300)),
];
await harness.close();
console.table(rows);
