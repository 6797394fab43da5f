import type { NoGradient } from '../../engine/protocol/messages.ts';
import { useDocuments } from '../stores/documents.ts';
import { type Names, useNames } from '../stores/names.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';

/** Why there is no gradient, in one sentence. */
function english(why: NoGradient, names: Names): string {
  switch (why.kind) {
    case 'data':
      return 'No gradient: data are given and need none';
    case 'labels':
      return 'No gradient: labels are whole numbers, by which nothing is differentiated';
    case 'frozen':
      return `No gradient: ${names.use(why.by)} requires none`;
    case 'constant':
      return 'No gradient: nothing that is learned goes into it';
    case 'detached':
      return `No gradient: detached by ${names.use(why.by)}`;
    case 'notDifferentiable':
      return `No gradient: ${opAt(why, names)} does not differentiate by it`;
    case 'unused':
      return 'No gradient: no loss depends on it';
    case 'notRun':
      return `No gradient: ${names.use(why.loop)} did not come to it in this pass`;
    case 'noGrad':
      return 'No gradient: the update runs under no-grad';
    case 'nothingLearns':
      return 'No gradient: nothing is updated, so there is no backward pass';
    default:
      return why satisfies never;
  }
}

function chinese(why: NoGradient, names: Names): string {
  switch (why.kind) {
    case 'data':
      return '没有梯度：数据是给定的，不需要梯度';
    case 'labels':
      return '没有梯度：标签是整数，不能对它求导';
    case 'frozen':
      return `没有梯度：${names.use(why.by)} 不需要梯度`;
    case 'constant':
      return '没有梯度：它的来源中没有可学习的量';
    case 'detached':
      return `没有梯度：被 ${names.use(why.by)} 分离`;
    case 'notDifferentiable':
      return `没有梯度：${opAt(why, names)} 不对它求导`;
    case 'unused':
      return '没有梯度：没有损失依赖它';
    case 'notRun':
      return `没有梯度：${names.use(why.loop)} 在这次传播中没有执行到它`;
    case 'noGrad':
      return '没有梯度：更新在 no-grad 下进行';
    case 'nothingLearns':
      return '没有梯度：没有要更新的参数，所以没有反向传播';
    default:
      return why satisfies never;
  }
}

/** `above (gt)`; a function of the user's own is called by its node. */
const opAt = ({ by, op }: { readonly by: string; readonly op: string }, names: Names): string =>
  op.startsWith('function ') ? names.use(by) : `${names.use(by)} (${op})`;

export const sentenceOf = (why: NoGradient, language: Language, names: Names): string =>
  ({ en: english, zh: chinese })[language](why, names);

/** Says a reason in the language of the app. */
export function useSentence(): (why: NoGradient) => string {
  const language = usePreferences((state) => state.language);
  const names = useNames(useDocuments(({ active }) => active));
  return (why) => sentenceOf(why, language, names);
}
