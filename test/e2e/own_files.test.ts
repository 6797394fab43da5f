import { afterAll, beforeAll, expect, test } from 'vitest';
import { App, type Harness, startHarness } from './app.ts';

/** What the user brings: data files of their own, two pages at once, an empty canvas. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

/** An IDX file of bytes. */
const idx = (shape: readonly number[], values: readonly number[]): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Buffer.from(values)]);
};

const network = JSON.stringify({
  format: 'gradloom',
  version: 1,
  name: 'own',
  nodes: [
    { id: 'idx', kind: 'IDXDataset', settings: { samples: 4, features: 4, classes: 2 } },
    { id: 'linear', kind: 'Linear', settings: { inFeatures: 4, outFeatures: 2 } },
    { id: 'loss', kind: 'CrossEntropyLoss', settings: {} },
    { id: 'sgd', kind: 'SGD', settings: {} },
  ],
  wires: [
    { from: 'idx.images', to: 'linear.input' },
    { from: 'linear.output', to: 'loss.input' },
    { from: 'idx.labels', to: 'loss.target' },
    { from: 'loss.loss', to: 'sgd.loss' },
  ],
  run: { mode: 'dynamic', seed: 0, steps: 20 },
  view: {
    nodes: { idx: { x: 0, y: 0 }, linear: { x: 260, y: 0 }, loss: { x: 520, y: 0 }, sgd: { x: 520, y: 220 } },
  },
});

test('a network trains on files that the user chose, after a reload too', async () => {
  const app = await App.open(harness);
  await app.openText(network, 'own.gradloom.json');
  await app.page.locator('[data-node="idx"]').click();
  const choose = async (nth: number, name: string, buffer: Buffer) => {
    const asked = app.page.waitForEvent('filechooser');
    await app.page.getByRole('button', { name: 'Choose file…' }).nth(nth).click();
    await (await asked).setFiles({ name, mimeType: 'application/octet-stream', buffer });
    await expect.poll(() => app.ask('document')).toContain(name);
  };
  await choose(
    0,
    'images.idx',
    idx(
      [4, 2, 2],
      Array.from({ length: 16 }, (_, i) => i * 9),
    ),
  );
  await choose(1, 'labels.idx', idx([4], [0, 1, 0, 1]));
  expect(JSON.parse(await app.ask('document')).data['labels.idx'].sha256).toMatch(/^[0-9a-f]{64}$/);
  if (process.env.SHOTS) await app.page.screenshot({ path: `${process.env.SHOTS}/files.png` });
  await app.page.reload();
  await app.ready();
  await app.page.locator('[data-node="idx"]').waitFor();
  await app.command('Train');
  await app.waitForRun('finished');
  expect((await app.ask('losses')).length).toBe(20);
  if (process.env.SHOTS) {
    await app.page.locator('[data-node="linear"]').click();
    await app.still();
    await app.page.screenshot({ path: `${process.env.SHOTS}/weights.png` });
  }
  await app.close();
});

/** Two pages of one profile, each with a network: the first with a Linear and surely a record in the store, the second with a ReLU. */
async function openTwo(): Promise<[App, App]> {
  const first = await App.open(harness);
  await first.newDocument();
  await first.place('Linear', { x: 200, y: 200 });
  await reload(first);
  await first.page.locator('[data-node="linear1"]').waitFor();
  const second = await openBeside(first);
  await second.newDocument();
  await second.place('ReLU', { x: 200, y: 200 });
  await knowsOwners(second);
  return [first, second];
}
async function openBeside(app: App): Promise<App> {
  const other = new App(await app.page.context().newPage());
  await other.page.goto(harness.address);
  await other.ready();
  return other;
}
/** Resolves when the page has started again, with whatever it found. */
async function reload(app: App): Promise<void> {
  await app.page.reload();
  await app.ready();
  await app.page.locator('main').waitFor();
}
/** Resolves when the page no longer waits for tabs of others; a page that closes while one waits leaves its tabs to it. */
const knowsOwners = (app: App) =>
  app.page.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 0);
const tabs = (app: App) => app.page.locator('nav button[aria-label^="Close "]').count();

test('two pages at one address keep their networks apart, and a closed one is taken over', async () => {
  const [first, second] = await openTwo();
  expect(await tabs(second)).toBe(1);
  await reload(first);
  await first.page.locator('[data-node="linear1"]').waitFor();
  await knowsOwners(first);
  await reload(second);
  await second.page.locator('[data-node="relu1"]').waitFor();
  await knowsOwners(second);
  expect([await tabs(first), await tabs(second)]).toEqual([1, 1]);
  await first.page.close();
  await second.page.reload();
  await expect.poll(() => tabs(second)).toBe(2);
  await second.close();
});

test('a page that is too busy to answer keeps its network', async () => {
  const [first, second] = await openTwo();
  const busy = first.page.evaluate(() => {
    for (const end = performance.now() + 4000; performance.now() < end; );
  });
  await reload(second);
  expect(await tabs(second)).toBe(1);
  await busy;
  await knowsOwners(second);
  await reload(first);
  await first.page.locator('[data-node="linear1"]').waitFor();
  expect([await tabs(first), await tabs(second)]).toEqual([1, 1]);
  await first.close();
});

test('the network of a page that is slow to close is there when it has closed', async () => {
  const [first, second] = await openTwo();
  await first.page.evaluate(() => {
    window.addEventListener('pagehide', () => {
      localStorage.setItem('closing', 'yes');
      for (const end = performance.now() + 4000; performance.now() < end; );
    });
  });
  const closed = first.page.goto('about:blank');
  await second.page.waitForFunction(() => localStorage.getItem('closing') === 'yes');
  await reload(second);
  await expect.poll(() => tabs(second)).toBe(2);
  await closed;
  await first.close();
});

test('an empty canvas offers examples to open', async () => {
  const app = await App.open(harness);
  await app.newDocument();
  if (process.env.SHOTS) await app.page.screenshot({ path: `${process.env.SHOTS}/empty.png` });
  await app.page.locator('[data-canvas]').getByRole('button', { name: 'xor' }).click();
  await app.page.locator('[data-node="hidden"]').waitFor();
  await app.close();
});
