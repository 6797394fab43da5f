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
  await app.place('CrossEntropyLoss', { x: 420, y: 380 });
  const from = await app.centre('[data-node="xor1"] .react-flow__handle.source[data-port="x"]');
  const to = await app.centre('[data-node="crossentropyloss1"] .react-flow__handle.target[data-port="target"]');
  const { mouse } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x - 40, to.y, { steps: 4 });
  await mouse.move(to.x, to.y, { steps: 4 });
  await app.page.getByText('A tensor output does not fit a labels input').waitFor();
  await mouse.up();
  expect((await parsed()).wires).toEqual([]);
  // Said once more where it was let go, to readers of the screen too.
  await app.page.getByRole('status').getByText('A tensor output does not fit a labels input').waitFor();
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
  // Near its edge the canvas would pan for as long as the pointer rests there.
  const corner = { x: (canvas?.x ?? 0) + 60, y: (canvas?.y ?? 0) + 300 };
  const xor = await header('xor1');
  await app.drag(corner, { x: xor.x + 20, y: xor.y + 60 });
  await app.page.locator('[data-node="xor1"][data-selected="true"]').waitFor();
  const loss = await header('crossentropyloss1');
  await app.page.keyboard.down('Shift');
  await app.page.mouse.click(loss.x, loss.y);
  await app.page.keyboard.up('Shift');
  await app.page.getByText('2 nodes selected').waitFor();
  await app.page.keyboard.press('Delete');
  expect(await order()).toEqual(['sequential1', 'sequential1/linear1', 'sequential1/relu1']);
  await undo();
  expect(await order()).toContain('xor1');
});

test('all nodes are selected by Ctrl+A, moved together as one step by arrows or by a drag, and let go by Escape', async () => {
  const places = async () => (await parsed()).view.nodes;
  const before = await places();
  const outer = ['sequential1', 'xor1', 'crossentropyloss1'];
  const by = (x: number, y: number) =>
    Object.fromEntries(outer.map((id) => [id, { x: (before[id]?.x ?? 0) + x, y: (before[id]?.y ?? 0) + y }]));
  await app.page.keyboard.press('Control+a');
  await app.page.keyboard.press('ArrowRight');
  await app.page.keyboard.press('Shift+ArrowDown');
  expect(await places()).toMatchObject(by(5, 20));
  await undo();
  expect(await places()).toEqual(before);
  const at = await header('xor1');
  await app.drag(at, { x: at.x + 40, y: at.y + 30 });
  const after = await places();
  const shift = (id: string) => ({
    x: (after[id]?.x ?? 0) - (before[id]?.x ?? 0),
    y: (after[id]?.y ?? 0) - (before[id]?.y ?? 0),
  });
  expect(shift('xor1').x).toBeGreaterThan(0);
  expect(outer.map(shift)).toEqual(outer.map(() => shift('xor1')));
  await undo();
  expect(await places()).toEqual(before);
  await app.page.locator('[data-node][data-selected="true"]').first().waitFor();
  await app.page.keyboard.press('Escape');
  await app.page.locator('[data-node][data-selected="true"]').first().waitFor({ state: 'detached' });
});

test('the palette is searched and its first find added without a mouse', async () => {
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 460 } });
  await app.page.keyboard.press('/');
  await app.page.keyboard.type('soft');
  await app.page.keyboard.press('Enter');
  expect(await order()).toContain('softmax1');
});

test('what is added without a mouse covers nothing that is there', async () => {
  for (const word of ['tanh', 'mse', 'sequential', 'adam', 'tanh', 'tanh']) {
    await app.page.locator('[data-palette] input').fill(word);
    await app.page.keyboard.press('Enter');
  }
  const { nodes } = await parsed();
  expect(nodes.filter((n) => n.parent === undefined)).toHaveLength(10);
  expect(nodes.filter((n) => n.parent !== undefined)).toHaveLength(2);
  const boxes = await app.page.evaluate(() =>
    [...document.querySelectorAll('[data-node]')].map((e) => ({
      id: e.getAttribute('data-node') ?? '',
      box: e.getBoundingClientRect().toJSON() as DOMRect,
    })),
  );
  const links = new Set(nodes.filter((n) => n.parent !== undefined).map((n) => n.id));
  const outer = boxes.filter(({ id }) => !links.has(id));
  const covers = outer.flatMap((a) =>
    outer
      .filter(
        (b) =>
          a.id < b.id &&
          a.box.left < b.box.right &&
          b.box.left < a.box.right &&
          a.box.top < b.box.bottom &&
          b.box.top < a.box.bottom,
      )
      .map((b) => `${a.id} ${b.id}`),
  );
  expect(covers).toEqual([]);
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
