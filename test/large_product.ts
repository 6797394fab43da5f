import { WORTH_A_GPU } from '../engine/graph/device.ts';
import { emptyDocument, type GraphDocument } from '../engine/graph/document.ts';

/** A network of one layer, whose products of so many rows by columns by features keep plain code busy. */
export const largeProduct = (rows: number, columns: number, outFeatures: number): GraphDocument => ({
  ...emptyDocument('large'),
  nodes: [
    { id: 'x', kind: 'RandomTensor', settings: { shape: [rows, columns] } },
    { id: 'linear', kind: 'Linear', settings: { outFeatures } },
    { id: 'mean', kind: 'Mean', settings: {} },
    { id: 'sgd', kind: 'SGD', settings: { lr: 0.1 } },
  ],
  wires: [
    { from: 'x.output', to: 'linear.input' },
    { from: 'linear.output', to: 'mean.input' },
    { from: 'mean.output', to: 'sgd.loss' },
  ],
  run: { mode: 'dynamic', seed: 0, steps: 5, losses: ['mean.output'] },
});

/** A network as small as one can be that `auto` takes a GPU for. */
export function worthAGpu(steps: number): GraphDocument {
  const width = 1024;
  const document = largeProduct(Math.ceil(WORTH_A_GPU / (2 * width * width)), width, width);
  return { ...document, run: { ...document.run, steps } };
}
