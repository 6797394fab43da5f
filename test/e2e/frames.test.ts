import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { App, type Harness, startHarness } from './app.ts';

/** Frames as the mouse handles them. */

const folder = join(ROOT, 'test', 'e2e', 'screenshots');
let harness: Harness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  harness = await startHarness();
});
afterAll(async () => harness.close());

const parsed = async (app: App): Promise<GraphDocument> => JSON.parse(await app.ask('document'));

async function openExample(app: App, name: string, node: string): Promise<void> {
  const text = await readFile(join(ROOT, `examples/${name}.gradloom.json`), 'utf8');
  await app.openText(text, `${name}.gradloom.json`);
  await app.page.locator(`[data-node="${node}"]`).waitFor();
  // Where it cannot be read as a whole, an example opens at its beginning.
  await app.page.keyboard.press('f');
  await app.still();
}

test('a frame is drawn larger by its borders and its corner, never smaller than what it holds, and each drag is undone at once', async () => {
  const app = await App.open(harness, { theme: 'light' });
  await openExample(app, 'dynamic-net', 'middle');
  const before = await app.ask('document');
  const viewOf = async () => (await parsed(app)).view.nodes.middle;
  const [{ width = 0, height = 0 } = {}, zoom] = [
    await app.page.locator('.react-flow__node[data-id="middle"]').evaluate((e) => ({
      width: (e as HTMLElement).offsetWidth,
      height: (e as HTMLElement).offsetHeight,
    })),
    await app.page.locator('.react-flow__viewport').evaluate((e) => new DOMMatrix(getComputedStyle(e).transform).a),
  ];
  const pull = async (by: 'right' | 'bottom' | 'bottom-right', x: number, y: number) => {
    const box = await app.page.locator(`[data-node="middle"] [data-resize="${by}"]`).boundingBox();
    // Beside the terminals, which stand in the middle, and a wire that passes below.
    const at = { right: [0.5, 0.85], bottom: [0.2, 0.5], 'bottom-right': [0.5, 0.5] }[by];
    const from = {
      x: (box?.x ?? 0) + (box?.width ?? 0) * (at[0] ?? 0),
      y: (box?.y ?? 0) + (box?.height ?? 0) * (at[1] ?? 0),
    };
    await app.drag(from, { x: from.x + x * zoom, y: from.y + y * zoom });
  };
  // A pixel of the screen is more than one unit here.
  const near = (wanted: number) => ({ asymmetricMatch: (got: number) => Math.abs(got - wanted) <= 2 / zoom });
  await pull('right', 80, 40);
  expect(await viewOf()).toMatchObject({ width: near(width + 80), height });
  await pull('bottom', 40, 60);
  expect(await viewOf()).toMatchObject({ width: near(width + 80), height: near(height + 60) });
  await pull('bottom-right', -900, -900);
  const small = await viewOf();
  const inside = await app.page.locator('[data-node="middle_relu"]').boundingBox();
  const frame = await app.page.locator('[data-node="middle"]').boundingBox();
  expect(small?.width).toBeLessThan(width + 80);
  expect((inside?.x ?? 0) + (inside?.width ?? 0)).toBeLessThan((frame?.x ?? 0) + (frame?.width ?? 0));
  expect((inside?.y ?? 0) + (inside?.height ?? 0)).toBeLessThan((frame?.y ?? 0) + (frame?.height ?? 0));
  for (let i = 0; i < 3; i++) await app.page.keyboard.press('Control+z');
  expect(await app.ask('document')).toBe(before);
  expect(app.errors).toEqual([]);
  await app.close();
});

const shown = (app: App, node: string, stat: string) =>
  app.page.locator(`[data-node="${node}"] [data-stat="${stat}"]`).first().getAttribute('data-value');
const engine = (app: App, address: string) => app.page.evaluate((at) => window.__gradloom?.engineInspect(at), address);

test('TwoLayerNet is unfolded in place and edited there with the mouse, shows the numbers of its run, and is folded again', async () => {
  const app = await App.open(harness, { theme: 'light' });
  await openExample(app, 'custom-module', 'model');
  // 500 steps would be over before the numbers are looked at.
  await app.set('steps', '1000000');
  const start = await parsed(app);
  await app.page.locator('[data-fold="model"]').click();
  await app.page.locator('[data-node="model/linear2"]').waitFor();
  await app.page.keyboard.press('f');
  await app.still();
  expect(await app.page.locator('[data-node="model"] [data-instances]').textContent()).toMatch(/1 instance/);
  expect(await app.page.locator('[data-problem]').count()).toBe(0);

  // A setting of the definition, in the inspector.
  await app.select('model/clamp1');
  await app.set('min', '-0.5');
  expect((await parsed(app)).modules.TwoLayerNet?.nodes[1]?.settings).toMatchObject({ min: -0.5 });

  // Live numbers stand on the cards inside, and none of them is a commit of React.
  await app.command('Train');
  await app.waitForRun('running');
  await app.frames(3);
  const commits = await app.ask('commits');
  await app.frames(6);
  expect(await app.ask('commits')).toBe(commits);
  await app.page.keyboard.press('F8');
  await app.waitForRun('paused');
  // A pause may fall into the middle of an iteration: at its end all gradients are there.
  const { step } = await app.ask('run');
  await app.command('Next iteration');
  await expect.poll(async () => (await app.ask('run')).step).toBe(step + 1);
  for (const name of ['linear1', 'clamp1', 'linear2']) {
    const told = await engine(app, `model/${name}`);
    await expect.poll(() => shown(app, `model/${name}`, 'gradient.norm')).toBe(String(told?.gradient?.norm));
  }
  await app.page.screenshot({ path: join(folder, 'unfolded-light.png') });

  // A node from the palette goes into the definition, where it is let go.
  const { wires } = await parsed(app);
  const frame = await app.page.locator('.react-flow__node[data-id="model"]').boundingBox();
  const canvas = await app.page.locator('[data-canvas]').boundingBox();
  await app.place('Tanh', {
    x: (frame?.x ?? 0) - (canvas?.x ?? 0) + (frame?.width ?? 0) * 0.53,
    y: (frame?.y ?? 0) - (canvas?.y ?? 0) + (frame?.height ?? 0) * 0.3,
  });
  const added = (await parsed(app)).modules.TwoLayerNet?.nodes.at(-1);
  expect(added).toMatchObject({ id: 'tanh1', kind: 'Tanh' });
  expect((await parsed(app)).wires).toEqual(wires);
  await app.page.keyboard.press('Control+z');

  // One that is dragged out leaves the definition; its wires are cut, and that is said.
  const clamp = await app.centre('[data-node="model/clamp1"] header');
  await app.drag(clamp, { x: clamp.x, y: clamp.y + 150 });
  const out = await parsed(app);
  expect(out.nodes.find(({ kind }) => kind === 'Clamp')?.settings).toMatchObject({ min: -0.5 });
  expect(out.modules.TwoLayerNet?.nodes.map((n) => n.id)).toEqual(['linear1', 'linear2']);
  await app.page.getByText('2 wires were cut').waitFor();
  await app.page.keyboard.press('Control+z');

  // Over the border no wire can be laid: it is refused under the hand, with the reason.
  const from = await app.centre('[data-node="y"] .react-flow__handle.source');
  const to = await app.centre('[data-node="model/linear2"] .react-flow__handle.target');
  const { mouse } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await mouse.move(to.x, to.y, { steps: 6 });
  expect(await app.page.locator('[data-refusal]').textContent()).toMatch(/goes through its terminals/);
  await mouse.up();
  expect((await parsed(app)).wires).toEqual(wires);

  // One of its own wires, inside of the frame.
  const wire = await app.centre('text[data-wire="model/clamp1.output→model/linear2.input"]');
  await mouse.click(wire.x, wire.y);
  await app.page.keyboard.press('Delete');
  expect((await parsed(app)).modules.TwoLayerNet?.wires).toHaveLength(3);
  await app.wire('model/clamp1.output', 'model/linear2.input');
  expect((await parsed(app)).modules.TwoLayerNet?.wires).toHaveLength(4);
  await app.wire('model/clamp1.output', 'model.outputs/y');
  expect((await parsed(app)).modules.TwoLayerNet?.wires).toContainEqual({ from: 'clamp1.output', to: 'outputs.y' });
  await app.page.keyboard.press('Control+z');

  await app.page.locator('[data-node="model"] [data-fold]').click();
  await app.page.locator('[data-node="model/linear2"]').waitFor({ state: 'detached' });
  expect((await parsed(app)).view.nodes).toEqual(start.view.nodes);
  await app.page.keyboard.press('Control+z');
  await app.page.locator('[data-node="model/linear2"]').waitFor();
  expect(app.errors).toEqual([]);
  await app.close();
});
