import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const eq = defineOp({
  name: 'eq',
  shape: broadcast,
  dtype: () => ['bool'],
  saves: [],
  forward: (k, [a, b]) => [k.eq(present(a), present(b))],
  formula: { forward: 'Y = [A = B]', backward: [] },
  why: {
    en: 'A comparison jumps between false and true and is flat everywhere else. There is nothing to differentiate: no gradient passes.',
    zh: '比较的结果只在真假之间跳变，其余处处平坦。没有可求导之处，梯度不会通过。',
  },
  torch: ([a, b]) => `torch.eq(${a}, ${b})`,
  cases: binaryCases(),
  node: {
    kind: 'Equal',
    help: { en: 'Whether both are equal.', zh: '两者是否相等。' },
    inputs: twoInputs,
  },
});
