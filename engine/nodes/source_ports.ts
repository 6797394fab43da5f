/** Inputs beyond this are not read. */
const MOST = 8;

/** Where a function begins: a declaration, or a variable that holds one. White space is one blank each here. */
const BEGINNINGS = {
  forward: /(?<![\w$.])(?:function ?\*? ?forward|forward ?= ?(?:function ?[\w$]* ?)?) ?\(/,
  backward: /(?<![\w$.])(?:function ?\*? ?backward|backward ?= ?(?:function ?[\w$]* ?)?) ?\(/,
};
/** What was saved, taken apart. */
const SAVED = /\b(?:const|let|var) ?\[([^[\]]*)\] ?= ?[\w$]+\.savedTensors\b/;
/** A wire can name letters, digits and _ only; `…rest` and `{ parts }` have no name. */
const NAME = /^[A-Za-z_]\w*$/;
/** Comments and texts, those without an end too. */
const NO_CODE =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?|`(?:\\[\s\S]|[^`\\])*(?:`|$)/g;

/** The code with blanks in the place of comments and texts: every character stays where it is, and every line. */
export const withoutTexts = (source: string): string => source.replace(NO_CODE, (text) => text.replace(/[^\n]/g, ' '));

/**
 * The inputs of a function of the user's own, by the names that `forward(ctx, …inputs)` gives them. It reads the text only and runs
 * nothing, so that a document has ports before its code is trusted; a source without a `forward` has one input.
 */
export function inputNames(source: string): string[] {
  const parameters = parametersOf(source, 'forward');
  if (parameters === undefined) return ['input'];
  const names = new Set<string>();
  for (const [i, name] of parameters.slice(0, MOST).entries())
    names.add(NAME.test(name) && !names.has(name) ? name : `input${i + 1}`);
  return [...names];
}

/** What `backward(ctx, …gradients)` calls the gradients, and what was saved; empty where it has no simple name for one. */
export function backwardNames(source: string): { readonly gradients: string[]; readonly saved: string[] } {
  const named = (names: readonly string[]) => names.map((name) => (NAME.test(name) ? name : ''));
  const [, saved = ''] = SAVED.exec(oneLine(source)) ?? [];
  return {
    gradients: named(parametersOf(source, 'backward') ?? []),
    saved: named(saved.split(',').map((name) => name.trim())),
  };
}

const oneLine = (source: string): string => withoutTexts(source).replace(/\s+/g, ' ');

/** The parameters of a function behind `ctx`, without what they are otherwise; undefined where there is no such function. */
function parametersOf(source: string, kind: keyof typeof BEGINNINGS): string[] | undefined {
  const code = oneLine(source);
  const start = BEGINNINGS[kind].exec(code);
  if (start === null) return undefined;
  const [, ...parameters] = parametersFrom(code, start.index + start[0].length);
  return parameters.map((parameter) => parameter.replace(/=.*/s, '').trim());
}

/** The text between the commas of a list that begins at `from`, up to the bracket that closes it. */
function parametersFrom(code: string, from: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < code.length && depth >= 0; i++) {
    const at = code[i] ?? '';
    if ('([{'.includes(at)) depth++;
    else if (')]}'.includes(at)) depth--;
    if (depth >= 0 && !(at === ',' && depth === 0)) continue;
    parts.push(code.slice(start, i));
    start = i + 1;
  }
  return parts.filter((part) => part.trim() !== '');
}
