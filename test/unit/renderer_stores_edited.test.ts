import { describe, expect, it } from 'vitest';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { editedSince } from '../../renderer/stores/edited.ts';

const trained: GraphDocument = {
  ...emptyDocument(),
  nodes: [
    { id: 'data', kind: 'XOR', settings: {} },
    { id: 'linear1', kind: 'Linear', settings: { outFeatures: 8 } },
    { id: 'relu1', kind: 'ReLU', settings: {} },
  ],
  wires: [
    { from: 'data.inputs', to: 'linear1.input' },
    { from: 'linear1.output', to: 'relu1.input' },
  ],
  run: { mode: 'dynamic', seed: 0, steps: 500 },
};

describe('a network that is being trained', () => {
  it('is edited as long as something differs, and no longer once that was changed back', () => {
    const more = { ...trained, run: { ...trained.run, steps: 600 } };
    expect(editedSince(trained, more)).toBe(true);
    expect(editedSince(trained, { ...more, run: { ...more.run, steps: 500 } })).toBe(false);
    const wider = trained.nodes.map((node) =>
      node.id === 'linear1' ? { ...node, settings: { outFeatures: 9 } } : node,
    );
    expect(editedSince(trained, { ...trained, nodes: wider })).toBe(true);
    expect(editedSince(trained, structuredClone(trained))).toBe(false);
  });

  it('is the same under another name, and with its wires drawn in another order', () => {
    expect(editedSince(trained, { ...trained, name: 'another', wires: trained.wires.toReversed() })).toBe(false);
    expect(editedSince(trained, { ...trained, wires: trained.wires.slice(1) })).toBe(true);
  });
});
