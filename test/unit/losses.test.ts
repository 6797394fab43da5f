import { describe, expect, it } from 'vitest';
import { fromArray, ones } from '../../engine/autograd/create.ts';
import { checkDocument, hasErrors } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss } from '../../engine/nn/losses.ts';
import { lowerDocument } from '../../engine/program/lower.ts';

const elementwise = { MSELoss, L1Loss, BCEWithLogitsLoss };

describe('a loss of nn', () => {
  it.each(Object.entries(elementwise))('%s is a scalar, and with none has the shape of its input', (_name, Loss) => {
    const forward = (options?: ConstructorParameters<typeof Loss>[0]) =>
      new Loss(options).forward(ones([2, 1, 3]), ones([2, 1, 3])).shape;
    expect(forward()).toEqual([]);
    expect(forward({ reduction: 'sum' })).toEqual([]);
    expect(forward({ reduction: 'none' })).toEqual([2, 1, 3]);
  });

  it('CrossEntropyLoss is a scalar, and with none one number per sample', () => {
    const labels = fromArray([0, 2, 1, 0], [4], { dtype: 'i32' });
    expect(new CrossEntropyLoss().forward(ones([4, 3]), labels).shape).toEqual([]);
    const each = new CrossEntropyLoss({ reduction: 'none' }).forward(ones([4, 3]), labels);
    expect(each.shape).toEqual([4]);
    for (const loss of each.data()) expect(loss).toBeCloseTo(Math.log(3), 6);
  });

  it('that is not reduced says that its backward takes a gradient', () => {
    const input = ones([3], { requiresGrad: true });
    expect(() => new MSELoss({ reduction: 'none' }).forward(input, ones([3])).backward()).toThrow(
      'backward without a gradient starts from a scalar',
    );
  });
});

describe('a loss node', () => {
  /** A Linear of the Spiral's 30 points into `kind`, and its output into a ReLU. */
  const document = (kind: string, reduction: string): GraphDocument => ({
    ...emptyDocument('losses'),
    nodes: [
      { id: 'data', kind: 'Spiral', settings: { samplesPerClass: 10 } },
      { id: 'linear', kind: 'Linear', settings: { outFeatures: kind === 'CrossEntropyLoss' ? 3 : 2 } },
      { id: 'loss', kind, settings: { reduction } },
      { id: 'relu', kind: 'ReLU', settings: {} },
    ],
    wires: [
      { from: 'data.x', to: 'linear.input' },
      { from: 'linear.output', to: 'loss.input' },
      { from: kind === 'CrossEntropyLoss' ? 'data.labels' : 'data.x', to: 'loss.target' },
      { from: 'loss.loss', to: 'relu.input' },
    ],
  });

  it.each([
    ['MSELoss', [30, 2]],
    ['L1Loss', [30, 2]],
    ['BCEWithLogitsLoss', [30, 2]],
    ['CrossEntropyLoss', [30]],
  ])('%s is a loss of the run where it is reduced, and with none a tensor for the graph', (kind, shape) => {
    for (const reduction of ['mean', 'sum']) {
      expect(checkDocument(document(kind, reduction)).shapes.get('relu.output')?.shape).toEqual([]);
      expect(lowerDocument(document(kind, reduction)).program?.losses.map(({ node }) => node)).toEqual(['loss']);
    }
    const { shapes, diagnostics } = checkDocument(document(kind, 'none'));
    expect(hasErrors(diagnostics)).toBe(false);
    expect(shapes.get('loss.loss')?.shape).toEqual(shape);
    expect(shapes.get('relu.output')?.shape).toEqual(shape);
    expect(lowerDocument(document(kind, 'none')).program).toBeUndefined();
  });
});
