import { defineNode } from '../node.ts';

/** `torch.tensor(2.0)`: a number that broadcasts against whatever it meets. */
export const constant = defineNode({
  kind: 'Constant',
  category: 'data',
  help: {
    en: 'A number, as a tensor without axes: it fits whatever shape it meets.',
    zh: '一个数，作为没有轴的张量：与任何形状都能运算。',
  },
  inputs: [],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: { value: { type: 'float', default: 1, label: { en: 'value', zh: '值' } } },
  summary: ['value'],
  lower(b, _inputs, { value }) {
    const [output] = b.data({ kind: 'constant', value: Number(value) });
    return output === undefined ? {} : { output };
  },
});
