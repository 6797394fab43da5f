import { columns } from '../../layout/columns.ts';
import {
  anyOf,
  breaks,
  comma,
  type Doc,
  fill,
  type Group,
  group,
  indent,
  joined,
  line,
  softline,
} from '../../layout/doc.ts';
import { WIDTH } from '../words.ts';
import { callChain, isLongChain, type Write } from './chains.ts';
import type { Node } from './parse.ts';

/** What stands around a member, where that keeps it in one line. */
type Around = 'member' | 'other';

const WRITE: Write = { docOf, argumentsDoc };

/** A chain of calls that is a statement of its own. */
export const chainStatement = (node: Node): Doc => callChain(node, WRITE, true);

export function docOf(node: Node, around: Around = 'other'): Doc {
  switch (node.kind) {
    case 'atom':
      return node.text;
    case 'member':
      return memberDoc(node, around);
    case 'call':
      return node.of.kind === 'member' ? callChain(node, WRITE) : [docOf(node.of), argumentsDoc(node.args)];
    case 'new':
      return ['new ', flatText(node.of), argumentsDoc(node.args)];
    case 'array':
      return arrayDoc(node.items);
    case 'object':
      return objectDoc(node.items);
    case 'property':
      return assignment(node.key, ':', node.value, columns(node.key) <= 2);
    case 'prefix':
      return [node.text, docOf(node.of)];
    case 'brackets':
      return ['(', docOf(node.of), ')'];
    case 'arrow':
      return group(['() =>', group(indent([line, docOf(node.of)]))]);
    default:
      return node satisfies never;
  }
}

function memberDoc({ of, text, isIndex }: Extract<Node, { kind: 'member' }>, around: Around): Doc {
  const isName = of.kind === 'atom' && of.text !== 'this' && around === 'other';
  return [docOf(of, 'member'), isIndex || isName ? text : group(indent([softline, text]))];
}

/** What never breaks. */
export const flatText = (node: Node): string =>
  node.kind === 'member' ? flatText(node.of) + node.text : node.kind === 'atom' ? node.text : '';

const isNumber = (node: Node): boolean =>
  node.kind === 'atom' ? /^\d/.test(node.text) : node.kind === 'prefix' && node.text === '-' && isNumber(node.of);
const isOfNumbers = (items: readonly Node[]): boolean => items.every(isNumber);
const numberText = (node: Node): string => (node.kind === 'prefix' ? node.text + numberText(node.of) : flatText(node));

function arrayDoc(items: readonly Node[]): Group {
  if (items.length === 0) return group('[]');
  const content = isOfNumbers(items)
    ? fill(items.map(numberText))
    : joined(
        items.map((item) => docOf(item)),
        [',', line],
      );
  return group(['[', indent([softline, content, comma]), softline, ']']);
}

function objectDoc(items: readonly Node[]): Group {
  if (items.length === 0) return group('{}');
  return group([
    '{',
    indent([
      line,
      joined(
        items.map((item) => docOf(item)),
        [',', line],
      ),
      comma,
    ]),
    line,
    '}',
  ]);
}

/** Arguments of a call: where the last is a list or has options, it may be the only one that is broken. */
function argumentsDoc(args: readonly Node[]): Doc {
  if (args.length === 0) return '()';
  const docs = args.map((arg) => docOf(arg));
  const all = group(['(', indent([softline, joined(docs, [',', line]), comma]), softline, ')']);
  const last = args.at(-1);
  if (last === undefined || !mayHang(args, last)) return all;
  const before = docs.slice(0, -1);
  if (before.some(breaks)) return group(all.ways[0], true);
  const hanging = docs.at(-1) ?? '';
  const opened =
    typeof hanging === 'object' && 'kind' in hanging && hanging.kind === 'group' ? hanging.ways[0] : hanging;
  const written = (doc: Doc): Doc => ['(', joined([...before, doc], ', '), ')'];
  return anyOf(written(hanging), written(group(opened, true)), group(all.ways[0], true));
}

function mayHang(args: readonly Node[], last: Node): boolean {
  if (last.kind !== 'object' && last.kind !== 'array') return false;
  if (last.items.length === 0 || args.at(-2)?.kind === last.kind) return false;
  if (last.kind === 'array' && args.length === 2 && args[0]?.kind === 'arrow') return false;
  return args.length === 1 || last.kind === 'object' || !isOfNumbers(last.items);
}

/** `left = right`: broken behind the sign where nothing in `right` can be, or where its beginning does not fit. */
export function assignment(left: Doc, sign: string, right: Node, hasShortKey = false): Doc {
  const doc = docOf(right);
  if (hasShortKey && right.kind === 'atom') return [left, sign, ' ', doc];
  if (staysWhole(right)) return group([group(left), sign, group(indent([line, doc]))]);
  const gap = group(indent(line));
  return group([group(left), sign, gap, indent(group(doc), gap)]);
}

function staysWhole(node: Node): boolean {
  if (node.kind === 'prefix') return node.text === 'await ' && staysWhole(node.of);
  return isText(node) || isNames(node) || isPoorlyBreakable(node);
}
const isText = (node: Node): boolean => node.kind === 'atom' && node.text.startsWith("'");
/** `a.b.c`. */
const isNames = (node: Node): boolean =>
  node.kind === 'member' && ((node.of.kind === 'atom' && node.of.text !== 'this') || isNames(node.of));

/** A chain of calls with nothing in them, or one short thing. */
function isPoorlyBreakable(node: Node, isWithin = false): boolean {
  if (node.kind === 'member') return isPoorlyBreakable(node.of, true);
  if (node.kind === 'atom') return isWithin && /^[\p{ID_Start}$_]/u.test(node.text);
  if (node.kind !== 'call' || (node.of.kind === 'member' && isLongChain(node))) return false;
  const [only] = node.args;
  return (only === undefined || (node.args.length === 1 && isShort(only))) && isPoorlyBreakable(node.of, true);
}
const isShort = (node: Node): boolean => {
  if (node.kind === 'array' || node.kind === 'object') return node.items.length === 0;
  if (node.kind === 'prefix') return node.text === '-' && isShort(node.of);
  return node.kind === 'atom' && (isNumber(node) || bytesOf(node.text) <= WIDTH / 4);
};

/** The formatter counts so what is short. */
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
