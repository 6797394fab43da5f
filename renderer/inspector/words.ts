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
