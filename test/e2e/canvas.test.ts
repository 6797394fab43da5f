import { afterAll, beforeAll, expect, test } from 'vitest';
import { App, type Harness, startHarness } from './app.ts';

/** What hands do on the canvas, each a step of undo. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
  await app.newDocument();
});
afterAll(async () => harness.close());

interface Parsed {
  nodes: { id: string; parent?: string }[];
  wires: { from: string; to: string }[];
  view: { nodes: Record<string, { x: number; y: number }> };
}
const parsed = async (): Promise<Parsed> => JSON.parse(await app.ask('document'));
const order = async () => (await parsed()).nodes.map((n) => (n.parent ? `${n.parent}/${n.id}` : n.id));
const undo = () => app.page.keyboard.press('Control+z');
const header = (node: string) => app.centre(`[data-node="${node}"] header`);

test('layers dropped into a Sequential are chained in the order of their places', async () => {
  await app.place('Sequential', { x: 420, y: 120 });
  await app.place('Linear', { x: 420, y: 130 });
  await app.place('ReLU', { x: 560, y: 130 });
  expect(await order()).toEqual(['sequential1', 'sequential1/linear1', 'sequential1/relu1']);
  const first = await header('linear1');
  await app.drag(await header('relu1'), { x: first.x - 70, y: first.y });
  expect(await order()).toEqual(['sequential1', 'sequential1/relu1', 'sequential1/linear1']);
  await undo();
  expect(await order()).toEqual(['sequential1', 'sequential1/linear1', 'sequential1/relu1']);
});

test('a layer dragged out of its Sequential stands alone where it was let go', async () => {
  const at = await header('relu1');
  await app.drag(at, { x: at.x, y: at.y + 240 });
  expect(await order()).toEqual(['sequential1', 'sequential1/linear1', 'relu1']);
  await undo();
});

test('a wire that cannot be is refused with a reason', async () => {
  await app.place('XOR', { x: 110, y: 380 });
  await app.place('Adam', { x: 420, y: 380 });
  const from = await app.centre('[data-node="xor1"] .react-flow__handle.source[data-port="x"]');
  const to = await app.centre('[data-node="adam1"] .react-flow__handle.target');
  const { mouse } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x - 40, to.y, { steps: 4 });
  await mouse.move(to.x, to.y, { steps: 4 });
  await app.page.getByText('A tensor output does not fit a loss input').waitFor();
  await mouse.up();
  expect((await parsed()).wires).toEqual([]);
});

test('a drag is one step of undo, and so is a run of arrow keys', async () => {
  const before = (await parsed()).view.nodes.xor1;
  const at = await header('xor1');
  await app.drag(at, { x: at.x + 60, y: at.y + 20 });
  const dragged = (await parsed()).view.nodes.xor1;
  expect(dragged?.x).toBeGreaterThan(before?.x ?? 0);
  for (let i = 0; i < 3; i++) await app.page.keyboard.press('ArrowRight');
  expect((await parsed()).view.nodes.xor1?.x).toBeGreaterThan(dragged?.x ?? 0);
  await undo();
  expect((await parsed()).view.nodes.xor1).toEqual(dragged);
  await undo();
  expect((await parsed()).view.nodes.xor1).toEqual(before);
});

test('a box selects, Shift adds, Delete removes what is selected, and undo brings it back', async () => {
  const canvas = await app.page.locator('[data-canvas]').boundingBox();
  const corner = { x: (canvas?.x ?? 0) + 10, y: (canvas?.y ?? 0) + 300 };
  const adam = await header('adam1');
  const xor = await header('xor1');
  await app.drag(corner, { x: xor.x + 20, y: xor.y + 60 });
  await app.page.keyboard.down('Shift');
  await app.page.mouse.click(adam.x, adam.y);
  await app.page.keyboard.up('Shift');
  await app.page.getByText('2 nodes selected').waitFor();
  await app.page.keyboard.press('Delete');
  expect(await order()).toEqual(['sequential1', 'sequential1/linear1', 'sequential1/relu1']);
  await undo();
  expect(await order()).toContain('xor1');
});

test('the palette is searched and its first find added without a mouse', async () => {
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 460 } });
  await app.page.keyboard.press('/');
  await app.page.keyboard.type('soft');
  await app.page.keyboard.press('Enter');
  expect(await order()).toContain('softmax1');
});

test('the form refuses what does not fit and keeps the last value that did', async () => {
  await app.select('linear1');
  await app.page.locator('[data-setting="outFeatures"]').fill('0');
  await app.page.getByText('expected at least 1').waitFor();
  await app.page.locator('[data-setting="outFeatures"]').fill('12');
  await app.page.keyboard.press('Enter');
  const { nodes } = JSON.parse(await app.ask('document'));
  expect(nodes.find((n: { id: string }) => n.id === 'linear1').settings).toEqual({ outFeatures: 12 });
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));
