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
