import type { Comparison, NodeComparison } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../nodes/figures.ts';
import type { Names } from '../stores/names.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';

/** The words around a check against the CPU. */
const en = {
  checking: (percent: number) => `Checking against the CPU: ${percent}%`,
  cancel: 'Cancel',
  agrees: 'agrees with the CPU',
  differs: (nodes: number) => (nodes === 1 ? '1 node differs from the CPU' : `${nodes} nodes differ from the CPU`),
  nothing: 'Nothing that has been computed so far could be checked.',
  toTheBit: (count: number) => `${all(count)} with a plain computation on the CPU, to the last bit.`,
  within: (count: number, largest: string, address: string) =>
    `${all(count)} with a plain computation on the CPU; the largest difference is ${largest} of the largest element, at ${address}.`,
  skipped: (count: number) =>
    `${count === 1 ? '1 operation was' : `${count} operations were`} left out: they draw random numbers, or what they read is gone.`,
  apart: (name: string, operation: string, share: string) =>
    `${name}: ${operation} is off by ${share} of its largest element.`,
  nonFinite: (name: string, operation: string, count: number) =>
    `${name}: ${operation} gives NaN or ∞ in ${count === 1 ? '1 element' : `${count} elements`} where the CPU gives something else, or the other way round.`,
  ownFunction: 'its function',
  adding: 'adding to a gradient',
  backwardOf: (op: string) => `the backward of ${op}`,
  meaning: (tolerance: string) =>
    `The same was computed again from the same inputs, in plain code on the CPU. Rounding explains a difference of up to ${tolerance}; this is more, so what is trained with these numbers may be wrong.`,
  remedy:
    'Where a graphics card computes: update its driver, or train on the CPU. Wherever it is, please report it with this document.',
};

const all = (count: number) => (count === 1 ? 'The only operation agrees' : `All ${count} operations agree`);

const zh: typeof en = {
  checking: (percent) => `正在与 CPU 核对：${percent}%`,
  cancel: '取消',
  agrees: '与 CPU 一致',
  differs: (nodes) => `${nodes} 个节点与 CPU 不一致`,
  nothing: '到目前为止算出的内容都无法核对。',
  toTheBit: (count) => `${count} 个运算都与 CPU 上的普通计算逐位一致。`,
  within: (count, largest, address) =>
    `${count} 个运算都与 CPU 上的普通计算一致；最大的差别是最大元素的 ${largest}，位于 ${address}。`,
  skipped: (count) => `有 ${count} 个运算未核对：它们抽取随机数，或它们读取的内容已不存在。`,
  apart: (name, operation, share) => `${name}：${operation} 的误差为其最大元素的 ${share}。`,
  nonFinite: (name, operation, count) =>
    `${name}：${operation} 有 ${count} 个元素一边是 NaN 或 ∞，而另一边（CPU）不是，或反之。`,
  ownFunction: '自定义函数',
  adding: '梯度累加',
  backwardOf: (op) => `${op} 的反向传播`,
  meaning: (tolerance) =>
    `用同样的输入，在 CPU 上以普通代码重新计算了一遍。舍入可以解释不超过 ${tolerance} 的差别；这里的差别更大，所以用这些数值训练的结果可能是错的。`,
  remedy: '若由显卡计算：请更新显卡驱动程序，或改在 CPU 上训练。无论在哪里出现，都请附上此文档报告问题。',
};

const words: Readonly<Record<Language, typeof en>> = { en, zh };

export const wordsOf = (language: Language): typeof en => words[language];
export const useWords = (): typeof en => wordsOf(usePreferences((state) => state.language));

/** What a check found where all is well, in one sentence. */
export function agreementOf({ compared, worst }: Comparison, language: Language, names: Names): string {
  const { nothing, toTheBit, within } = words[language];
  if (compared === 0 || worst === undefined) return nothing;
  if (worst.apart === 0) return toTheBit(compared);
  return within(compared, shareOf(worst.apart), names.whole(worst.address));
}

/** How far a node is from the CPU, in one sentence; empty where nothing was compared. */
export function differenceOf({ address, worst }: NodeComparison, language: Language, names: Names): string {
  if (worst === undefined) return '';
  const { apart, nonFinite } = words[language];
  const name = names.whole(address);
  const what = operationOf(worst, language);
  if (worst.nonFinite > 0) return nonFinite(name, what, worst.nonFinite);
  return apart(name, what, shareOf(worst.apart));
}

function operationOf({ op, phase }: NonNullable<NodeComparison['worst']>, language: Language): string {
  const { ownFunction, adding, backwardOf } = words[language];
  if (op === 'accumulate') return adding;
  // A function of the user's own is called by its node, which is named already.
  const name = op.startsWith('function ') ? ownFunction : op;
  return phase === 'backward' ? backwardOf(name) : name;
}

/** `2.1e-7`, `0.99%`. */
const shareOf = (part: number): string => (part < 1e-3 ? formatFigure(part) : `${formatFigure(100 * part)}%`);
