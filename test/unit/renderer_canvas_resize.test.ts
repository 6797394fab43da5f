import { describe, expect, test } from 'vitest';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { layoutOf } from '../../renderer/canvas/frame_layout.ts';
import { addNode, resize } from '../../renderer/stores/edits.ts';

const loop = addNode(emptyDocument(), 'Repeat', { x: 0, y: 0 }, undefined, 'loop');
const boxOf = (document: GraphDocument, id = 'loop') => layoutOf(document).get(id) ?? expect.fail('no box');

describe('a frame that is resized', () => {
  test('has the size that was drawn, in whole units, and keeps it in a file', () => {
    const drawn = resize(loop, 'loop', { width: 500.4, height: 300.6 });
    expect(boxOf(drawn)).toMatchObject({ width: 500, height: 301 });
    expect(parseDocument(formatDocument(drawn)).document?.view.nodes.loop).toEqual({
      x: 0,
      y: 0,
      width: 500,
      height: 301,
    });
    expect(resize(drawn, 'loop', { width: 500, height: 301 })).toBe(drawn);
  });

  test('is never smaller than its contents, and as small as they are where it is drawn so', () => {
    const filled = addNode(loop, 'Linear', { x: 400, y: 200 }, 'loop');
    const small = boxOf(resize(filled, 'loop', { width: 1, height: 1 }));
    expect(small).toMatchObject({ ...small.block?.least });
    expect(small.width).toBeGreaterThan(400 + boxOf(filled, 'linear1').width);
    expect(small.height).toBeGreaterThan(200 + boxOf(filled, 'linear1').height);
    const narrow = boxOf(resize(loop, 'loop', { width: 1, height: 1 }));
    expect(narrow.width).toBeLessThan(boxOf(loop).width);
  });

  test('has its terminals in the middle of its new height, and room for all of them', () => {
    const high = boxOf(resize(loop, 'loop', { width: 500, height: 600 }));
    expect(high.block?.terminals.map(({ y }) => y)).toEqual([302, 302]);
    const wide = { ...loop, nodes: loop.nodes.map((n) => ({ ...n, settings: { carried: 8 } })) };
    const { block, height } = boxOf(resize(wide, 'loop', { width: 1, height: 1 }));
    const places = block?.terminals.map(({ y }) => y) ?? [];
    expect(Math.min(...places)).toBeGreaterThan(30);
    expect(Math.max(...places)).toBeLessThan(height - 30);
  });

  test('is given more columns where it is a Sequential, and no height', () => {
    let chain = addNode(emptyDocument(), 'Sequential', { x: 0, y: 0 }, undefined, 'loop');
    for (let i = 0; i < 4; i++) chain = addNode(chain, 'Tanh', { x: 0, y: 0 }, 'loop');
    const columns = (width: number) =>
      new Set([...(boxOf(resize(chain, 'loop', { width })).block?.places.values() ?? [])].map(({ x }) => x)).size;
    expect([columns(1), columns(500), columns(900)]).toEqual([1, 2, 4]);
    // A frame among its layers makes a column as wide as it is: nothing lies on another.
    const framed = addNode(addNode(chain, 'Repeat', { x: 0, y: 0 }, 'loop'), 'Tanh', { x: 0, y: 0 }, 'loop');
    const wide = layoutOf(resize(framed, 'loop', { width: 700 }));
    const places = [...(wide.get('loop')?.block?.places ?? [])].map(([id, at]) => ({ ...at, ...wide.get(id) }));
    for (const [i, a] of places.entries())
      for (const b of places.slice(i + 1))
        expect(a.x + (a.width ?? 0) < b.x || b.x + (b.width ?? 0) < a.x || a.y + (a.height ?? 0) < b.y).toBe(true);
    expect(Math.max(...places.map(({ x, width = 0 }) => x + width))).toBeLessThan(wide.get('loop')?.width ?? 0);
    expect(resize(chain, 'loop', { width: 500 }).view.nodes.loop).toEqual({ x: 0, y: 0, width: 500 });
  });
});
