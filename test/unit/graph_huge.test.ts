import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { type DocumentNode, emptyDocument } from '../../engine/graph/document.ts';

const MANY = 200_000;
const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
const document = (nodes: readonly DocumentNode[], losses?: readonly string[]) => {
  const empty = emptyDocument('huge');
  return { ...empty, nodes, run: { ...empty.run, ...(losses !== undefined && { losses }) } };
};
const nested = (count: number, outermost?: string): DocumentNode[] =>
  indices(count).map((i) => {
    const parent = i === 0 ? outermost : `b${i - 1}`;
    return { id: `b${i}`, kind: 'Sequential', settings: {}, ...(parent !== undefined && { parent }) };
  });
const codes = (d: ReturnType<typeof document>) => checkDocument(d).diagnostics.map(({ code }) => code);

describe('the check of a huge document tells everything and does not throw', { timeout: 60_000 }, () => {
  it('very many settings that do not exist', () => {
    const settings = Object.fromEntries(indices(MANY).map((i) => [`s${i}`, i]));
    const found = codes(document([{ id: 'a', kind: 'RandomTensor', settings }]));
    expect(found).toHaveLength(MANY);
    expect(new Set(found)).toEqual(new Set(['unknown-setting']));
  });

  it('very many losses that do not exist', () => {
    const found = codes(
      document(
        [],
        indices(MANY).map((i) => `gone${i}.loss`),
      ),
    );
    expect(found).toHaveLength(MANY);
    expect(new Set(found)).toEqual(new Set(['unknown-loss']));
  });

  it('very many nodes of no known kind', () => {
    const found = codes(document(indices(MANY).map((i) => ({ id: `a${i}`, kind: `Unheard${i}`, settings: {} }))));
    expect(found).toHaveLength(MANY);
  });

  it('very deep nesting: told once, where it becomes too deep', () => {
    const data: DocumentNode = { id: 'x', kind: 'RandomTensor', settings: {} };
    const wired = { ...document([data, ...nested(20_000)]), wires: [{ from: 'x.output', to: 'b0.input' }] };
    expect(checkDocument(wired).diagnostics).toMatchObject([{ code: 'nested-too-deep', node: 'b201' }]);
    expect(checkDocument({ ...wired, nodes: [data, ...nested(200)] }).diagnostics).toEqual([]);
  });

  it('very many blocks that contain each other: told once, with those inside of them', () => {
    const blocks = nested(20_000, 'b19999');
    const inside: DocumentNode = { id: 'inside', kind: 'ReLU', settings: {}, parent: 'b7' };
    expect(codes(document([inside, ...blocks]))).toEqual(['nested-cycle']);
    expect(codes(document([...blocks, inside]))).toEqual(['nested-cycle']);
  });
});
