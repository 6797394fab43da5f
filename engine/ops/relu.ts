import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const relu = defineOp({
  name: 'relu',
  shape: unchanged,
  saves: ['output0'],
  makes: { forward: 0.25, backward: 1.25 },
  // Not the maximum with 0: PyTorch lets −0 pass, and so does a comparison.
  forward: (k, [x]) => [k.where(k.lt(present(x), 0), 0, present(x))],
  backward: (k, [g], { output0: y }) => [k.where(k.le(present(y), 0), 0, present(g))],
  formula: { forward: 'Y = \\max(X, 0)', backward: ['\\bar X = \\bar Y \\odot [Y > 0]'] },
  why: {
    en: 'Where the input was positive it passed unchanged, and so does the gradient. Where it was cut off, at zero too, nothing it does matters and the gradient is 0.',
    zh: '输入为正时原样通过，梯度也原样通过。被截断之处（包括零）输入不起作用，梯度为 0。',
  },
  torch: ([x]) => `torch.relu(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'ReLU',
    category: 'activations',
    help: { en: 'Lets positive elements pass and sets the others to 0.', zh: '正数原样通过，其余置为 0。' },
    inputs: oneInput,
  },
});
