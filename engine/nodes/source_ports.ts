/** Inputs beyond this are not read. */
const MOST = 8;

/** Where `forward` begins: a declaration, or a variable that holds a function. White space is one blank each here. */
const FORWARD = /(?<![\w$.])(?:function ?\*? ?forward|forward ?= ?(?:function ?[\w$]* ?)?) ?\(/;
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
  const code = withoutTexts(source).replace(/\s+/g, ' ');
  const start = FORWARD.exec(code);
  if (start === null) return ['input'];
  const names = new Set<string>();
  for (const [i, parameter] of parametersFrom(code, start.index + start[0].length)
    .slice(1, MOST + 1)
    .entries()) {
    const name = parameter.replace(/=.*/s, '').trim();
    // A wire can name letters, digits and _ only; `…rest` and `{ parts }` have no name.
    names.add(/^[A-Za-z_]\w*$/.test(name) && !names.has(name) ? name : `input${i + 1}`);
  }
  return [...names];
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
