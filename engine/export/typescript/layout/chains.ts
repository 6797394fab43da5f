import { anyOf, breaks, type Doc, group, hardline, indent } from '../../layout/doc.ts';
import type { Node } from './parse.ts';

type Link = Extract<Node, { kind: 'member' | 'call' }>;

/** How what a chain holds is written. */
export interface Write {
  docOf(node: Node): Doc;
  argumentsDoc(args: readonly Node[]): Doc;
}

const isNamed = (link: Node | undefined): boolean => link?.kind === 'member' && !link.isIndex;

/** A chain in its links, and what it begins with. */
function linksOf(node: Node): { readonly first: Node; readonly links: readonly Link[] } {
  const links: Link[] = [];
  let at = node;
  while (at.kind === 'member' || (at.kind === 'call' && (at.of.kind === 'member' || at.of.kind === 'call'))) {
    links.unshift(at);
    at = at.of;
  }
  return { first: at, links };
}

/** `a.b(c).d(e)`: in one line, or each call in one of its own. */
export function callChain(node: Node, { docOf, argumentsDoc }: Write, isStatement = false): Doc {
  const linkDoc = (link: Link): Doc => (link.kind === 'member' ? link.text : argumentsDoc(link.args));
  const { first, links, head, rest, merges, isLong } = chainOf(node, isStatement);
  const headDoc: Doc = [docOf(first), ...head.map(linkDoc)];
  const docs = rest.map((calls) => calls.map(linkDoc));
  const inOne: Doc = [headDoc, ...docs];
  if (!isLong) return group(inOne);
  const kept = merges ? 1 : 0;
  const expanded: Doc = [headDoc, ...docs.slice(0, kept), indent(docs.slice(kept).map((doc) => [hardline, doc]))];
  const calls = [first, ...links].flatMap((link) => (link.kind === 'call' ? [link] : []));
  const isInvolved = calls.length > 2 && calls.some(({ args }) => !args.every((arg) => isSimple(arg, 0)));
  if (isInvolved || [headDoc, ...docs.slice(0, -1)].some(breaks)) return group(expanded);
  return anyOf(inOne, group(expanded));
}

function chainOf(node: Node, isStatement: boolean) {
  const { first, links } = linksOf(node);
  const { head, rest } = grouped(first, links);
  const merges = rest.length > 0 && standsByCall(first, head, rest[0] ?? [], isStatement);
  return { first, links, head, rest, merges, isLong: rest.length >= (merges ? 3 : 2) };
}

/** Are there calls enough for lines of their own? */
export const isLongChain = (node: Node): boolean => chainOf(node, false).isLong;

/** What stays together: what the chain begins with, and then each name with its calls. */
function grouped(first: Node, links: readonly Link[]) {
  let at = 0;
  while (links[at]?.kind === 'call' || (links[at] !== undefined && !isNamed(links[at]))) at++;
  if (first.kind !== 'call') while (links[at]?.kind === 'member' && links[at + 1]?.kind === 'member') at++;
  const rest: Link[][] = [];
  for (const link of links.slice(at)) {
    const last = rest.at(-1);
    if (last === undefined || (isNamed(link) && last.some(({ kind }) => kind === 'call'))) rest.push([link]);
    else last.push(link);
  }
  return { head: links.slice(0, at), rest };
}

const isFactory = (name: string): boolean => /^[A-Z]|^[$_]+$/.test(name);

/** Does the first call stand in the line of what it is called on? */
function standsByCall(first: Node, head: readonly Link[], next: readonly Link[], isStatement: boolean): boolean {
  const isIndexed = next[0]?.kind === 'member' && next[0].isIndex;
  const last = head.at(-1);
  if (last !== undefined)
    return last.kind === 'member' && !last.isIndex && (isFactory(last.text.slice(1)) || isIndexed);
  if (first.kind !== 'atom') return false;
  return first.text === 'this' || isFactory(first.text) || (isStatement && first.text.length <= 2) || isIndexed;
}

/** An argument that one takes in at a glance. */
function isSimple(node: Node, depth: number): boolean {
  if (depth >= 2) return false;
  const areSimple = (nodes: readonly Node[]) => nodes.every((one) => isSimple(one, depth + 1));
  switch (node.kind) {
    case 'atom':
      return true;
    case 'member':
      return isSimple(node.of, depth);
    case 'call':
    case 'new':
      return node.args.length <= 2 && isSimple(node.of, depth) && areSimple(node.args);
    case 'array':
      return areSimple(node.items);
    case 'object':
      return node.items.every((item) => item.kind === 'atom' || isSimple(item, depth));
    case 'property':
      return isSimple(node.value, depth + 1);
    case 'prefix':
      return node.text === '-' && isSimple(node.of, depth);
    case 'brackets':
    case 'arrow':
      return false;
    default:
      return node satisfies never;
  }
}
