/**
 * The networks that are compared, as the peers build them: Linear layers of these widths with ReLU between them, data drawn once, a
 * squared error. The names are those of `../workloads.ts`. Plain JavaScript, since the packages that these files import are
 * installed for the bench only.
 */
export const networks = {
  'tutorial 64-1000-100-10, SGD': { rows: 64, widths: [1000, 100, 10], loss: 'sum', rule: 'sgd', rate: 1e-4 },
  'tutorial 64-1000-100-10, Adam': { rows: 64, widths: [1000, 100, 10], loss: 'sum', rule: 'adam', rate: 1e-4 },
  '2-16-1, batch 32, Adam': { rows: 32, widths: [2, 16, 1], loss: 'mean', rule: 'adam', rate: 1e-3 },
  '784-512-512-10, batch 128, Adam': {
    rows: 128,
    widths: [784, 512, 512, 10],
    loss: 'mean',
    rule: 'adam',
    rate: 1e-3,
  },
  // The layer in the middle is used as often as chance wants: its number is drawn anew in every step.
  'dynamic-net, SGD': {
    rows: 64,
    widths: [1000, 100, 100, 10],
    loss: 'sum',
    rule: 'momentum',
    rate: 1e-4,
    repeats: 3,
  },
};

/** Indices of the layers in the order in which a pass uses them, `times` being how often one in the middle is. */
export function passes({ widths, repeats }, times) {
  const layers = widths.slice(1).map((_, layer) => layer);
  return repeats === undefined ? layers : [0, ...new Array(times).fill(1), 2];
}

/** How often the next pass uses the layer in the middle: 0 to `repeats`. */
export const draw = ({ repeats = 0 }) => Math.floor(Math.random() * (repeats + 1));

/** PyTorch's first weights: uniform within ±1/√in. */
export function weights(from, to) {
  const bound = 1 / Math.sqrt(from);
  return Float32Array.from({ length: from * to }, () => (2 * Math.random() - 1) * bound);
}

/** Uniform numbers: a product with a matrix of these neither grows nor shrinks. */
export const steady = (from, to) => weights(from, to).map((value) => value * Math.sqrt(3));

/** Inputs and targets: standard normal. */
export const normal = (count) =>
  Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
  );
