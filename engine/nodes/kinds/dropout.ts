import { defineNode } from '../node.ts';

/** `nn.Dropout`: in training each element is zeroed with probability p and the rest divided by 1 − p; in evaluation the identity. */
export const dropout = defineNode({
  kind: 'Dropout',
  category: 'layers',
  help: {
    en: 'While training, sets a random share p of the elements to zero and scales the rest up; does nothing in evaluation.',
    zh: '训练时以概率 p 将元素置零并放大其余元素；评估时不起作用。',
  },
  inputs: [{ name: 'input', type: 'tensor' }],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: {
    p: { type: 'float', default: 0.5, min: 0, max: 1, exclusiveMax: true, label: { en: 'p', zh: '概率 p' } },
  },
  summary: ['p'],
  lower(b, { input }, settings) {
    if (input === undefined) return {};
    const p = Number(settings.p);
    return { output: b.module('Dropout', { p }, (inner) => inner.dropout(input, p)) };
  },
});
