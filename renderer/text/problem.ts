import { type FunctionProblem, problemText as functionText, problemTable } from '../../engine/functions/problems.ts';
import type { Diagnostic } from '../../engine/graph/document.ts';
import { settingProblemText } from '../../engine/nodes/settings.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';
import type { TypedProblem } from '../stores/refusal.ts';
import { diagnosticsZh, phrasesZh, settingReasonsZh } from './diagnostics_zh.ts';

/** What is wrong and what to do, as users read it. */
export interface ProblemText {
  readonly message: string;
  readonly hint: string;
}

/** Values that list names: `sgd and adam`. */
const LISTS: ReadonlySet<string> = new Set(['owners', 'rows']);

/** A diagnostic in the user's language; in English where the other has no words for it. */
export function problemText(problem: Diagnostic, language: Language): ProblemText {
  const { code, hint, values = {} } = problem;
  const { step } = values;
  // The engine numbers steps from 0, as the command line prints them; the app counts iterations, and from 1.
  const counted = typeof step === 'number' ? { step: step + 1 } : {};
  const message = problem.message.replace(`at step ${step}`, `in iteration ${counted.step}`);
  if (language === 'en' || !isKnown(code)) return { message, hint };
  const all: Readonly<Record<string, string | number>> = { ...values, ...counted, ...ownWords(values), message, hint };
  const { problem: reason = '', bound } = values;
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === 'reason' && isReason(reason)) return settingReasonsZh[reason].replace('{bound}', String(bound));
      const value = String(all[name]);
      return phrasesZh.get(value) ?? (LISTS.has(name) ? value.replaceAll(' and ', ' 和 ') : value);
    });
  const row = diagnosticsZh[code];
  // The same code may come with words of its own, and without values.
  const isFilled = [...`${row.message}${row.hint}`.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in all);
  if (!isFilled) return { message, hint };
  const within = values.lastBatch === undefined ? '' : `每轮最后一批（${values.lastBatch} 个样本）：`;
  return { message: within + fill(row.message).replaceAll(/[.。](?=）)/g, ''), hint: fill(row.hint) };
}

/** A phrase that a value of a diagnostic holds, in the user's language; in English where the other has no words for it. */
export const phraseText = (phrase: string, language: Language): string =>
  (language === 'zh' ? phrasesZh.get(phrase) : undefined) ?? phrase;

/** What a diagnostic tells of a function of the user's own: the table of these problems has words in every language. */
function ownWords(values: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
  const { problem, line } = values;
  if (typeof problem !== 'string' || !isOwn(problem)) return {};
  const filled = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const { message, hint } = functionText({ code: problem, values: filled }, 'zh');
  return { where: line === undefined ? '' : `第 ${line} 行：`, said: message, remedy: hint };
}

const isOwn = (problem: string): problem is FunctionProblem['code'] => Object.hasOwn(problemTable, problem);
const isKnown = (code: string): code is keyof typeof diagnosticsZh => Object.hasOwn(diagnosticsZh, code);
const isReason = (reason: string | number): reason is keyof typeof settingReasonsZh =>
  Object.hasOwn(settingReasonsZh, reason);

const decimalPoint = { en: 'write decimals with a point, as in 0.5', zh: '小数请用小数点，如 0.5' };

/** Why a setting does not take a value. */
export function settingText(problem: TypedProblem, language: Language): string {
  if (problem.reason === 'decimal-point') return decimalPoint[language];
  if (language === 'en') return settingProblemText(problem);
  return settingReasonsZh[problem.reason].replace('{bound}', String(problem.bound));
}

/** How components print diagnostics. */
export function useProblemText(): (problem: Diagnostic) => ProblemText {
  const language = usePreferences((state) => state.language);
  return (problem) => problemText(problem, language);
}

/** A diagnostic in one line: place, what is wrong, what to do. */
export function problemLine(problem: Diagnostic): string {
  const { language } = usePreferences.getState();
  const { message, hint } = problemText(problem, language);
  const [stop, gap] = language === 'zh' ? ['。', ''] : ['.', ' '];
  const sentence = (words: string) => (/[.!?。！？]$/.test(words) ? words : words + stop);
  const place = problem.node === undefined ? '' : `${problem.node}: `;
  return `${place}${sentence(message)}${gap}${sentence(hint)}`;
}
