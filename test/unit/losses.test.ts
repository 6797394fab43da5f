import { describe, expect, it } from 'vitest';
import { fromArray, oneHot, ones } from '../../engine/autograd/create.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument, splitPort, type Wire } from '../../engine/graph/document.ts';
import { missingLoss } from '../../engine/graph/losses.ts';
import { BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss } from '../../engine/nn/losses.ts';
import { lowerDocument } from '../../engine/program/lower.ts';
import { Session } from '../../engine/session/session.ts';
import { diagnose } from '../../renderer/stores/diagnosis.ts';

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

  it('refuses a reduction that there is not, and an option that it does not have', () => {
    expect(() => new MSELoss(JSON.parse('{ "reduction": "avg" }'))).toThrow(
      'MSELoss: reduction: expected one of mean, sum, none; got avg',
    );
    expect(() => new MSELoss(JSON.parse('{ "reducton": "sum" }'))).toThrow(
      'MSELoss has no option "reducton"; it has reduction, context, generator',
    );
    expect(() => new CrossEntropyLoss(JSON.parse('"sum"'))).toThrow('takes its options by name');
  });

  it('CrossEntropyLoss, as all that takes indices, takes whole numbers for them', () => {
    const scores = ones([2, 3]);
    const words = "labels and indices are whole numbers, i32, not f32: make them with tensor(…, { dtype: 'i32' })";
    expect(() => new CrossEntropyLoss().forward(scores, ones([2]))).toThrow(words);
    expect(() => scores.gather(1, ones([2, 1]))).toThrow(words);
    expect(() => oneHot(ones([2]), 3)).toThrow(words);
    expect(() => oneHot(ones([2]).eq(1), 3)).toThrow('not bool');
  });

  it('that is not reduced says that its backward takes a gradient', () => {
    const input = ones([3], { requiresGrad: true });
    expect(() => new MSELoss({ reduction: 'none' }).forward(input, ones([3])).backward()).toThrow(
      'backward without a gradient starts from a scalar',
    );
  });
});

it('a loss is missed in the app once there is something to train, and training goes on to say so', () => {
  const data = { id: 'data', kind: 'Spiral', settings: {} };
  const linear = { id: 'linear', kind: 'Linear', settings: {} };
  expect(diagnose(emptyDocument())).toEqual({ diagnostics: [], sound: true });
  expect(diagnose({ ...emptyDocument(), nodes: [data] }).diagnostics).toEqual([]);
  const wires = [{ from: 'data.x', to: 'linear.input' }];
  const network = diagnose({ ...emptyDocument(), nodes: [data, linear], wires });
  expect(network).toMatchObject({ diagnostics: [{ code: 'no-loss', severity: 'warning' }], sound: true });
});

describe('a loss node', () => {
  /** A Linear of the Spiral's 30 points into `kind`, and its output through the nodes of `beyond`, one after another. */
  const document = (
    kind: string,
    reduction: string,
    ...beyond: readonly (readonly [string, Wire])[]
  ): GraphDocument => {
    const classes = kind === 'CrossEntropyLoss';
    return {
      ...emptyDocument('losses'),
      nodes: [
        { id: 'data', kind: 'Spiral', settings: { samplesPerClass: 10 } },
        { id: 'linear', kind: 'Linear', settings: { outFeatures: classes ? 3 : 2 } },
        { id: 'loss', kind, settings: { reduction } },
        ...beyond.map(([next, { to }]) => ({ id: splitPort(to).node, kind: next, settings: {} })),
      ],
      wires: [
        { from: 'data.x', to: 'linear.input' },
        { from: 'linear.output', to: 'loss.input' },
        { from: classes ? 'data.labels' : 'data.x', to: 'loss.target' },
        ...beyond.map(([, wire]) => wire),
      ],
      run: { mode: 'dynamic', seed: 0, steps: 5 },
    };
  };
  const relu = ['ReLU', { from: 'loss.loss', to: 'relu.input' }] as const;
  const mean = ['Mean', { from: 'loss.loss', to: 'mean.input' }] as const;
  const sgd = (from: string) => ['SGD', { from, to: 'sgd.loss' }] as const;

  it.each([
    ['MSELoss', [30, 2]],
    ['L1Loss', [30, 2]],
    ['BCEWithLogitsLoss', [30, 2]],
    ['CrossEntropyLoss', [30]],
  ])('%s is a loss of the run where it is reduced, and with none a tensor for the graph', (kind, shape) => {
    for (const reduction of ['mean', 'sum']) {
      const reduced = document(kind, reduction, relu);
      expect(checkDocument(reduced).shapes.get('relu.output')?.shape).toEqual([]);
      expect(lowerDocument(reduced).program?.losses.map(({ node }) => node)).toEqual(['loss']);
    }
    const unreduced = document(kind, 'none', relu);
    const { shapes, diagnostics } = checkDocument(unreduced);
    expect(diagnostics).toEqual([]);
    expect(shapes.get('loss.loss')?.shape).toEqual(shape);
    expect(shapes.get('relu.output')?.shape).toEqual(shape);
    expect(lowerDocument(unreduced).diagnostics).toMatchObject([{ code: 'no-loss' }]);
    expect(missingLoss(checkDocument(unreduced))).toMatchObject([{ code: 'no-loss', severity: 'warning' }]);
    for (const enough of [document(kind, 'mean'), document(kind, 'none', mean, sgd('mean.output'))])
      expect(missingLoss(checkDocument(enough))).toEqual([]);
  });

  it('with none is refused by an optimizer, and trains after a Mean as it does with mean', async () => {
    const refused = document('CrossEntropyLoss', 'none', sgd('loss.loss'));
    expect(checkDocument(refused).diagnostics).toMatchObject([{ code: 'loss-not-scalar', node: 'sgd' }]);
    const train = async (trained: GraphDocument) => {
      const { session } = await Session.create(trained, { backend: createReferenceBackend(), files: nodeFiles('.') });
      if (session === undefined) throw new Error('the document cannot be trained');
      const losses: number[] = [];
      session.onStep = (_step, loss) => losses.push(loss);
      session.run();
      return losses;
    };
    const expected = await train(document('CrossEntropyLoss', 'mean', sgd('loss.loss')));
    expect(new Set(expected).size).toBe(5);
    expect(await train(document('CrossEntropyLoss', 'none', mean, sgd('mean.output')))).toEqual(expected);
  });
});
