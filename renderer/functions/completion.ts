import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { completions } from '../../engine/functions/methods.ts';
import type { Language } from '../stores/preferences.ts';

/** Words of the language that a function needs. */
const keywords = ['const', 'let', 'return', 'function', 'if', 'else', 'for', 'null', 'true', 'false', 'ctx', 'Math'];

/**
 * What may stand behind `before`: the operations on tensors after a dot, what `ctx` has after `ctx.`, and free functions
 * elsewhere, once a word is begun or the user asks.
 */
export function offersAfter(before: string, begun: boolean, language: Language): Completion[] {
  // The point of a number begins no member.
  if (/(?<![\w$])\d+\.$/.test(before)) return [];
  const member = /(\bctx)?\s*\.\s*$/.exec(before);
  if (member === null && !begun) return [];
  const of = member === null ? 'free' : member[1] === undefined ? 'tensor' : 'ctx';
  const rows = completions
    .filter((row) => row.of === of)
    .map(({ name, signature, help }) => ({
      label: name,
      type: 'function',
      detail: signature.slice(name.length),
      info: help[language],
    }));
  return member === null ? [...rows, ...keywords.map((label) => ({ label, type: 'keyword' }))] : rows;
}

/** The same for CodeMirror. */
export const completionsFor =
  (language: Language) =>
  (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w$]*/);
    const from = word?.from ?? context.pos;
    const before = context.state.sliceDoc(Math.max(0, from - 200), from);
    const options = offersAfter(before, context.explicit || from < context.pos, language);
    return options.length === 0 ? null : { from, options, validFor: /^[\w$]*$/ };
  };
