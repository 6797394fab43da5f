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
  await app.page.waitForTimeout(2000);
  await app.page.reload();
  await app.ready();
  await app.page.locator('[data-node="idx"]').waitFor();
  await app.command('Train');
  await app.waitForRun('finished');
  expect((await app.ask('losses')).length).toBe(20);
  if (process.env.SHOTS) {
    await app.page.locator('[data-node="linear"]').click();
    await app.page.waitForTimeout(500);
    await app.page.screenshot({ path: `${process.env.SHOTS}/weights.png` });
  }
  await app.close();
});

test('two pages at one address keep their networks apart, and a closed one is taken over', async () => {
  const app = await App.open(harness);
  await app.newDocument();
  await app.place('Linear', { x: 200, y: 200 });
  await app.page.waitForTimeout(2000);
  const other = new App(await app.page.context().newPage());
  await other.page.goto(harness.address);
  await other.ready();
  expect(await other.ask('document')).toBe('');
  await other.newDocument();
  await other.place('ReLU', { x: 200, y: 200 });
  await other.page.waitForTimeout(2000);
  await app.page.reload();
  await app.ready();
  await app.page.locator('[data-node="linear1"]').waitFor();
  await app.page.close();
  await other.page.reload();
  await other.ready();
  await expect.poll(() => other.page.locator('nav [aria-current], nav button[aria-label^="Close "]').count()).toBe(3);
  await other.close();
});

test('an empty canvas offers examples to open', async () => {
  const app = await App.open(harness);
  await app.newDocument();
  if (process.env.SHOTS) await app.page.screenshot({ path: `${process.env.SHOTS}/empty.png` });
  await app.page.locator('[data-canvas]').getByRole('button', { name: 'xor' }).click();
  await app.page.locator('[data-node="hidden"]').waitFor();
  await app.close();
});
