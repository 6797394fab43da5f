import { columns } from './columns.ts';

/**
 * Text that may be broken: what formatters make of code before they know how wide a line is. A group stands in one line where it fits;
 * where it does not, all lines of its own are broken, and the groups in it are asked in turn.
 */
export type Doc = string | readonly Doc[] | Line | Indent | Group | IfBroken | Fill;

interface Line {
  readonly kind: 'line';
  /** What stands in its place where it is not broken. */
  readonly flat: string;
  readonly isHard: boolean;
}
interface Indent {
  readonly kind: 'indent';
  readonly of: Doc;
  /** Only where this group is broken. */
  readonly where?: Group;
}
export interface Group {
  readonly kind: 'group';
  /** Ways to write it, of which the first that fits is taken; the last where none does. */
  readonly ways: readonly [Doc, ...Doc[]];
  readonly isBroken: boolean;
}
interface IfBroken {
  readonly kind: 'ifBroken';
  readonly text: string;
}
/** As many of these in a line as fit. */
interface Fill {
  readonly kind: 'fill';
  readonly items: readonly string[];
}

export const line: Doc = { kind: 'line', flat: ' ', isHard: false };
export const softline: Doc = { kind: 'line', flat: '', isHard: false };
export const hardline: Doc = { kind: 'line', flat: '', isHard: true };
export const comma: Doc = { kind: 'ifBroken', text: ',' };
export const indent = (of: Doc, where?: Group): Doc => ({
  kind: 'indent',
  of,
  ...(where === undefined ? {} : { where }),
});
export const fill = (items: readonly string[]): Doc => ({ kind: 'fill', items });
export const group = (of: Doc, isBroken = breaks(of)): Group => ({ kind: 'group', ways: [of], isBroken });
/** The first of these that fits: what breaks whatever the width does not choose among them. */
export const anyOf = (...ways: Group['ways']): Group => ({ kind: 'group', ways, isBroken: false });
export const joined = (docs: readonly Doc[], by: Doc): Doc => docs.flatMap((doc, i) => (i === 0 ? [doc] : [by, doc]));

/** Is it broken whatever the width? */
export function breaks(doc: Doc): boolean {
  if (typeof doc === 'string') return false;
  if (isList(doc)) return doc.some(breaks);
  if (doc.kind === 'line') return doc.isHard;
  if (doc.kind === 'group') return doc.isBroken || (doc.ways.length > 1 && breaks(doc.ways[0]));
  return doc.kind === 'indent' && breaks(doc.of);
}

const isList = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc);

interface Piece {
  readonly depth: number;
  readonly isBroken: boolean;
  readonly doc: Doc;
}

/** The lines of a doc that begins in a column, each with how far it is in. */
export function laidOut(doc: Doc, width: number, column: number, step: number): string[] {
  const broken = new Map<Group, boolean>();
  const done: string[] = [];
  let text = '';
  let at = column;
  const stack: Piece[] = [{ depth: 0, isBroken: true, doc }];
  const put = (more: string) => {
    text += more;
    at += columns(more);
  };
  const newLine = (depth: number) => {
    done.push(text.trimEnd());
    text = ' '.repeat(depth * step);
    at = column + depth * step;
  };
  for (let piece = stack.pop(); piece !== undefined; piece = stack.pop()) {
    const { depth, isBroken, doc } = piece;
    if (typeof doc === 'string') put(doc);
    else if (isList(doc)) for (const one of doc.toReversed()) stack.push({ depth, isBroken, doc: one });
    else if (doc.kind === 'ifBroken') put(isBroken ? doc.text : '');
    else if (doc.kind === 'indent') {
      const isIn = doc.where === undefined || broken.get(doc.where) === true;
      stack.push({ depth: depth + (isIn ? 1 : 0), isBroken, doc: doc.of });
    } else if (doc.kind === 'fill') {
      for (const [i, item] of doc.items.entries()) {
        const end = i < doc.items.length - 1 ? ',' : '';
        if (i > 0 && at + 1 + columns(item + end) > width && isBroken) newLine(depth);
        else if (i > 0) put(' ');
        put(item + end);
      }
    } else if (doc.kind === 'line') {
      if (isBroken || doc.isHard) newLine(depth);
      else put(doc.flat);
    } else {
      const chosen = isBroken
        ? chosenOf(doc, depth, width - at, stack, broken)
        : { isBroken: doc.isBroken, doc: doc.ways[0] };
      broken.set(doc, chosen.isBroken);
      stack.push({ depth, ...chosen });
    }
  }
  return [...done, text];
}

function chosenOf(
  { ways, isBroken }: Group,
  depth: number,
  left: number,
  rest: readonly Piece[],
  broken: Map<Group, boolean>,
) {
  const last = ways.at(-1) ?? ways[0];
  if (isBroken) return { isBroken: true, doc: last };
  for (const doc of ways)
    if (fits({ depth, isBroken: false, doc }, left, rest, broken)) return { isBroken: false, doc };
  return { isBroken: true, doc: last };
}

/** Does what comes up to the next line fit? What stands behind may break where it can. */
function fits(next: Piece, left: number, rest: readonly Piece[], broken: ReadonlyMap<Group, boolean>): boolean {
  const stack: Pick<Piece, 'isBroken' | 'doc'>[] = [next];
  let behind = rest.length;
  let room = left;
  while (room >= 0) {
    const piece = stack.pop() ?? rest[--behind];
    if (piece === undefined) return true;
    const { isBroken, doc } = piece;
    if (typeof doc === 'string') room -= columns(doc);
    else if (isList(doc)) for (const one of doc.toReversed()) stack.push({ isBroken, doc: one });
    else if (doc.kind === 'ifBroken') room -= isBroken ? columns(doc.text) : 0;
    else if (doc.kind === 'indent') stack.push({ isBroken, doc: doc.of });
    else if (doc.kind === 'fill') {
      if (isBroken) return room >= columns(doc.items[0] ?? '');
      room -= columns(doc.items.join(', '));
    } else if (doc.kind === 'line') {
      if (isBroken || doc.isHard) return true;
      room -= doc.flat.length;
    } else {
      const isOpen = doc.isBroken || (broken.get(doc) ?? isBroken);
      stack.push({ isBroken: isOpen, doc: (isOpen ? doc.ways.at(-1) : undefined) ?? doc.ways[0] });
    }
  }
  return false;
}
