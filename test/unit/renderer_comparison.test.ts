import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import type { Comparison, NodeComparison, StopReport } from '../../engine/protocol/messages.ts';
import { agreementOf, differenceOf } from '../../renderer/comparison/words.ts';
import { type Check, differingAt, useComparison } from '../../renderer/stores/comparison.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { addNode, moveNodes } from '../../renderer/stores/edits.ts';
import { namesIn } from '../../renderer/stores/names.ts';
import { useStanding } from '../../renderer/stores/standing.ts';

const names = namesIn();
const difference = { position: 3, phase: 'forward', op: 'matmul', nonFinite: 0 } as const;

const nodeAt = (address: string, apart: number, more: Partial<NodeComparison['worst']> = {}): NodeComparison => ({
  address,
  compared: 4,
  skipped: 0,
  worst: { ...difference, address, apart, ...more },
  isWithin: apart <= 1e-4,
});

function comparisonOf(nodes: readonly NodeComparison[]): Comparison {
  const worst = nodes.map((node) => node.worst).sort((a, b) => (b?.apart ?? 0) - (a?.apart ?? 0))[0];
  return {
    iteration: 0,
    nodes,
    compared: 4 * nodes.length,
    skipped: 0,
    ...(worst && { worst }),
    tolerance: 1e-4,
    isWithin: nodes.every(({ isWithin }) => isWithin),
  };
}

const stopAt = (position: number): StopReport => ({
  reason: 'step',
  breakpoints: [],
  hits: {},
  iteration: 0,
  position,
  history: { bytes: 0 },
});

describe('what a check found', () => {
  const within = comparisonOf([nodeAt('linear1', 2.34e-7), nodeAt('tanh1', 0)]);

  it('is told in one sentence where all agree', () => {
    expect(agreementOf(within, 'en', names)).toBe(
      'All 8 operations agree with a plain computation on the CPU; the largest difference is 2.3e-7 of the largest element, at linear1.',
    );
    expect(agreementOf(within, 'zh', names)).toContain('8 个运算都与 CPU 上的普通计算一致');
    expect(agreementOf(comparisonOf([nodeAt('tanh1', 0)]), 'en', names)).toContain('to the last bit');
    expect(agreementOf(comparisonOf([]), 'en', names)).toBe('Nothing that has been computed so far could be checked.');
  });

  it('names the operation that is off, how far, and what is no number', () => {
    const sentence = (node: NodeComparison) => differenceOf(node, 'en', names);
    expect(sentence(nodeAt('linear1', 0.0123))).toBe('linear1: matmul is off by 1.23% of its largest element.');
    expect(sentence(nodeAt('linear1', 2e-4, { phase: 'backward' }))).toBe(
      'linear1: the backward of matmul is off by 2.0e-4 of its largest element.',
    );
    expect(sentence(nodeAt('w', 1, { op: 'accumulate' }))).toContain('w: adding to a gradient is off by 100%');
    expect(sentence(nodeAt('f', 1, { op: 'function 3' }))).toContain('f: its function is off');
    expect(sentence(nodeAt('log1', Number.POSITIVE_INFINITY, { op: 'log', nonFinite: 3 }))).toContain(
      'log gives NaN or ∞ in 3 elements where the CPU gives something else',
    );
  });

  it('calls nodes as their cards are called', () => {
    const nodes = [{ id: 'linear1', kind: 'Linear', settings: {} }];
    const view = { nodes: { linear1: { x: 0, y: 0, label: 'Hidden' } } };
    const labels = namesIn({ ...emptyDocument(), nodes, view });
    expect(agreementOf(within, 'en', labels)).toContain('at Hidden.');
    expect(differenceOf(nodeAt('linear1', 0.0123), 'en', labels)).toContain('Hidden: matmul is off');
  });

  it('stands at the card of the node, of whatever iteration, and of the folded block around it', () => {
    const found = comparisonOf([
      nodeAt('repeat1#1/linear1', 1e-7),
      nodeAt('repeat1#2/linear1', 0.01),
      nodeAt('repeat1#3/linear1', 0.02),
      nodeAt('net/linear2', 0.03),
      nodeAt('linear10', 0),
    ]);
    const check: Check = { stop: stopAt(1), document: emptyDocument(), found };
    expect(differingAt(check, 'repeat1#1/linear1')?.address).toBe('repeat1#3/linear1');
    expect(differingAt(check, 'net')?.address).toBe('net/linear2');
    for (const address of ['linear1', 'linear10', 'ne']) expect(differingAt(check, address)).toBeUndefined();
    expect(differingAt({ ...check, found: undefined, progress: { done: 1, of: 2 } }, 'net')).toBeUndefined();
  });
});

describe('a check holds', () => {
  const stop = stopAt(3);
  beforeEach(() => {
    useDocuments.getState().create();
    useDocuments.getState().edit((document) => addNode(document, 'ReLU', { x: 0, y: 0 }));
    const tab = activeTab();
    if (tab === undefined) throw new Error('there is no tab');
    useStanding.getState().stand(tab.id, stop);
    useComparison.getState().put(tab.id, { stop, document: tab.document, progress: { done: 0, of: 1 } });
  });
  const held = () => useComparison.getState().checks[activeTab()?.id ?? ''] !== undefined;

  it('while somebody looks at entries, and moves a node', () => {
    useStanding.getState().look(activeTab()?.id ?? '', 2);
    useDocuments.getState().edit((document) => moveNodes(document, { relu1: { x: 50, y: 0 } }));
    expect(held()).toBe(true);
  });

  it('until the run goes on', () => {
    useStanding.getState().stand(activeTab()?.id ?? '', null);
    expect(held()).toBe(false);
  });

  it('until it stands elsewhere', () => {
    useStanding.getState().stand(activeTab()?.id ?? '', stopAt(4));
    expect(held()).toBe(false);
  });

  it('until the network is edited', () => {
    useDocuments.getState().edit((document) => addNode(document, 'ReLU', { x: 0, y: 0 }));
    expect(held()).toBe(false);
  });

  it('as long as its tab is open', () => {
    const { active, close } = useDocuments.getState();
    close(active);
    expect(useComparison.getState().checks[active]).toBeUndefined();
  });
});
