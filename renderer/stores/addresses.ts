import type { GraphDocument } from '../../engine/graph/document.ts';
import { isUnfolded, kindOf } from '../../engine/graph/kinds.ts';
import { moduleOf, type Tab } from './documents.ts';
import { nameOf } from './levels.ts';
import { type Scope, scoped } from './scope.ts';
import { spliced } from './splice.ts';

/** Where the engine finds what is on the canvas. */
export interface Addresses {
  /** By node: its address, with the numbers of the iterations that are looked at. */
  readonly of: ReadonlyMap<string, string>;
  /** By loop: its address without the number of an iteration of its own, by which its iteration is chosen and its count told. */
  readonly loops: ReadonlyMap<string, LoopAddress>;
}
export interface LoopAddress {
  /** Without any numbers. */
  readonly template: string;
  /** With the numbers of the loops around it. */
  readonly numbered: string;
}

/** An address without the numbers of iterations. */
export const templateOf = (address: string): string => address.replace(/#\d+/g, '');

interface Prefix {
  readonly numbered: string;
  readonly template: string;
}

/**
 * Addresses of the nodes of a graph that stands behind `prefix`. `inspected` gives the iteration that is looked at, by a loop's
 * address without numbers.
 */
function addressesIn(graph: GraphDocument, prefix: Prefix, inspected: (loop: string) => number): Addresses {
  const of = new Map<string, string>();
  const loops = new Map<string, LoopAddress>();
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const found = new Map<string, Prefix>();
  /** What stands before the nodes in a block. */
  const inside = (id: string, depth: number): Prefix => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const node = nodes.get(id);
    const parent = node?.parent;
    const around =
      parent === undefined || !nodes.has(parent) || depth > nodes.size ? prefix : inside(parent, depth + 1);
    const template = around.template + nameOf(id);
    const numbered = around.numbered + nameOf(id);
    const isLoop = node !== undefined && !isUnfolded(node.kind) && kindOf(node, graph.modules)?.block === 'frame';
    if (isLoop) loops.set(id, { template, numbered });
    of.set(id, numbered);
    const made = {
      template: `${template}/`,
      numbered: isLoop ? `${numbered}#${inspected(template)}/` : `${numbered}/`,
    };
    found.set(id, made);
    return made;
  };
  for (const { id } of graph.nodes) inside(id, 0);
  return { of, loops };
}

/** Stands for an instance that there is none of: nothing lives there. */
const NOWHERE: Prefix = { numbered: '-/', template: '-/' };

/** Addresses of what a tab shows. */
export function addressesOf(tab: Pick<Tab, 'document' | 'scope'>, inspected: (loop: string) => number): Addresses {
  let prefix: Prefix = { numbered: '', template: '' };
  let module: string | null = null;
  for (const scope of moduleOf(tab) === null ? [] : tab.scope) {
    prefix = prefixOf(scoped(tab.document, module), scope, prefix, inspected);
    module = scope.module;
  }
  return addressesIn(spliced(scoped(tab.document, module)), prefix, inspected);
}

function prefixOf(graph: GraphDocument, scope: Scope, prefix: Prefix, inspected: (loop: string) => number): Prefix {
  const id = scope.instance?.split('/').at(-1);
  if (id === undefined || prefix === NOWHERE) return NOWHERE;
  const numbered = addressesIn(graph, prefix, inspected).of.get(id);
  if (numbered === undefined) return NOWHERE;
  return { numbered: `${numbered}/`, template: `${templateOf(numbered)}/` };
}
