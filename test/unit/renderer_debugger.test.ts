import { describe, expect, it } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { optimizers } from '../../engine/optim/index.ts';
import type { EntryReport, Ref, TapeReport, TensorReport } from '../../engine/protocol/messages.ts';
import { summarize } from '../../engine/session/statistics.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { factorsOf, formulaOf, linesOf } from '../../renderer/debugger/entry_formula.ts';
import { layOutHeatmap, scrolled, span } from '../../renderer/debugger/heatmap_layout.ts';
import { markupOf } from '../../renderer/debugger/latex.ts';
import { foldRows } from '../../renderer/debugger/ledger_rows.ts';
import { countsOf, isPlain, toldLoops } from '../../renderer/debugger/loop_counts.ts';
import { indexOf, placeOf } from '../../renderer/debugger/slice.ts';
import { layOutTape, scrubbed } from '../../renderer/debugger/tape_layout.ts';
import { type Colours, cellNear, paintTape } from '../../renderer/debugger/tape_paint.ts';
import { COLUMN, clamped, columnFor, columnsIn, type TapeView, wheeled } from '../../renderer/debugger/tape_view.ts';
import { constantsOf } from '../../renderer/debugger/update_constants.ts';
import { namesIn } from '../../renderer/stores/names.ts';
import { settingsOf } from '../parity/optim_cases.ts';

const tensor = (ref: Ref, shape: Shape): TensorReport => ({
  ref,
  dtype: 'f32',
  statistics: summarize(new Float32Array(numel(shape)), shape),
});
const value = (slot: number, shape: Shape) => tensor({ of: 'value', slot }, shape);
const entry = (part: Partial<EntryReport>): EntryReport => ({
  position: 3,
  phase: 'forward',
  address: 'linear1',
  op: 'matmul',
  inputs: [],
  outputs: [],
  ...part,
});

describe('the formula of an entry', () => {
  const inputs = [value(0, [64, 1000]), value(1, [100, 1000])];
  const attrs = { transposeA: false, transposeB: true };

  it('follows the attributes, with each shape beneath its symbol', () => {
    const { lines } = formulaOf(entry({ inputs, attrs, outputs: [value(2, [64, 100])] }));
    expect(lines).toEqual([
      '\\;\\underset{64\\times 100}{Y} = \\;\\underset{64\\times 1000}{A} \\;\\underset{1000\\times 100}{B^{\\mathsf T}}',
    ]);
    const clamp = (bounds: object) => formulaOf(entry({ op: 'clamp', attrs: { ...bounds } })).lines;
    expect(clamp({ min: 0, max: null })).toEqual(['Y = \\max(X, 0)']);
    expect(clamp({ min: -1, max: 2 })).toEqual(['Y = \\min(\\max(X, -1), 2)']);
    expect(formulaOf(entry({ op: 'pow', attrs: { exponent: 2 } })).lines).toEqual(['Y = A^{2}']);
  });

  it('keeps an exponent with its symbol, and sets each shape beneath what stands there', () => {
    const { lines } = formulaOf(
      entry({ op: 'pow', attrs: { exponent: 2 }, inputs: [value(0, [2, 3])], outputs: [value(1, [2, 3])] }),
    );
    expect(lines).toEqual(['\\;\\underset{2\\times 3}{Y} = \\;\\underset{2\\times 3}{A^{2}}']);
  });

  it('of an update is what its report says, with shapes where it is about one parameter', () => {
    const tensors = [
      { symbol: 'g', tensor: tensor({ of: 'gradient', slot: 1 }, [3, 4]) },
      { symbol: 'W', tensor: value(1, [3, 4]) },
    ];
    const why = { en: '', zh: '' };
    const about = (addresses: readonly string[]) =>
      formulaOf(
        entry({
          phase: 'update',
          op: 'SGD',
          inputs: addresses.map(() => tensor({ of: 'gradient', slot: 1 }, [3, 4])),
          update: {
            lines: ['W \\leftarrow W - \\eta\\, g'],
            why,
            parameters: addresses.map((address) => ({ address, constants: [['\\eta', 0.1]], tensors })),
          },
        }),
      );
    // Where all of them have one shape, it is theirs; else the first, and that there are more.
    expect(about(['a.weight', 'b.weight'])).toEqual({ ...about(['a.weight']), inputs: [], outputs: [] });
    const bias = { symbol: 'g', tensor: tensor({ of: 'gradient', slot: 2 }, [3]) };
    const both = formulaOf(
      entry({
        phase: 'update',
        op: 'Adam',
        update: {
          lines: ['m \\leftarrow \\beta_1 m + (1 - \\beta_1)\\, g'],
          why,
          parameters: [
            { address: 'none', constants: [], tensors: [] },
            { address: 'a.weight', constants: [], tensors: [...tensors, { symbol: 'm', tensor: value(1, [3, 4]) }] },
            { address: 'a.bias', constants: [], tensors: [bias] },
          ],
        },
      }),
    );
    const told = '\\mathclap{3\\times 4,\\,\\ldots}';
    expect(both.lines).toEqual([
      `\\;\\underset{${told}}{m} \\leftarrow \\beta_1 m + (1 - \\beta_1)\\, \\;\\underset{${told}}{g}`,
    ]);
    expect(about(['a.weight']).lines).toEqual([
      '\\;\\underset{3\\times 4}{W} \\leftarrow W - \\eta\\, \\;\\underset{3\\times 4}{g}',
    ]);
  });

  it('tells the shape of a single number, and of what is not made yet', () => {
    const { lines } = formulaOf(
      entry({
        op: 'sum',
        attrs: { axes: null },
        inputs: [{ ref: { of: 'value', slot: 0 }, shape: [2, 3] }],
        outputs: [{ ref: { of: 'value', slot: 1 }, shape: [] }],
      }),
    );
    expect(lines).toEqual(['\\;\\underset{\\text{scalar}}{Y} = \\sum \\;\\underset{2\\times 3}{X}']);
    const along = (op: string, axes: readonly number[]) => formulaOf(entry({ op, attrs: { axes } })).lines;
    expect(along('sum', [0, -1])).toEqual(['Y = \\sum_{\\mathrm{dim}\\,=\\,0,\\,-1} X']);
    expect(along('mean', [1])).toEqual(['Y = \\frac1n \\sum_{\\mathrm{dim}\\,=\\,1} X']);
    expect(along('max', [1])).toEqual(['Y = \\max_{\\mathrm{dim}\\,=\\,1} X']);
  });

  it('sums a gradient over the axes along which its operand was broadcast', () => {
    const backward = (op: string, shape: Shape) =>
      formulaOf(
        entry({
          op,
          phase: 'backward',
          inputs: [tensor({ of: 'gradient', slot: 1 }, [2, 6])],
          outputs: [tensor({ of: 'contribution', position: 3, input: 1 }, shape)],
        }),
      ).lines.map((line) => line.replaceAll(/\\;\\underset\{[^}]*\}\{(\\bar [A-Z])\}/g, '$1'));
    expect(backward('add', [2, 6])).toEqual(['\\bar B = \\bar Y']);
    expect(backward('add', [6])).toEqual(['\\bar B = \\sum_{\\mathrm{dim}\\,=\\,0} \\bar Y']);
    expect(backward('add', [2, 1])).toEqual(['\\bar B = \\sum_{\\mathrm{dim}\\,=\\,1} \\bar Y']);
    expect(backward('sub', [6])).toEqual(['\\bar B = \\sum_{\\mathrm{dim}\\,=\\,0} (-\\bar Y)']);
    expect(backward('mul', [])[0]).toContain(' = \\sum_{\\mathrm{dim}\\,=\\,0,\\,1} (\\bar Y \\odot A)');
  });

  it('of a function of the user’s own is f, its gradients and what it saved numbered where there are several', () => {
    const own = { op: 'function my_relu', phase: 'backward' } as const;
    // Nothing is known of their shapes.
    const grad = (slot: number): TensorReport => ({ ref: { of: 'gradient', slot } });
    const value = (slot: number): TensorReport => ({ ref: { of: 'value', slot } });
    const made = (input: number): TensorReport => ({ ref: { of: 'contribution', position: 3, input } });
    const { lines, inputs } = formulaOf(entry({ ...own, inputs: [grad(2), value(0)], outputs: [made(0)] }));
    expect(lines).toEqual(["\\bar X = f'(\\bar Y, S)"]);
    expect(inputs.map(({ symbol }) => symbol)).toEqual(['\\bar Y', 'S']);
    const two = formulaOf(entry({ ...own, inputs: [grad(2), value(0), value(1)], outputs: [made(1)] }));
    expect(two.lines).toEqual(["\\bar X_{2} = f'(\\bar Y, S_{1}, S_{2})"]);
    const forward = formulaOf(entry({ op: own.op, inputs: [value(0), value(1)], outputs: [value(2)] }));
    expect(forward.lines).toEqual(['Y = f(X_{1}, X_{2})']);
  });

  it('of what is computed in the update phase is that of its operation', () => {
    const { lines } = formulaOf(entry({ phase: 'update', op: 'matmul', attrs: {}, inputs: [], outputs: [] }));
    expect(lines).toEqual(['Y = A B']);
  });

  it.each(Object.entries(settingsOf).flatMap(([kind, all]) => all.map((settings) => ({ kind, settings }))))(
    'of $kind $settings is sound LaTeX, each of its numbers and its memory among them',
    ({ kind, settings }) => {
      const { lines, constants, memory } = optimizers.get(kind)?.formula(settings, 3) ?? expect.fail(kind);
      for (const latex of [...lines, ...constants.map(([symbol]) => symbol)])
        expect(markupOf(latex, true)).not.toContain('katex-error');
      const all = lines.join(' ');
      for (const symbol of [...constants.map(([one]) => one), ...Object.values(memory)]) expect(all).toContain(symbol);
    },
  );

  it('names the factors of a product, forward and backward', () => {
    const forward = entry({ inputs, attrs, outputs: [value(2, [64, 100])] });
    expect(factorsOf(forward, 'Y')?.map(({ symbol, transposed }) => [symbol, transposed])).toEqual([
      ['A', false],
      ['B', true],
    ]);
    const backward = entry({
      phase: 'backward',
      attrs,
      inputs: [tensor({ of: 'gradient', slot: 2 }, [64, 100]), ...inputs],
      outputs: [0, 1].map((input) =>
        tensor({ of: 'contribution', position: 3, input }, inputs[input]?.statistics?.shape ?? []),
      ),
      forward: 1,
    });
    const factors = factorsOf(backward, '\\bar B') ?? expect.fail('no product');
    expect(factors.map(({ symbol, transposed }) => [symbol, transposed])).toEqual([
      ['\\bar Y', true],
      ['A', false],
    ]);
    // Row 7 of a transposed matrix is column 7 of it as it is shown.
    expect(linesOf(factors, { row: 7, column: 30 }).map(({ at }) => at)).toEqual([{ column: 7 }, { column: 30 }]);
    const product = factorsOf(forward, 'Y') ?? expect.fail('no product');
    expect(linesOf(product, { row: 7, column: 30 }).map(({ at }) => at)).toEqual([{ row: 7 }, { row: 30 }]);
  });
});

it('numbers that all parameters of an update share are told once, those of one beside it', () => {
  const at = (address: string, steps: number) => ({
    address,
    constants: [['\\eta', 0.1] as const, ['t', steps] as const],
    tensors: [],
  });
  const skipped = { address: 'c', constants: [], tensors: [] };
  expect(constantsOf([at('a', 3), skipped, at('b', 3)])).toEqual({
    shared: [
      ['\\eta', 0.1],
      ['t', 3],
    ],
    own: [[], [], []],
  });
  expect(constantsOf([at('a', 3), at('b', 2)])).toEqual({ shared: [['\\eta', 0.1]], own: [[['t', 3]], [['t', 2]]] });
});

describe('the tape', () => {
  const address = 'a';
  const entries: TapeReport['entries'] = [
    { phase: 'batch', address: '', op: 'batch' },
    { phase: 'forward', address, op: 'mul' },
    { phase: 'loss', address: 'loss', op: 'loss' },
    { phase: 'backward', address: '', op: 'accumulate' },
    { phase: 'backward', address, op: 'mul', forward: 1 },
    { phase: 'backward', address, op: 'accumulate', forward: 1 },
    { phase: 'backward', address, op: 'accumulate', forward: 1, parameter: 'a.weight' },
    { phase: 'update', address: 'sgd', op: 'SGD' },
  ];

  it('sets each backward entry beneath its forward entry, what it adds beneath that, and updates at the right', () => {
    const { cells, columns, spans } = layOutTape(entries);
    expect(cells.map(({ column, row, nth }) => [column, row, nth])).toEqual([
      [0, 'forward', 0],
      [1, 'forward', 0],
      [2, 'forward', 0],
      [2, 'added', 0],
      [1, 'backward', 0],
      [1, 'added', 0],
      [1, 'added', 1],
      [4, 'update', 0],
    ]);
    expect(columns).toBe(5);
    expect(spans.map((span) => span.address || span.op)).toEqual(['batch', 'a', 'loss', 'sgd']);
  });

  it('is gone through with keys: by time, between what is drawn above and beneath, by phase', () => {
    const layout = layOutTape(entries);
    const from = (position: number, ...keys: string[]) =>
      keys.reduce((at, key) => scrubbed(entries, layout, at, key) ?? Number.NaN, position);
    expect(from(0, 'ArrowLeft')).toBe(0);
    expect(from(3, 'ArrowRight')).toBe(4);
    expect(from(7, 'ArrowRight')).toBe(7);
    expect([from(1, 'ArrowDown'), from(1, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown')]).toEqual([4, 6]);
    expect([from(4, 'ArrowUp'), from(1, 'ArrowUp')]).toEqual([1, 1]);
    expect([0, 1, 2, 3, 7].map((position) => from(position, 'PageDown'))).toEqual([1, 2, 3, 7, 7]);
    expect([7, 6, 3, 0].map((position) => from(position, 'PageUp'))).toEqual([3, 3, 2, 0]);
    expect([from(4, 'Home'), from(4, 'End')]).toEqual([0, 7]);
    expect(scrubbed(entries, layout, 4, 'a')).toBeUndefined();
  });
});

describe('an element of a tensor', () => {
  it.each([
    [[5], [3]],
    [
      [4, 5],
      [2, 3],
    ],
    [
      [2, 3, 4, 5],
      [1, 2, 0, 4],
    ],
    [[], []],
  ])('of shape %j at %j stands in a cell, and that cell is at this index', (shape, index) => {
    const { leading, cell } = placeOf(shape, index);
    expect(indexOf(shape, leading, cell.row, cell.column)).toEqual(index);
  });
});

/** A tape of `count` multiplications in a row, and back over them: long as those of a loop that runs hundreds of times. */
function longTape(count: number): Parameters<typeof layOutTape>[0] {
  const address = (i: number) => `loop#${i + 1}/mul`;
  return [
    { phase: 'batch', address: '', op: 'batch' },
    ...Array.from({ length: count }, (_, i) => ({ phase: 'forward' as const, address: address(i), op: 'mul' })),
    { phase: 'loss', address: 'loss', op: 'loss' },
    ...Array.from({ length: count }, (_, i) => count - 1 - i).flatMap((i) =>
      ['mul', 'accumulate'].map((op) => ({ phase: 'backward' as const, address: address(i), op, forward: i + 1 })),
    ),
  ];
}

/** What a context of a canvas is asked to draw. */
class Sketch {
  readonly canvas = {};
  font = '';
  textBaseline = '';
  fillStyle = '';
  strokeStyle = '';
  lineWidth = 0;
  readonly words: string[] = [];
  readonly boxes: { readonly x: number; readonly width: number }[] = [];
  readonly measureText = (text: string) => ({ width: 4 * text.length });
  readonly fillText = (text: string) => this.words.push(text);
  readonly fillRect = (x: number, _y: number, width: number) => this.boxes.push({ x, width });
  readonly roundRect = (x: number, _y: number, width: number) => this.boxes.push({ x, width });
  readonly clearRect = () => undefined;
  readonly strokeRect = () => undefined;
  readonly beginPath = () => undefined;
  readonly fill = () => undefined;
  readonly stroke = () => undefined;
  readonly moveTo = () => undefined;
  readonly lineTo = () => undefined;
  readonly closePath = () => undefined;
}

const colours: Colours = {
  fwd: 'blue',
  fwdSoft: 'light blue',
  bwd: 'orange',
  bwdSoft: 'light orange',
  accent: 'violet',
  line: 'grey',
  text: 'black',
  dim: 'dark grey',
};

describe('a tape of thousands of entries', () => {
  const entries = longTape(2000);
  const layout = layOutTape(entries);
  const width = 500;
  const paint = (view: TapeView, done: number, names = namesIn()) => {
    const sketch = new Sketch();
    const withoutGradient = { nodes: {}, outputs: {}, inputs: {}, parameters: {} };
    const tape = { iteration: 0, done, list: 1, entries, loops: {}, film: [], withoutGradient };
    const picture = { tape, layout, names, view, looked: done - 1, hovered: undefined, width };
    paintTape(sketch as unknown as CanvasRenderingContext2D, picture, colours);
    return sketch;
  };

  it('is painted as far as it is in sight', () => {
    const view = { column: 50, scroll: 50 * 1000 };
    const { boxes, words } = paint(view, 1);
    // Ten columns: forward, backward, what that adds, and the line between.
    expect(boxes.length).toBe(4 * 10);
    for (const { x, width: length } of boxes) expect(x + length > 0 && x < width).toBe(true);
    expect(words).toContain('mul #1000');
  });

  it('says what its nodes are called, and of what no node does what it is', () => {
    const document = emptyDocument();
    const nodes = ['mul', 'batch'].map((id) => ({ id, kind: 'Mul', settings: {} }));
    const view = { nodes: { mul: { x: 0, y: 0, label: 'Scale' }, batch: { x: 0, y: 0, label: 'Other' } } };
    const names = namesIn({ ...document, nodes, view });
    const { words } = paint({ column: 90, scroll: 0 }, 1, names);
    expect(words.filter((word) => /#|batch|Other/.test(word))).toEqual([
      'batch',
      ...[1, 2, 3, 4, 5].map((n) => `Scale #${n}`),
      'batch',
    ]);
  });

  it('is painted as a few bars where all of it is in sight', () => {
    const view = [...Array(40)].reduce<TapeView>(
      (before) => clamped(wheeled(before, { deltaX: 0, deltaY: 120, ctrlKey: true }, 0, layout, width), layout, width),
      { column: 50, scroll: 0 },
    );
    expect(columnsIn(view, layout, width)).toEqual({ from: 0, to: layout.columns });
    // Half of the way back: done and to come in each of the two rows that go back, and the ring around where it stands.
    expect(paint(view, 2002 + 2000).boxes.length).toBeLessThan(10);
  });

  it('gives whoever draws the pointer along it the entries of the half that the pointer is in', () => {
    const view = { column: 50, scroll: 50 * 1000 };
    const near = (x: number, y: number) => cellNear(layout, view, x, y);
    expect(near(20, 28)).toMatchObject({ row: 'forward', column: 1000 });
    expect(near(20, 68)).toMatchObject({ row: 'backward', column: 1000 });
    expect(near(5, 92)).toMatchObject({ row: 'added', column: 1000 });
    // Beyond the border it is the one that comes next there; the batch has nothing that goes back.
    expect(near(-20, -300)).toMatchObject({ row: 'forward', column: 999 });
    expect(cellNear(layout, { column: 50, scroll: 0 }, 10, 68)).toMatchObject({ row: 'backward', column: 1 });
  });
});

describe('the ledger', () => {
  it('leaves out the middle of hundreds of uses until it is asked for', () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({ kind: 'carried' as const, norm: i }));
    const { first, leftOut, last } = foldRows(rows, false);
    expect(first.length + leftOut + last.length).toBe(400);
    expect(first.length + last.length).toBeLessThan(40);
    expect([first[0]?.at, last.at(-1)?.at]).toEqual([0, 399]);
    expect(foldRows(rows, true).first.length).toBe(400);
    expect(foldRows(rows.slice(0, 10), false)).toMatchObject({ leftOut: 0, last: [] });
  });
});

describe('a use in loops', () => {
  it('is named with all the numbers around it', () => {
    const uses = ['model/linear1', 'middle#2/linear', 'outer#2/inner#1/lin', 'outer#1/block/inner'];
    expect(uses.map(namesIn().use)).toEqual(['linear1', 'linear #2', 'lin #2.1', 'inner #1']);
  });

  it('is counted with the loops around it, whose rounds may differ', () => {
    expect(countsOf({ middle: 3 })).toBe('3');
    expect(countsOf({ first: 3, second: 0 })).toBe('3, 0');
    expect(countsOf({ outer: 2, 'outer#1/inner': 2, 'outer#2/inner': 4 })).toBe('2 × (2, 4)');
    expect(countsOf({ outer: 1, 'outer#1/block/a': 2, 'outer#1/b': 1 })).toBe('1 × (2 + 1)');
    expect(countsOf({ a: 2, 'a#1/b': 1, 'a#1/b#1/c': 5, 'a#2/b': 0 })).toBe('2 × (1 × (5), 0)');
    const long = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`outer#${i + 1}/inner`, 1]));
    expect(countsOf({ outer: 9, ...long })).toBe('9 × (1, 1, 1, 1, 1, 1, …)');
    expect([{ middle: 3 }, {}, { a: 1, 'a#1/b': 1 }].map(isPlain)).toEqual([true, false, false]);
  });
});

describe('loops that a line tells of', () => {
  it('are a few, and how many more there are', () => {
    const tell = (loop: string, times: number) => `${loop} ×${times}`;
    const more = (n: number) => `and ${n} more`;
    expect(toldLoops({ a: 1, b: 2 }, 2, tell, more)).toEqual(['a ×1', 'b ×2']);
    expect(toldLoops({ a: 1, b: 2, c: 3, d: 4 }, 2, tell, more)).toEqual(['a ×1', 'b ×2', 'and 2 more']);
  });
});

describe('a heatmap', () => {
  it.each([
    ['wide', { rows: 128, columns: 784 }],
    ['a row', { rows: 1, columns: 1000 }],
    ['high', { rows: 1000, columns: 10 }],
    ['large', { rows: 1000, columns: 1000 }],
    ['small', { rows: 2, columns: 3 }],
  ])('has room for a hand on each of its elements, and a window that fits (%s)', (_, matrix) => {
    const { cell, sheet, height } = layOutHeatmap(matrix, 284);
    expect(Math.min(cell.width, cell.height)).toBeGreaterThanOrEqual(2.5);
    expect(sheet).toEqual({ width: cell.width * matrix.columns, height: cell.height * matrix.rows });
    expect(sheet.width).toBeGreaterThanOrEqual(284);
    expect(height).toBeLessThanOrEqual(220);
  });

  it('of a million elements paints those in sight and some around them', () => {
    const { cell } = layOutHeatmap({ rows: 1000, columns: 1000 }, 284);
    const across = span(1000, 284, cell.width, 1000);
    expect(across.from * cell.width).toBeLessThanOrEqual(1000);
    expect((across.from + across.count) * cell.width).toBeGreaterThanOrEqual(1284);
    expect(across.count * span(0, 220, cell.height, 1000).count).toBeLessThan(60_000);
    expect(span(0, 284, 142, 2)).toEqual({ from: 0, count: 2 });
  });

  it('scrolls no farther than it takes to have an element in its window', () => {
    expect(scrolled(100, 200, 10, 15)).toBe(100);
    expect(scrolled(100, 200, 10, 3)).toBe(30);
    expect(scrolled(100, 200, 10, 40)).toBe(210);
  });
});

it('columns of the tape are at first as wide as its longest name asks for, and no wider than they may be', () => {
  expect(columnFor(['matmul', 'add'])).toBe(COLUMN.first);
  const wide = columnFor(['add', 'bceWithLogits']);
  expect(wide).toBeGreaterThan(13 * 5);
  expect(wide).toBeLessThan(COLUMN.most);
  expect(columnFor(['function of_a_name_that_nobody_would_give'])).toBe(COLUMN.most);
});
