import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { CARD_WIDTH, PORT_SIZE } from '../../renderer/nodes/anatomy.ts';
import { App, type Harness, startHarness } from './app.ts';

/** What a hand that draws a wire finds on its way, and what a hand that moves a node sets going. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const network = {
  ...emptyDocument('wiring'),
  nodes: [
    { id: 'data', kind: 'XOR', settings: {} },
    { id: 'hidden', kind: 'Linear', settings: { outFeatures: 4 } },
    { id: 'loss', kind: 'MSELoss', settings: {} },
    { id: 'sum', kind: 'Add', settings: {} },
    { id: 'alone', kind: 'Tanh', settings: {} },
  ],
  wires: [{ from: 'hidden.output', to: 'loss.input' }],
  view: {
    nodes: {
      data: { x: 0, y: 0 },
      hidden: { x: 260, y: 0 },
      loss: { x: 520, y: 0 },
      sum: { x: 260, y: 200 },
      alone: { x: 0, y: 200 },
    },
  },
};

beforeEach(async () => {
  app = await App.open(harness);
  await app.openText(JSON.stringify(network), 'wiring.gradloom.json');
  await app.page.locator('[data-node="alone"]').waitFor();
  await app.still();
  return () => {
    expect(app.errors).toEqual([]);
    return app.close();
  };
});

const wires = async (): Promise<unknown> => JSON.parse(await app.ask('document')).wires;
const header = (node: string) => app.centre(`[data-node="${node}"] header`);
const output = (node: string, port = 'output') =>
  app.centre(`[data-node="${node}"] .react-flow__handle.source[data-port="${port}"]`);
const says = (text: string) => app.page.getByRole('status').getByText(text).waitFor();

test('a wire starts beside its dot, and however far a hand slips, no text is marked', async () => {
  const dot = await output('data', 'x');
  const zoom = ((await app.page.locator('[data-node="data"]').boundingBox())?.width ?? 0) / CARD_WIDTH;
  const { mouse } = app.page;
  await mouse.move(dot.x + (PORT_SIZE / 2 + 8) * zoom, dot.y);
  await mouse.down();
  await mouse.move(dot.x + 40, dot.y + 20, { steps: 3 });
  // The canvas pans after a wire that is drawn beyond its edge, until the wire comes back.
  await app.page.locator('[data-inspector]').hover({ force: true });
  await mouse.move(dot.x + 40, dot.y + 20, { steps: 3 });
  const to = await header('hidden');
  await mouse.move(to.x, to.y, { steps: 6 });
  await mouse.up();
  expect(await wires()).toContainEqual({ from: 'data.x', to: 'hidden.input' });
  await app.drag(await app.centre('[data-palette] h4'), to);
  expect(await app.page.evaluate(() => String(getSelection()))).toBe('');
  expect(await app.page.locator('[data-palette] input').evaluate((e) => getComputedStyle(e).userSelect)).toBe('text');
});

test('a wire let go on the body of a node takes its only free place, or says why there is none', async () => {
  await app.drag(await output('data', 'y'), await header('loss'));
  expect(await wires()).toEqual([...network.wires, { from: 'data.y', to: 'loss.target' }]);
  await app.drag(await output('data', 'y'), await header('sum'));
  await says('Several ports fit: let go on one of them');
  await app.drag(await output('alone'), await header('loss'));
  await says('Every input that fits has its wire already');
  await app.drag(await output('loss', 'loss'), await header('hidden'));
  await says('This would close a cycle');
  await app.page.keyboard.press('Escape');
  await app.page.locator('[data-refused]').waitFor({ state: 'detached' });
  expect(await wires()).toHaveLength(2);
});

test('a wire let go on nothing, or on its own node, is gone without a word', async () => {
  const from = await output('alone');
  await app.drag(from, { x: from.x + 40, y: from.y + 120 });
  await app.drag(from, await header('alone'));
  expect(await wires()).toEqual(network.wires);
  expect(await app.page.locator('[data-refused]').count()).toBe(0);
});

test('a step of a drag renders the node that moves and the wires at it, and nothing else', async () => {
  const at = await header('loss');
  const { mouse } = app.page;
  await mouse.move(at.x, at.y);
  await mouse.down();
  await mouse.move(at.x + 10, at.y, { steps: 3 });
  // React hands an element other props whenever it renders it.
  await app.page.evaluate(() => {
    const propsOf = (element: Element) => Object.entries(element).find(([key]) => key.startsWith('__reactProps$'))?.[1];
    const nameOf = (element: Element) => element.getAttribute('data-node') ?? element.getAttribute('data-id');
    const before = [...document.querySelectorAll('[data-node], .react-flow__edge')].map(
      (element) => [element, propsOf(element)] as const,
    );
    Object.assign(window, {
      __rendered: () => before.filter(([element, props]) => propsOf(element) !== props).map(([e]) => nameOf(e)),
    });
  });
  const commits = await app.ask('commits');
  await mouse.move(at.x + 20, at.y);
  expect(await app.ask('commits')).toBe(commits + 1);
  const rendered = await app.page.evaluate(() => (window as unknown as { __rendered: () => string[] }).__rendered());
  await mouse.up();
  expect(rendered.toSorted()).toEqual(['hidden.output→loss.input', 'loss']);
});

test('a layer let go where it stood in its chain returns there', async () => {
  const sequential = {
    ...network,
    nodes: [
      { id: 'model', kind: 'Sequential', settings: {} },
      { id: 'first', kind: 'Linear', settings: {}, parent: 'model' },
      { id: 'second', kind: 'ReLU', settings: {}, parent: 'model' },
    ],
    wires: [],
    view: { nodes: { model: { x: 0, y: 0 } } },
  };
  await app.openText(JSON.stringify(sequential), 'chain.gradloom.json');
  await app.page.locator('[data-node="second"]').waitFor();
  await app.still();
  const at = await header('second');
  await app.drag(at, { x: at.x + 15, y: at.y + 12 });
  expect(await header('second')).toEqual(at);
});
