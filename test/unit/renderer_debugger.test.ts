import { describe, expect, it } from 'vitest';
import type { EntryReport, Ref, TensorReport } from '../../engine/protocol/messages.ts';
import { summarize } from '../../engine/session/statistics.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { factorsOf, formulaOf } from '../../renderer/debugger/entry_formula.ts';
import { layOutTape } from '../../renderer/debugger/tape_layout.ts';

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
      '\\;\\underset{64\\times 100}{Y} = \\;\\underset{64\\times 1000}{A} \\;\\underset{100\\times 1000}{B}^{\\mathsf T}',
    ]);
    const clamp = (bounds: object) => formulaOf(entry({ op: 'clamp', attrs: { ...bounds } })).lines;
    expect(clamp({ min: 0, max: null })).toEqual(['Y = \\max(X, 0)']);
    expect(clamp({ min: -1, max: 2 })).toEqual(['Y = \\min(\\max(X, -1), 2)']);
    expect(formulaOf(entry({ op: 'pow', attrs: { exponent: 2 } })).lines).toEqual(['Y = A^{2}']);
  });

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
    expect(factorsOf(backward, '\\bar B')?.map(({ symbol, transposed }) => [symbol, transposed])).toEqual([
      ['\\bar Y', true],
      ['A', false],
    ]);
  });
});

describe('the tape', () => {
  it('sets each backward entry beneath its forward entry, what it adds beneath that, and updates at the right', () => {
    const address = 'a';
    const { cells, columns, spans } = layOutTape([
      { phase: 'batch', address: '', op: 'batch' },
      { phase: 'forward', address, op: 'mul' },
      { phase: 'loss', address: 'loss', op: 'loss' },
      { phase: 'backward', address: '', op: 'accumulate' },
      { phase: 'backward', address, op: 'mul', forward: 1 },
      { phase: 'backward', address, op: 'accumulate', forward: 1 },
      { phase: 'backward', address, op: 'accumulate', forward: 1, parameter: 'a.weight' },
      { phase: 'update', address: 'sgd', op: 'SGD' },
    ]);
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
    expect(spans.map((span) => span.address)).toEqual(['batch', 'a', 'loss', 'sgd']);
  });
});
