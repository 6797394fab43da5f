import { usePreferences } from '../stores/preferences.ts';
import type { Refusal } from './connecting.ts';

/** The words of canvas, palette and cards. */
const en = {
  dropLayers: 'Drop layers here: they run one after another.',
  dropBody: 'Drop nodes here and wire them from the left border to the right one.',
  carried: 'carried',
  resize: 'Drag to resize',
  unfold: 'Show the definition here',
  fold: 'Fold the definition away',
  instances: (n: number) => `edits the definition · ${n} ${n === 1 ? 'instance' : 'instances'}`,
  editsDefinition: (module: string) =>
    `What is edited here is the definition of ${module}: all of its instances change`,
  way: 'Way to the open definition',
  definition: 'definition',
  modules: 'Modules of this network',
  open: 'Open the definition',
  iterations: 'Iteration that the cards show',
  iteration: (n: number) => `Show the values of iteration ${n}`,
  ran: 'Iterations in the last pass',
  previous: 'Previous iteration',
  following: 'Next iteration of the loop',
  emptyTitle: 'Drag a node here, or start from an example',
  emptyHint: 'A double click or Enter in the list adds a node too.',
  noteText: 'Text of the note',
  noteEmpty: 'Write something',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit to view',
  palette: 'Nodes',
  searchNodes: 'Search nodes',
  nothingFound: 'No node is called that.',
  parameters: (n: number) => (n === 1 ? '1 parameter' : `${n.toLocaleString('en')} parameters`),
  categories: {
    data: 'Data',
    layers: 'Layers',
    activations: 'Activations',
    tensor: 'Tensor',
    loss: 'Loss',
    optimizer: 'Optimizer',
    blocks: 'Blocks',
  },
  refusal: (verdict: Refusal): string => {
    switch (verdict.reason) {
      case 'types':
        return `A ${verdict.from} output does not fit a ${verdict.to} input`;
      case 'itself':
        return 'A node cannot feed itself';
      case 'cycle':
        return 'This would close a cycle';
      case 'inner':
        return 'Layers of a Sequential are chained by their order';
      case 'leaves':
        return 'A wire leads into a frame, never out of it: end it at the right border';
      case 'border':
        return 'What enters or leaves a module goes through its terminals: end the wire at one of them';
      case 'unknown':
        return 'There is nothing to connect to';
      case 'sides':
        return 'A wire runs from an output to an input';
      case 'taken':
        return 'Every input that fits has its wire already';
      case 'several':
        return 'Several ports fit: let go on one of them';
      default:
        return verdict satisfies never;
    }
  },
};
export type Words = typeof en;

const zh: Words = {
  dropLayers: '把层拖到这里：它们会依次执行。',
  dropBody: '把节点拖到这里，从左边界连到右边界。',
  carried: '传递',
  resize: '拖动以调整大小',
  unfold: '在这里显示定义',
  fold: '收起定义',
  instances: (n) => `编辑的是定义 · 共 ${n} 个实例`,
  editsDefinition: (module) => `这里修改的是 ${module} 的定义：它的所有实例都会改变`,
  way: '到打开的定义的路径',
  definition: '定义',
  modules: '本网络的模块',
  open: '打开定义',
  iterations: '卡片显示的迭代',
  iteration: (n) => `显示第 ${n} 次迭代的值`,
  ran: '上一次传播中的迭代次数',
  previous: '上一次迭代',
  following: '循环的下一次迭代',
  emptyTitle: '把节点拖到这里，或从示例开始',
  emptyHint: '在列表中双击或按回车也能添加节点。',
  noteText: '便笺内容',
  noteEmpty: '写点什么',
  zoomIn: '放大',
  zoomOut: '缩小',
  fit: '适应窗口',
  palette: '节点',
  searchNodes: '搜索节点',
  nothingFound: '没有这个名字的节点。',
  parameters: (n) => `${n.toLocaleString('en')} 个参数`,
  categories: {
    data: '数据',
    layers: '层',
    activations: '激活函数',
    tensor: '张量',
    loss: '损失',
    optimizer: '优化器',
    blocks: '块',
  },
  refusal: (verdict) => {
    switch (verdict.reason) {
      case 'types':
        return `${verdict.from} 输出不能接到 ${verdict.to} 输入`;
      case 'itself':
        return '节点不能连到自己';
      case 'cycle':
        return '这会形成环路';
      case 'inner':
        return 'Sequential 中的层按顺序相连';
      case 'leaves':
        return '连线可以进入框内，不能从框内引出：请接到右边界';
      case 'border':
        return '进出模块的值须经过它的端子：请接到其中一个端子上';
      case 'unknown':
        return '这里没有可连接的端口';
      case 'sides':
        return '连线须从输出连到输入';
      case 'taken':
        return '适合的输入都已有连线';
      case 'several':
        return '有多个端口适合：请放到其中一个端口上';
      default:
        return verdict satisfies never;
    }
  },
};

export const useLanguage = (): 'en' | 'zh' => usePreferences((state) => state.language);
export const useWords = (): Words => ({ en, zh })[useLanguage()];
