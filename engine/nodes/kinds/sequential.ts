import { defineNode } from '../node.ts';

/** `nn.Sequential`: a block whose nodes are chained in array order. */
export const sequential = defineNode({
  kind: 'Sequential',
  category: 'blocks',
  help: {
    en: 'A chain: the nodes inside run one after another, each on the output of the one before.',
    zh: '顺序容器：内部节点依次执行，每个节点以前一个的输出为输入。',
  },
  inputs: [{ name: 'input', type: 'tensor' }],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: {},
  block: 'chain',
  inner: { sources: [{ name: 'input', type: 'tensor' }], targets: [{ name: 'output', type: 'tensor' }] },
  lower: (_b, { input }, _settings, body) => (input === undefined ? {} : { ...body({ input }) }),
});
