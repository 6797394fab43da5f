import { type FunctionProblem, problemText } from '../../engine/functions/problems.ts';
import { inputNames } from '../../engine/nodes/source_ports.ts';
import type { UseState } from '../stores/functions.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';

/** The words around functions of the user's own. */
const en = {
  code: 'Code',
  edit: 'Edit code…',
  title: (name: string) => `Code of ${name}`,
  editor: 'Code of the function',
  save: 'Save',
  check: 'Check now',
  saved: 'Saved',
  unsaved: 'Not saved',
  ask: 'The code has changes that are not saved.',
  discard: 'Discard',
  keep: 'Keep editing',
  loading: 'The editor is loading…',
  unwired: 'Wire its inputs: the check needs their shapes.',
  shapeless: 'The shapes of what is wired to it are not known yet: the check needs them.',
  hint: 'Saving runs the code once in the sandbox and compares backward with finite differences.',
  line: (line: number) => `Line ${line}`,
  verdict: {
    verified: 'verified',
    wrong: 'wrong',
    failed: 'failed',
    checking: 'checking…',
    unknown: 'not run yet',
  },
  help: {
    verified: 'Backward agrees with finite differences of forward.',
    wrong: 'Backward disagrees with finite differences of forward.',
    checking: 'The code runs in the sandbox, and its backward is compared with finite differences.',
    unknown: 'Opening a document runs no code. Check it, save it or train, and its shapes become known.',
  },
  compared: (checked: string, elements: string) => `${checked} of ${elements} elements compared`,
  kinks: (n: number) => (n === 1 ? '1 kink skipped' : `${n} kinks skipped`),
  worst: (input: string, element: string) => `Worst at ${input}[${element}]`,
  expected: 'expected',
  got: 'got',
  insistTitle: 'Train with a backward that failed its check?',
  insistWrong: (name: string) => `The backward of ${name} is wrong.`,
  insistFailed: (name: string) => `The backward of ${name} could not be checked.`,
  insistText: 'Gradients will be what this backward says. Gradloom will not ask again for this code and these shapes.',
  insist: 'Train anyway',
  cancel: 'Cancel',
};
type Words = typeof en;

const zh: Words = {
  code: '代码',
  edit: '编辑代码…',
  title: (name) => `${name} 的代码`,
  editor: '函数的代码',
  save: '保存',
  check: '立即检验',
  saved: '已保存',
  unsaved: '未保存',
  ask: '代码有未保存的更改。',
  discard: '放弃更改',
  keep: '继续编辑',
  loading: '正在加载编辑器…',
  unwired: '请连接它的输入：检验需要输入的形状。',
  shapeless: '接到它的值的形状尚不清楚：检验需要这些形状。',
  hint: '保存时代码在沙箱中运行一次，并用有限差分检验 backward。',
  line: (line) => `第 ${line} 行`,
  verdict: { verified: '已验证', wrong: '有误', failed: '失败', checking: '检验中…', unknown: '尚未运行' },
  help: {
    verified: 'backward 与 forward 的有限差分一致。',
    wrong: 'backward 与 forward 的有限差分不一致。',
    checking: '代码正在沙箱中运行，其 backward 将与有限差分比较。',
    unknown: '打开文档不会运行任何代码。检验、保存或训练之后才知道其形状。',
  },
  compared: (checked, elements) => `比较了 ${elements} 个元素中的 ${checked} 个`,
  kinks: (n) => `跳过 ${n} 个不可导点`,
  worst: (input, element) => `误差最大处：${input}[${element}]`,
  expected: '应为',
  got: '实际',
  insistTitle: '用未通过检验的 backward 训练？',
  insistWrong: (name) => `${name} 的 backward 有误。`,
  insistFailed: (name) => `${name} 的 backward 无法检验。`,
  insistText: '梯度将由这个 backward 给出。对这份代码和这些形状不会再次询问。',
  insist: '仍然训练',
  cancel: '取消',
};

const tables: Readonly<Record<Language, Words>> = { en, zh };
export const useWords = (): Words => tables[usePreferences(({ language }) => language)];

const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x));

/** A problem of a function in one of the languages, with its line before it. */
export function problemWords(problem: FunctionProblem, language: Language): { message: string; hint: string } {
  const { message, hint } = problemText(problem, language);
  const gap = language === 'zh' ? '：' : ': ';
  return {
    message: problem.line === undefined ? message : `${tables[language].line(problem.line)}${gap}${message}`,
    hint,
  };
}

/** What is known of a function, in sentences: the first says it, the others why. */
export function stateLines(state: UseState, source: string, language: Language): string[] {
  const words = tables[language];
  switch (state.verdict) {
    case 'failed':
      return doubtLines(state, source, language);
    case 'wrong':
      return [words.help.wrong, ...doubtLines(state, source, language)];
    case 'verified':
      return [words.help.verified, counts(state, words)];
    default:
      return [words.help[state.verdict]];
  }
}

/** Why a function is not to be relied on, in sentences: the first is the reason. Nothing where no check says so. */
export function doubtLines(state: UseState, source: string, language: Language): string[] {
  const words = tables[language];
  if (state.verdict === 'failed') {
    const { message, hint } = problemWords(state.problem, language);
    return [message, hint];
  }
  if (state.verdict !== 'wrong') return [];
  const input = inputNames(source)[state.input] ?? `#${state.input}`;
  const { element, expected, got } = state;
  const worst = `${words.worst(input, element.join(', '))}: ${words.expected} ${figure(expected)}, ${words.got} ${figure(got)}`;
  return [worst, counts(state, words)];
}

function counts(
  { checked, elements, kinks }: { readonly checked: number; readonly elements: number; readonly kinks: number },
  words: Words,
): string {
  const compared = words.compared(checked.toLocaleString('en'), elements.toLocaleString('en'));
  return kinks === 0 ? compared : `${compared}, ${words.kinks(kinks)}`;
}
