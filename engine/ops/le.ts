import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const le = defineOp({
  name: 'le',
  shape: broadcast,
  dtype: () => ['bool'],
  saves: [],
  forward: (k, [a, b]) => [k.le(present(a), present(b))],
  formula: { forward: 'Y = [A \\le B]', backward: [] },
  why: {
    en: 'A comparison jumps between false and true and is flat everywhere else. There is nothing to differentiate: no gradient passes.',
    zh: '比较的结果只在真假之间跳变，其余处处平坦。没有可求导之处，梯度不会通过。',
  },
  torch: ([a, b]) => `torch.le(${a}, ${b})`,
  cases: binaryCases(),
  node: {
    kind: 'LessEqual',
    help: { en: 'Whether the first is less than or equal to the second.', zh: '第一个是否小于或等于第二个。' },
    inputs: twoInputs,
  },
});
