import { columns } from '../../layout/columns.ts';

/** A word or a sign of a statement. Brackets that a statement may have, but need not, have no text until they are needed. */
export interface Leaf {
  text: string;
  /** What stands before it in a line. */
  readonly space: string;
  readonly kind: 'open' | 'close' | 'comma' | 'dot' | 'other';
  /** Of a bracket that closes: which it closes. */
  readonly opening?: Leaf | undefined;
  /** Of a bracket: does it call, or choose from, what stands before it? */
  readonly isTrailer: boolean;
  /** How loosely it binds what stands before it to what comes: 0 where a line cannot break. */
  readonly priority: number;
}

export const PRIORITY = { comprehension: 20, comma: 18, comparison: 10, sum: 5, product: 4, dot: 1 } as const;

const INFIX: ReadonlyMap<string, number> = new Map([
  ...['<', '<=', '>', '>=', '==', '!=', 'is'].map((sign) => [sign, PRIORITY.comparison] as const),
  ...['+', '-'].map((sign) => [sign, PRIORITY.sum] as const),
  ...['*', '/'].map((sign) => [sign, PRIORITY.product] as const),
]);
const ASSIGNS: ReadonlySet<string> = new Set(['=', '-=', '/=', '+=', '*=']);
const KEYWORDS: ReadonlySet<string> = new Set(['return', 'for', 'in', 'if', 'is', 'not', 'from', 'yield']);
const TOKEN = /(\s*)(f?'(?:\\.|[^'\\])*'|\d[\d.]*(?:e-?\d+)?|[\p{ID_Continue}]+|[-+*/<>=!]=|\S)/uy;

interface Word {
  readonly space: string;
  readonly text: string;
}

function wordsOf(text: string): Word[] {
  const found: Word[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text))
    found.push({ space: match[1] ?? '', text: match[2] ?? '' });
  return found;
}

const isOperand = (word: Word | undefined): boolean =>
  word !== undefined && !KEYWORDS.has(word.text) && /^[\p{ID_Continue}'\])}]/u.test(word.text);

/** The leaves of a statement, with brackets around what may stand in some. */
export function leavesOf(text: string): Leaf[] {
  const words = wordsOf(text);
  const leaves: Leaf[] = [];
  const open: Leaf[] = [];
  const put = (word: Word, kind: Leaf['kind'], more: Partial<Leaf> = {}): Leaf => {
    const leaf: Leaf = { ...word, kind, isTrailer: false, priority: 0, ...more };
    leaves.push(leaf);
    return leaf;
  };
  const starts = optionalBrackets(words);
  for (const [i, word] of words.entries()) {
    const before = words[i - 1];
    for (const kind of starts.filter(({ at }) => at === i)) {
      if (kind.isOpen) open.push(put({ space: word.space, text: '' }, 'open'));
      else put({ space: '', text: '' }, 'close', { opening: open.pop() });
    }
    const isWrapped = starts.some(({ at, isOpen }) => at === i && isOpen);
    const own = isWrapped ? { ...word, space: '' } : word;
    if ('([{'.includes(word.text)) open.push(put(own, 'open', { isTrailer: isOperand(before) }));
    else if (')]}'.includes(word.text)) {
      const opening = open.pop();
      put(own, 'close', { opening, isTrailer: opening?.isTrailer ?? false });
    } else if (word.text === ',') put(own, 'comma');
    else if (word.text === '.') put(own, 'dot', { priority: leaves.at(-1)?.kind === 'close' ? PRIORITY.dot : 0 });
    else if (word.text === 'for' && i > 0) put(own, 'other', { priority: PRIORITY.comprehension });
    else put(own, 'other', { priority: isOperand(before) ? (INFIX.get(word.text) ?? 0) : 0 });
  }
  for (const { isOpen } of starts.filter(({ at }) => at === words.length))
    if (!isOpen) put({ space: '', text: '' }, 'close', { opening: open.pop() });
  return leaves;
}

/** Where a statement may have brackets: around what is assigned, returned or gone through, and around several names on the left. */
function optionalBrackets(words: readonly Word[]): { readonly at: number; readonly isOpen: boolean }[] {
  const around = (from: number, to: number) => [
    { at: from, isOpen: true },
    { at: to, isOpen: false },
  ];
  const first = words[0]?.text;
  if (first === 'return') return around(1, words.length);
  if (first === 'for') {
    const at = words.findIndex(({ text }) => text === 'in');
    return [...around(1, at), ...around(at + 1, words.length - 1)];
  }
  if (first === 'if') return around(1, words.length - 1);
  let depth = 0;
  const at = words.findIndex(({ text }) => {
    depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
    return depth === 0 && ASSIGNS.has(text);
  });
  if (at < 0) return [];
  const isMany = words.slice(0, at).some(({ text }) => text === ',') && first !== '(';
  return [...(isMany ? around(0, at) : []), ...around(at + 1, words.length)];
}

export const widthOf = ({ space, text }: Leaf): number => space.length + columns(text);
