import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const ne = defineOp({
  name: 'ne',
  shape: broadcast,
  dtype: () => ['bool'],
  saves: [],
  forward: (k, [a, b]) => [k.ne(present(a), present(b))],
  formula: { forward: 'Y = [A \\ne B]', backward: [] },
  why: {
    en: 'A comparison jumps between false and true and is flat everywhere else. There is nothing to differentiate: no gradient passes.',
    zh: '比较的结果只在真假之间跳变，其余处处平坦。没有可求导之处，梯度不会通过。',
  },
  torch: ([a, b]) => `torch.ne(${a}, ${b})`,
  cases: binaryCases(),
  node: {
    kind: 'NotEqual',
    help: { en: 'Whether the two differ.', zh: '两者是否不同。' },
    inputs: twoInputs,
  },
});
