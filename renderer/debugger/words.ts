import type { BreakpointPlace } from '../../engine/graph/breakpoints.ts';
import type { EntryReport, StopReason } from '../../engine/protocol/messages.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';

type Phase = EntryReport['phase'];

/** The words around stepping. */
const en = {
  tape: 'Tape',
  iteration: (n: number) => `iteration ${n}`,
  ran: (name: string, times: number) =>
    times === 0 ? `${name} did not run` : times === 1 ? `${name} ran once` : `${name} ran ${times} times`,
  entries: (done: number, all: number) => `entry ${done} of ${all}`,
  empty: 'Press Next entry (F10) to go through one iteration, operation by operation.',
  running: 'The tape is shown where the run stands still.',
  help: 'Click an entry to see its numbers, double-click to go there, or draw the pointer along the tape. With the keyboard: ← → look, ↑ ↓ between forward and backward, Page keys by phase, Enter goes there, Esc comes back.',
  film: 'Last iterations',
  filmFrame: (n: number, loss: string) => `Iteration ${n}, loss ${loss}: go to its end`,
  phase: { batch: 'batch', forward: 'forward', loss: 'loss', backward: 'backward', update: 'update' } satisfies Record<
    Phase,
    string
  >,
  forwardOf: (op: string) => op,
  backwardOf: (op: string) => `Backward of ${op}`,
  accumulate: 'Adding to a gradient',
  accumulateInto: (name: string) => `Adding to ${name}.grad`,
  update: 'Update by hand',
  clearing: 'Clearing gradients',
  updateBy: (op: string) => `Update by ${op}`,
  batch: 'Taking the batch',
  loss: 'Reading the loss',
  entry: (n: number) => `entry ${n}`,
  at: 'at',
  next: 'next:',
  inputs: 'Reads',
  outputs: 'Makes',
  withheld: 'Does not make',
  notYet: 'not made yet',
  none: 'none',
  gone: 'no longer there',
  leftAlone: 'no gradient: left alone',
  whySeed: 'The derivative of the loss by itself is 1. From here every gradient is made by the chain rule.',
  whyAdded: (share: EntryReport['share']) =>
    `A value that is used in several places changes the loss through each of them. So what each use gives is added up: this is ${share === undefined ? 'one of the shares' : `share ${share.nth} of ${share.of}`}.`,
  whyOnly:
    'This value is used in one place, so it changes the loss through that alone. What that use gives is all that is added to its gradient.',
  whyOwn:
    'Written by you: this is what your backward gives, and autograd takes it as it is. Whether it agrees with your forward, the check by finite differences tells.',
  goThere: 'Go there',
  backHere: 'Back to where the run stands',
  toForward: 'Its forward entry',
  toBackward: 'Its backward entry',
  heatmap: 'Heatmap',
  table: 'Table',
  histogram: 'Histogram',
  statistics: { min: 'min', max: 'max', mean: 'mean', norm: 'norm', zeros: 'zeros', nonFinite: 'NaN or ∞' },
  highestBar: (count: number) => `highest bar: ${count.toLocaleString('en')}`,
  cell: (index: string, value: string) => `[${index}] = ${value}`,
  slice: 'slice',
  ledger: (name: string) => `Gradient ledger of ${name}`,
  gradient: 'Gradient',
  uses: (n: number) => (n === 1 ? '1 use' : `${n} uses`),
  skipped: (op: string) => `no gradient: ${op} leaves it alone`,
  began: 'began without a gradient',
  carried: 'carried over from the last iteration',
  cleared: 'set to none',
  use: 'use',
  ledgerHelp: 'cos: the direction of g against that of the whole, from −1 to 1. Σ: the sum so far.',
  stepTaken: 'step taken',
  since: 'Since the previous stop',
  sinceEntries: (n: number, iterations: number) =>
    [
      iterations > 0 ? `${iterations.toLocaleString('en')} ${iterations === 1 ? 'iteration' : 'iterations'}` : '',
      n > 0 || iterations === 0 ? `${n.toLocaleString('en')} ${n === 1 ? 'entry' : 'entries'}` : '',
    ]
      .filter(Boolean)
      .join(', '),
  sinceBack: 'The run went back in time.',
  lossWent: (from: string, to: string) => `loss ${from} → ${to}`,
  moved: 'moved by',
  unchanged: 'nothing moved',
  products: (n: number) => (n === 1 ? 'The product that makes it' : `The largest of ${n} products that make it`),
  rest: (n: number) => `${n} more`,
  fault: (value: string, count: number, index: string, iteration: number) =>
    `The first ${value}: ${count === 1 ? 'one element' : `${count} elements`}, at [${index}], in iteration ${iteration}`,
  sample: (n: number) => `It comes from row ${n} of the data set.`,
  causes: {
    data: 'The data hold it already.',
    given: (count: number) =>
      `An input holds it already: ${count === 1 ? 'one element is' : `${count} elements are`} NaN or infinite.`,
    unknown: 'All that went in is finite and not large; look at the inputs.',
    hazard: (cause: string, count: number, worst: string) =>
      `This is ${cause}: ${count === 1 ? 'one element' : `${count} elements`} of the input, the farthest ${worst}.`,
    overflow: (largest: string) =>
      `The numbers outgrew float32, which ends at 3.4e38: the largest that went in is ${largest}.`,
    learningRate: (lr: string, from: string, to: string, iterations: number) =>
      `The learning rate ${lr} may be too high: over the last ${iterations} iterations the loss went from ${from} to ${to}.`,
    tooFar: (lr: string, gradient: string) =>
      `The learning rate ${lr} is too high: the step, with a gradient of up to ${gradient}, outgrows float32, which ends at 3.4e38.`,
    blownUp: (lr: string, from: string, to: string) =>
      `The learning rate ${lr} is too high: the updates have taken the largest weight from ${from} to ${to}.`,
  },
  lookAt: 'Look at',
  show: (name: string) => `Show ${name}`,
  heatmapHelp: 'Point at an element, or go to it with the arrow keys',
  breakpoints: 'Breakpoints',
  noBreakpoints: 'Select a node and press F9 to stop there.',
  onNonFinite: 'Stop where the first NaN or infinity is made',
  place: (place: BreakpointPlace, isUpdate = false): string => {
    if (isUpdate && 'node' in place) return `${place.when} update`;
    if ('node' in place) return `${place.when} ${place.pass === 'forward' ? '→' : '←'}`;
    if ('parameter' in place) return `+= ${place.parameter.slice(place.parameter.lastIndexOf('.') + 1)}.grad`;
    return 'block' in place ? 'each iteration' : 'as data passes';
  },
  breakpoint: (place: BreakpointPlace, isUpdate = false): string => {
    if (isUpdate && 'node' in place) return `${place.when} its update`;
    if ('node' in place) return `${place.when} its ${place.pass} pass`;
    if ('parameter' in place)
      return `as something is added to ${place.parameter.slice(place.parameter.lastIndexOf('.') + 1)}.grad`;
    return 'block' in place ? 'as an iteration begins' : 'as data passes';
  },
  condition: 'Condition',
  conditions: {
    always: 'always',
    norm: 'norm',
    mean: 'mean',
    max: 'max',
    nonFinite: 'any NaN or ∞',
    risingLoss: 'loss rises',
  },
  bound: 'Bound',
  sides: { above: 'above', below: 'below' },
  limit: 'Limit',
  onlyIteration: 'only no.',
  fromHit: 'from hit',
  hitsHelp: 'How often it was met in this run',
  remove: 'Remove this breakpoint',
  stoppedHere: 'stopped here',
  metNonFinite: (n: number) => (n === 1 ? 'one element is NaN or ∞' : `${n} elements are NaN or ∞`),
  history: (from: number) => `history from iteration ${from.toLocaleString('en')}`,
  historyHelp:
    'Every moment from there on can be gone back to. Older ones no longer fit the memory kept for it (256 MB).',
  stopped: {
    pause: 'Paused',
    step: 'Paused',
    breakpoint: 'Breakpoint',
    nonFinite: 'First NaN or ∞',
    end: 'Finished',
    historyEnds: 'The history ends here',
  } satisfies Record<StopReason, string>,
};
type Words = typeof en;

const zh: Words = {
  tape: '执行带',
  iteration: (n) => `第 ${n} 次迭代`,
  ran: (name, times) => (times === 0 ? `${name} 未执行` : `${name} 执行了 ${times} 次`),
  entries: (done, all) => `第 ${done} / ${all} 步`,
  empty: '按“下一步”（F10）逐个操作走完一次迭代。',
  running: '运行停下时，这里显示执行带。',
  help: '单击一步查看其数值，双击前往该处，也可以沿执行带拖动。键盘：← → 查看，↑ ↓ 在前向与反向之间，翻页键跳过一个阶段，Enter 前往，Esc 返回。',
  film: '最近的迭代',
  filmFrame: (n, loss) => `第 ${n} 次迭代，损失 ${loss}：前往其结尾`,
  phase: { batch: '批次', forward: '前向', loss: '损失', backward: '反向', update: '更新' },
  forwardOf: (op) => op,
  backwardOf: (op) => `${op} 的反向`,
  accumulate: '累加到梯度',
  accumulateInto: (name) => `累加到 ${name}.grad`,
  update: '手动更新',
  clearing: '清除梯度',
  updateBy: (op) => `由 ${op} 更新`,
  batch: '取批次',
  loss: '读取损失',
  entry: (n) => `第 ${n} 步`,
  at: '位于',
  next: '下一步：',
  inputs: '读取',
  outputs: '产生',
  withheld: '不产生',
  notYet: '尚未产生',
  none: '无',
  gone: '已不在',
  leftAlone: '没有梯度：不更新',
  whySeed: '损失对自身的导数是 1。从这里开始，每个梯度都由链式法则得到。',
  whyAdded: (share) =>
    `一个值若在多处使用，就会通过每一处影响损失。所以各处给出的梯度要加起来：这是${share === undefined ? '其中一份' : `第 ${share.nth} 份，共 ${share.of} 份`}。`,
  whyOnly: '这个值只在一处使用，只通过那一处影响损失。所以那一处给出的，就是累加到它梯度上的全部。',
  whyOwn: '由你编写：这就是你的 backward 给出的梯度，自动求导原样接受。它与 forward 是否一致，由有限差分检验。',
  goThere: '前往该处',
  backHere: '回到运行所在之处',
  toForward: '对应的前向',
  toBackward: '对应的反向',
  heatmap: '热图',
  table: '表格',
  histogram: '直方图',
  statistics: { min: '最小', max: '最大', mean: '均值', norm: '范数', zeros: '零', nonFinite: 'NaN 或 ∞' },
  highestBar: (count) => `最高的柱：${count.toLocaleString('zh')}`,
  cell: (index, value) => `[${index}] = ${value}`,
  slice: '切片',
  ledger: (name) => `${name} 的梯度账本`,
  gradient: '梯度',
  uses: (n) => `${n} 次使用`,
  skipped: (op) => `没有梯度：${op} 不更新它`,
  began: '开始时没有梯度',
  carried: '从上一次迭代留下',
  cleared: '清空为 none',
  use: '使用',
  ledgerHelp: 'cos：g 与总和方向的余弦，从 −1 到 1。Σ：到此为止的和。',
  stepTaken: '更新的步长',
  since: '自上一次停下以来',
  sinceEntries: (n, iterations) =>
    [iterations > 0 ? `${iterations} 次迭代` : '', n > 0 || iterations === 0 ? `${n} 步` : '']
      .filter(Boolean)
      .join('，'),
  sinceBack: '运行退回到了更早的时刻。',
  lossWent: (from, to) => `损失 ${from} → ${to}`,
  moved: '变化了',
  unchanged: '参数未变',
  products: (n) => `构成它的 ${n} 个乘积中最大的几个`,
  rest: (n) => `其余 ${n} 个`,
  fault: (value, count, index, iteration) =>
    `第一个 ${value}：${count} 个元素，位于 [${index}]，第 ${iteration} 次迭代`,
  sample: (n) => `它来自数据集的第 ${n} 行。`,
  causes: {
    data: '数据中已含有它。',
    given: (count) => `输入中已含有它：有 ${count} 个元素是 NaN 或无穷大。`,
    unknown: '输入都是有限的，也不大；请查看输入。',
    hazard: (cause, count, worst) => `原因是${cause}：输入中有 ${count} 个这样的元素，离零最远的是 ${worst}。`,
    overflow: (largest) => `数值超出了 float32 的范围（最大 3.4e38）：输入中最大的是 ${largest}。`,
    learningRate: (lr, from, to, iterations) =>
      `学习率 ${lr} 可能过高：最近 ${iterations} 次迭代中，损失从 ${from} 变为 ${to}。`,
    tooFar: (lr, gradient) =>
      `学习率 ${lr} 过高：梯度最大为 ${gradient}，更新的步长超出了 float32 的范围（最大 3.4e38）。`,
    blownUp: (lr, from, to) => `学习率 ${lr} 过高：更新使最大的权重从 ${from} 变为 ${to}。`,
  },
  lookAt: '查看',
  show: (name) => `前往 ${name}`,
  heatmapHelp: '指向一个元素，或用方向键移动',
  breakpoints: '断点',
  noBreakpoints: '选中一个节点，按 F9 在该处停下。',
  onNonFinite: '在第一个 NaN 或无穷大产生处停下',
  place: (place, isUpdate = false) => {
    if (isUpdate && 'node' in place) return place.when === 'before' ? '更新之前' : '更新之后';
    if ('node' in place) return `${place.pass === 'forward' ? '→' : '←'} ${place.when === 'before' ? '之前' : '之后'}`;
    if ('parameter' in place) return `+= ${place.parameter.slice(place.parameter.lastIndexOf('.') + 1)}.grad`;
    return 'block' in place ? '每次迭代' : '数据经过时';
  },
  breakpoint: (place, isUpdate = false) => {
    if (isUpdate && 'node' in place) return place.when === 'before' ? '在它的更新之前' : '在它的更新之后';
    if ('node' in place)
      return `在它的${place.pass === 'forward' ? '前向' : '反向'}${place.when === 'before' ? '之前' : '之后'}`;
    if ('parameter' in place)
      return `每次累加到 ${place.parameter.slice(place.parameter.lastIndexOf('.') + 1)}.grad 时`;
    return 'block' in place ? '每次迭代开始时' : '数据经过时';
  },
  condition: '条件',
  conditions: {
    always: '总是',
    norm: '范数',
    mean: '均值',
    max: '最大值',
    nonFinite: '含 NaN 或 ∞',
    risingLoss: '损失上升',
  },
  bound: '方向',
  sides: { above: '大于', below: '小于' },
  limit: '界限',
  onlyIteration: '仅第',
  fromHit: '从第几次命中起',
  hitsHelp: '本次运行中遇到的次数',
  remove: '移除此断点',
  stoppedHere: '停在此处',
  metNonFinite: (n) => `${n} 个元素是 NaN 或 ∞`,
  history: (from) => `历史始于第 ${from.toLocaleString('zh')} 次迭代`,
  historyHelp: '可以退回到此后的任何时刻。更早的已超出为历史保留的内存（256 MB）。',
  stopped: {
    pause: '已暂停',
    step: '已暂停',
    breakpoint: '断点',
    nonFinite: '第一个 NaN 或 ∞',
    end: '已完成',
    historyEnds: '历史到此为止',
  },
};

const tables: Readonly<Record<Language, Words>> = { en, zh };
export const useWords = (): Words => tables[usePreferences((s) => s.language)];
