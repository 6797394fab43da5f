import { useLanguage } from '../canvas/words.ts';
import type { Language } from '../stores/preferences.ts';
import type { Refusal } from '../stores/refusal.ts';
import { settingText } from '../text/problem.ts';

/** The words of the inspector. */
const en = {
  inspector: 'Inspector',
  name: 'Name',
  settings: 'Settings',
  run: 'Run',
  wire: 'Wire',
  formula: 'Formula',
  output: 'Output',
  gradient: 'Gradient of the output',
  trainFor: 'train for',
  steps: 'steps',
  epochs: 'epochs',
  all: 'all',
  inferred: 'auto',
  live: 'live',
  liveSetting: 'May change during a run, from the next iteration on',
  noFile: 'no file',
  chooseFile: 'Choose file…',
  fileNotKept: 'The file could not be kept for the network.',
  nonFinite: 'NaN or ∞',
  noNumbersYet: 'Train to see the numbers of this node.',
  refused: (typed: string, reason: string, kept: string) =>
    `${typed === '' ? 'An empty field' : `“${typed}”`} was not taken: ${reason}. Still ${kept}.`,
  batchHelp: 'Without a batch size every iteration uses the whole data.',
  statistics: { min: 'min', max: 'max', mean: 'mean', std: 'std', norm: 'norm', zeros: 'zeros' },
  kind: 'Kind',
  kindHelp: 'Makes this node another of its kin. Wires and common settings stay.',
  chooseParameter: 'choose a parameter',
  noParameters: 'No node holds a parameter yet.',
  allParameters: 'all of them',
  module: 'Module',
  openDefinition: 'Open definition',
  unpack: 'Unpack',
  unpackFrameHelp: 'Takes the frame away and leaves what it contains, wired as it was.',
  unpackHelp: 'Puts what the module contains in its place. No number changes.',
  detach: 'Detach',
  detachHelp: 'Gives this instance a definition of its own, equal to the one it has now.',
  weights: 'weights',
  weightsHelp: 'Instances of one module may share their weights.',
  ownWeights: 'its own',
  sharedWith: (id: string) => `shared with ${id}`,
  definitionHelp: 'What you change here changes in all instances of the module.',
  inputs: 'Inputs',
  outputs: 'Outputs',
  portName: 'Name of the port',
  addInput: 'Add an input',
  addOutput: 'Add an output',
  removePort: (name: string) => `Remove ${name} and its wires`,
  params: 'Settings of the module',
  paramsHelp:
    'Select a node of the module and press = beside one of its settings: each instance can then choose its own value.',
  paramName: 'Name of the setting',
  removeParam: (name: string) => `Remove ${name}: its default takes its place`,
  nameRule: 'Letters, digits and _, beginning with a letter.',
  bind: 'Make this a setting of the module',
  unbind: 'Give it a value of its own again',
  boundTo: (name: string) => `= ${name}`,
  manySelected: (n: number) => `${n} nodes selected`,
  document: (n: number) => (n === 1 ? '1 node' : `${n} nodes`),
};
export type Words = typeof en;

const zh: Words = {
  inspector: '检查器',
  name: '名称',
  settings: '设置',
  run: '运行',
  wire: '连线',
  formula: '公式',
  output: '输出',
  gradient: '输出的梯度',
  trainFor: '训练长度',
  steps: '步',
  epochs: '轮',
  all: '全部',
  inferred: '自动',
  live: '实时',
  liveSetting: '可在运行中更改，下一次迭代起生效',
  noFile: '无文件',
  chooseFile: '选择文件…',
  fileNotKept: '无法为网络保存该文件。',
  nonFinite: 'NaN 或 ∞',
  noNumbersYet: '开始训练后即可看到该节点的数值。',
  refused: (typed, reason, kept) => `${typed === '' ? '空值' : `“${typed}”`}未被采用：${reason}。仍为“${kept}”。`,
  batchHelp: '不设批大小时，每次迭代使用全部数据。',
  statistics: { min: '最小', max: '最大', mean: '均值', std: '标准差', norm: '范数', zeros: '零' },
  kind: '类型',
  kindHelp: '把该节点换成同类的另一种。连线和共同的设置保留。',
  chooseParameter: '选择参数',
  noParameters: '还没有节点含有参数。',
  allParameters: '全部',
  module: '模块',
  openDefinition: '打开定义',
  unpack: '展开',
  unpackFrameHelp: '去掉外框，保留其中的内容和连线。',
  unpackHelp: '用模块的内容取代它。数值不变。',
  detach: '分离',
  detachHelp: '给这个实例一份自己的定义，内容与现在相同。',
  weights: '权重',
  weightsHelp: '同一模块的实例可以共享权重。',
  ownWeights: '自己的',
  sharedWith: (id) => `与 ${id} 共享`,
  definitionHelp: '这里的修改对该模块的所有实例生效。',
  inputs: '输入',
  outputs: '输出',
  portName: '端口名称',
  addInput: '添加输入',
  addOutput: '添加输出',
  removePort: (name) => `删除 ${name} 及其连线`,
  params: '模块的设置',
  paramsHelp: '选择模块中的节点，点击某个设置旁的 =：之后每个实例都可以有自己的值。',
  paramName: '设置名称',
  removeParam: (name) => `删除 ${name}：以默认值代替`,
  nameRule: '字母、数字和 _，以字母开头。',
  bind: '将它作为模块的设置',
  unbind: '恢复为它自己的值',
  boundTo: (name) => `= ${name}`,
  manySelected: (n) => `已选 ${n} 个节点`,
  document: (n) => `${n} 个节点`,
};

export { useLanguage };

const tables: Readonly<Record<Language, Words>> = { en, zh };
export const useWords = (): Words => tables[useLanguage()];

/** What was not taken and why, once the field shows its value again. */
export function refusalText({ typed, problem, kept }: Refusal, language: Language): string {
  const words = tables[language];
  const text = typed.trim();
  const short = text.length > 24 ? `${text.slice(0, 24)}…` : text;
  return words.refused(short, settingText(problem, language), kept);
}
