import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const detach = defineOp({
  name: 'detach',
  shape: unchanged,
  dtype: ([type]) => [present(type)],
  saves: [],
  // A value of its own: of a parameter it stays what it was when an update has written a new one.
  forward: (k, [x]) => [k.copy(present(x))],
  formula: { forward: 'Y = X', backward: [] },
  why: {
    en: 'The value passes, its history does not: for autograd the output is a constant. Nothing before it learns from what comes after.',
    zh: '值原样通过，历史不通过：对自动求导来说，输出是常数。在它之前的部分不会从它之后学到任何东西。',
  },
  torch: ([x]) => `${x}.detach()`,
  cases: [...unaryCases(), { inputs: [{ shape: [2, 3, 4] }] }],
  node: {
    kind: 'Detach',
    help: {
      en: 'Lets the value pass and no gradient: what comes before learns nothing from what comes after.',
      zh: '值通过，梯度不通过：之前的部分不从之后学习。',
    },
    inputs: oneInput,
  },
});
