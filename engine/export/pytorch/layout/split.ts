import { columns } from '../../layout/columns.ts';
import { wrappedComment } from '../../writing/wrapped.ts';
import { INDENT, WIDTH } from '../words.ts';
import { bracketed, CodeLine } from './code_line.ts';
import { type Leaf, leavesOf, PRIORITY, widthOf } from './leaves.ts';

/*
 * Statements in lines as Black leaves them: a line that is too long is split at its last brackets, what stands between these at what
 * binds it least, and so on. The rules, and their order, are Black's own (its `linegen.py`), so that formatting changes nothing.
 */

/** A statement in the lines that a formatter makes of it where it stands in a column. */
export function laidStatement(text: string, column: number): string[] {
  if (text.startsWith('#')) return wrappedComment(text, '#', WIDTH, column);
  if (column + columns(text) <= WIDTH && !text.includes(',)')) return [text];
  const depth = column / INDENT.length;
  const leaves = leavesOf(text);
  const line = new CodeLine(leaves, depth, { marked: leaves });
  return transformed(line, false).map((one) => INDENT.repeat(one.depth - depth) + one.text);
}

const fits = (line: CodeLine, width = WIDTH): boolean => line.width <= width;

/** Ways to split a line; undefined where one does not apply. */
type Split = (line: CodeLine, isForced: boolean) => CodeLine[] | undefined;

/** @param isForced brackets that need not be are taken wherever they can be. */
function transformed(line: CodeLine, isForced: boolean): CodeLine[] {
  if (!line.isList && !line.isOpened && fits(line)) return [line];
  const splits: readonly Split[] = line.isDefinition ? [atFirst] : line.isWithin ? [atDelimiters, atLast] : [atLast];
  for (const split of splits) {
    const result = run(line, split, isForced);
    if (result !== undefined) return result;
  }
  return [line];
}

function run(line: CodeLine, split: Split, isForced: boolean): CodeLine[] | undefined {
  const { text } = line;
  const hidden = isForced || split !== atLast ? [] : line.leaves.filter((leaf) => leaf.text === '');
  const copy = hidden.length === 0 ? undefined : copied(line);
  const parts = split(line, isForced);
  if (parts === undefined || parts.some((part) => part.text === text)) return undefined;
  const result = parts.flatMap((part) => transformed(part, isForced));
  const isSettled = hidden.some((leaf) => leaf.text !== '') || (result[0] !== undefined && fits(result[0]));
  if (copy === undefined || isSettled) return result;
  const other = run(copy, split, true);
  return other?.every((one) => fits(one)) === true ? other : result;
}

/** The same with leaves of its own: brackets become visible in one and not in the other. */
function copied(line: CodeLine): CodeLine {
  const copies = new Map<Leaf, Leaf>();
  const leaves = line.leaves.map((leaf) => {
    const opening = leaf.opening && copies.get(leaf.opening);
    const copy = { ...leaf, ...(opening === undefined ? {} : { opening }) };
    copies.set(leaf, copy);
    return copy;
  });
  const { depth, isWithin } = line;
  return new CodeLine(leaves, depth, { isWithin, marked: leaves });
}

/** What stands before brackets, between them and behind them. */
interface Parts {
  readonly head: CodeLine;
  readonly body: CodeLine;
  readonly tail: CodeLine;
  readonly opening: Leaf;
  readonly closing: Leaf;
}

function partsOf(line: CodeLine, from: number, to: number): Parts | undefined {
  const { leaves, depth } = line;
  const [opening, closing] = [leaves[from], leaves[to]];
  if (opening === undefined || closing === undefined) return undefined;
  const head = leaves.slice(0, from + 1);
  const tail = leaves.slice(to);
  const inner = leaves.slice(from + 1, to);
  const isLone = line.isDefinition && inner.length > 0 && inner.every(({ kind }) => kind !== 'comma');
  const comma: Leaf = { text: ',', space: '', kind: 'comma', isTrailer: false, priority: 0 };
  const body = new CodeLine(isLone ? [...inner, comma] : inner, depth + 1, {
    isWithin: true,
    isList: (made) => {
      const last = made.leaves.at(-1);
      const ends = last?.kind === 'comma' ? last : undefined;
      return made.loosest(ends) === PRIORITY.comma && (ends !== undefined || !opening.isTrailer) && !line.isDefinition;
    },
  });
  const tailLine = new CodeLine(tail, depth, {});
  if (inner.length === 0 && tailLine.text.length < 3) return undefined;
  return { head: new CodeLine(head, depth, { marked: bracketed(head) }), body, tail: tailLine, opening, closing };
}

/** The head of a function. */
const atFirst: Split = (line) => {
  const from = line.leaves.findIndex(({ kind }) => kind === 'open');
  const to = line.leaves.findIndex(({ opening }) => opening !== undefined && opening === line.leaves[from]);
  const parts = partsOf(line, from, to);
  return parts && shown(parts);
};

/** At the last brackets; at earlier ones where what comes behind them fits into one line, and that is how the first line fits, too. */
const atLast: Split = (line, isForced) => {
  for (const omitted of trailers(line)) {
    const lines = rightHand(line, omitted, isForced);
    if (lines === undefined) return undefined;
    if (lines[0] !== undefined && fits(lines[0])) return lines;
  }
  return rightHand(line, new Set(), isForced);
};

function rightHand(line: CodeLine, omitted: ReadonlySet<Leaf>, isForced: boolean): CodeLine[] | undefined {
  const parts = lastParts(line, omitted);
  return parts && withoutOptional(parts, line, omitted, isForced);
}

function lastParts(line: CodeLine, omitted: ReadonlySet<Leaf>): Parts | undefined {
  const { leaves } = line;
  let to = leaves.length - 1;
  for (; to >= 0; to--) {
    const leaf = leaves[to];
    if (leaf?.kind !== 'close' || omitted.has(leaf)) continue;
    const from = leaf.opening === undefined ? -1 : leaves.indexOf(leaf.opening);
    if (from < 0) return undefined;
    // Between brackets with nothing in them no line breaks.
    if (to - from > 1) return partsOf(line, from, to);
    to = from;
  }
  return undefined;
}

function withoutOptional(
  parts: Parts,
  line: CodeLine,
  omitted: ReadonlySet<Leaf>,
  isForced: boolean,
): CodeLine[] | undefined {
  const { opening, closing, body } = parts;
  if (!isForced && opening.text === '' && closing.text === '' && readsWithout(parts)) {
    const more = new Set([closing, ...omitted]);
    const others = lastParts(line, more);
    const split = others && isBetter(others, parts) ? withoutOptional(others, line, more, isForced) : undefined;
    if (split !== undefined) return split;
    if (others === undefined || isBetter(others, parts)) {
      if (body.leaves.length < 2 && !fits(body)) return undefined;
    }
  }
  return shown(parts);
}

/** The parts as lines, and their brackets are there. */
function shown({ head, body, tail, opening, closing }: Parts): CodeLine[] {
  opening.text ||= '(';
  closing.text ||= ')';
  return [head, body, tail].filter(({ leaves }) => leaves.length > 0);
}

/** Does a split in what stands to the right read better than one around it? */
function isBetter(others: Parts, parts: Parts): boolean {
  const { leaves } = parts.head;
  if (leaves.at(-2)?.text !== '=' || !leaves.slice(0, -1).some(({ kind }) => kind === 'open' || kind === 'close'))
    return true;
  if (!fits(parts.head, WIDTH - 1) || parts.head.isOpened) return true;
  const head = others.head.leaves;
  const sign = head.findLastIndex(({ text }) => text === '=');
  return head.slice(sign + 1).some(({ kind }) => kind === 'close') || (sign >= 0 && fits(others.head));
}

/** Can a statement do without brackets that it need not have? */
function readsWithout({ body }: Parts): boolean {
  const { leaves, delimiters } = body;
  if (delimiters.size === 0) return true;
  const loosest = body.loosest();
  if ([...delimiters.values()].filter((priority) => priority === loosest).length > 1) return false;
  if (loosest === PRIORITY.dot) return true;
  const [first, second] = leaves;
  if (first?.kind === 'open' && second?.kind !== 'close' && endFits(body, first)) return true;
  const last = leaves.at(-1);
  if (last?.kind !== 'close' || (last.text === ']' && last.isTrailer)) return false;
  return leaves.at(-2)?.kind !== 'open' && startFits(body, last);
}

/** From where the first bracket closes, up to where a line may break. */
function endFits(line: CodeLine, first: Leaf): boolean {
  let width = 4 * line.depth;
  let isBehind = false;
  for (const leaf of line.leaves) {
    if (leaf.kind === 'close' && leaf.opening === first) isBehind = true;
    if (!isBehind) continue;
    width += widthOf(leaf);
    if (width > WIDTH) return false;
    if (leaf.kind === 'open') isBehind = false;
  }
  return true;
}

/** Up to the bracket that the last one closes. */
function startFits(line: CodeLine, last: Leaf): boolean {
  let width = 4 * line.depth;
  let hasOthers = false;
  for (const leaf of line.leaves) {
    width += widthOf(leaf);
    if (leaf === last.opening) return hasOthers || width <= WIDTH;
    if (leaf.kind === 'open') hasOthers = true;
  }
  return false;
}

/** Brackets from the right, more and more of them, as long as what they hold and follow fits into one line. */
function* trailers(line: CodeLine): Generator<ReadonlySet<Leaf>> {
  const omitted = new Set<Leaf>();
  if (!line.isOpened) yield omitted;
  let width = 4 * line.depth;
  let opening: Leaf | undefined;
  let closing: Leaf | undefined;
  const inner = new Set<Leaf>();
  for (let i = line.leaves.length - 1; i >= 0; i--) {
    const leaf = line.leaves[i];
    const before = line.leaves[i - 1];
    if (leaf === undefined) return;
    width += widthOf(leaf);
    if (width > WIDTH) return;
    if (opening !== undefined) {
      if (leaf === opening) opening = undefined;
      else if (leaf.kind === 'close') {
        if (before?.kind === 'comma' && line.isOpened) return;
        inner.add(leaf);
      }
    } else if (leaf.kind === 'close') {
      if (before?.kind === 'open') {
        inner.add(leaf);
        continue;
      }
      if (closing !== undefined) {
        for (const one of [closing, ...inner]) omitted.add(one);
        inner.clear();
        yield omitted;
      }
      if (before?.kind === 'comma' && line.isOpened) return;
      if (leaf.text !== '') {
        opening = leaf.opening;
        closing = leaf;
      }
    }
  }
}

/** At what binds least. */
const atDelimiters: Split = (line) => {
  const { leaves, depth, isWithin, delimiters } = line;
  const last = leaves.at(-1);
  const loosest = line.loosest(last);
  const count = [...delimiters.values()].filter((priority) => priority === loosest).length;
  if (loosest === 0 || (loosest === PRIORITY.dot && count === 1)) return undefined;
  const parts: Leaf[][] = [[]];
  for (const leaf of leaves) {
    parts.at(-1)?.push(leaf);
    if (delimiters.get(leaf) === loosest) parts.push([]);
  }
  const end = parts.at(-1);
  if (loosest === PRIORITY.comma && end?.length !== 0)
    end?.push({ text: ',', space: '', kind: 'comma', isTrailer: false, priority: 0 });
  return parts.flatMap((part) => (part.length === 0 ? [] : [new CodeLine(part, depth, { isWithin })]));
};
