import type { CodeFile, CodeNode } from '../../engine/export/exported.ts';
import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { isUnfolded, moduleName } from '../../engine/graph/kinds.ts';
import { graphOf, moduleOf, type Tab } from '../stores/documents.ts';
import { inLevel, levelOf, nameOf } from '../stores/levels.ts';
import { definitionOf, scoped } from '../stores/scope.ts';
import { splice } from '../stores/splice.ts';

/** What a file is called on its tab. */
export const titleOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The files that are for reading, of what is also there as TypeScript not the JavaScript: those of the network, and those around it. */
export function filesToRead(files: ReadonlyMap<string, CodeFile>) {
  const shown = [...files].filter(([path]) => !path.endsWith('.js') || !files.has(path.replace(/\.js$/, '.ts')));
  const isOfNetwork = ({ lines }: CodeFile) => lines.some((nodes) => nodes.length > 0);
  const paths = (wanted: boolean) => shown.flatMap(([path, file]) => (isOfNetwork(file) === wanted ? [path] : []));
  return { network: paths(true), around: paths(false) };
}

/** The node of the document that a node on the canvas is; undefined for what is none. */
export function codeNodeOf(tab: Pick<Tab, 'document' | 'scope'>, id: string): CodeNode | undefined {
  const level = levelOf(id);
  const { parts } = splice(scoped(tab.document, moduleOf(tab)));
  const part = parts.find((one) => one.level === level);
  if (level !== '' && part === undefined) return undefined;
  return { module: level === '' ? (moduleOf(tab) ?? undefined) : part?.module, node: nameOf(id) };
}

/**
 * A node of the document on the canvas: itself, in every unfolded instance of its definition; where it is on none, the instances of
 * its definition that are there.
 */
export function shownOn(tab: Pick<Tab, 'document' | 'scope'>, { module, node }: CodeNode): readonly string[] {
  const graph = graphOf(tab);
  const ids = new Set(graph.nodes.map(({ id }) => id));
  const { parts } = splice(scoped(tab.document, moduleOf(tab)));
  const here = moduleOf(tab) === (module ?? null) ? [node] : [];
  const inParts = parts.filter((part) => part.module === module).map(({ level }) => inLevel(level, node));
  const found = [...here, ...inParts].filter((id) => ids.has(id));
  if (found.length > 0 || module === undefined) return found;
  return graph.nodes.filter(({ kind }) => moduleName(kind) === module && !isUnfolded(kind)).map(({ id }) => id);
}

const nodesOf = (document: GraphDocument, module: string | undefined): readonly DocumentNode[] =>
  module === undefined ? document.nodes : (definitionOf(document, module)?.nodes ?? []);

/** Of the nodes that a line comes from those that it is about: not the blocks that hold others of them. */
export function innermost(document: GraphDocument, nodes: readonly CodeNode[]): readonly CodeNode[] {
  const around = new Set<string>();
  for (const { module, node } of nodes) {
    const byId = new Map(nodesOf(document, module).map((one) => [one.id, one]));
    let parent = byId.get(node)?.parent;
    // Blocks that contain each other come to an end.
    for (let steps = 0; parent !== undefined && steps < byId.size; steps++) {
      around.add(keyOf({ module, node: parent }));
      parent = byId.get(parent)?.parent;
    }
  }
  return nodes.filter((node) => !around.has(keyOf(node)));
}

const keyOf = ({ module, node }: CodeNode): string => JSON.stringify([module, node]);

/** The lines of a file, from 1, that come from any of these nodes; those of a block or an instance with all that it holds. */
export function linesOf({ lines }: CodeFile, document: GraphDocument, nodes: readonly CodeNode[]): readonly number[] {
  if (nodes.length === 0) return [];
  const { inside, modules } = heldBy(document, nodes);
  return lines.flatMap((from, i) => {
    const isTheirs = from.some(
      (one) => inside.has(keyOf(one)) || (one.module !== undefined && modules.has(one.module)),
    );
    return isTheirs ? [i + 1] : [];
  });
}

/** Is there a line in a file that comes from any of these nodes on the canvas? */
export function holds(file: CodeFile | undefined, tab: Tab, ids: Iterable<string>): boolean {
  return file !== undefined && linesOfShown(file, tab, ids).length > 0;
}

/** The lines of a file, from 1, that come from any of these nodes on the canvas. */
export const linesOfShown = (file: CodeFile, tab: Tab, ids: Iterable<string>): readonly number[] =>
  linesOf(
    file,
    tab.document,
    [...ids].flatMap((id) => codeNodeOf(tab, id) ?? []),
  );

/** The nodes with those in the blocks among them, and the definitions of the instances among all of these. */
function heldBy(document: GraphDocument, nodes: readonly CodeNode[]) {
  const inside = new Set(nodes.map(keyOf));
  const modules = new Set<string>();
  for (const module of new Set(nodes.map((node) => node.module))) {
    const list = nodesOf(document, module);
    const children = Map.groupBy(list, ({ parent }) => parent);
    const found = list.filter(({ id }) => inside.has(keyOf({ module, node: id })));
    // The list grows while it is gone through.
    for (const { id, kind } of found) {
      const name = moduleName(kind);
      if (name !== undefined) modules.add(name);
      for (const child of children.get(id) ?? []) {
        const key = keyOf({ module, node: child.id });
        if (inside.has(key)) continue;
        inside.add(key);
        found.push(child);
      }
    }
  }
  return { inside, modules };
}

/** What has to be replaced in a text to make it another: the least there is, so that what is looked at stays where it is. */
export function changeBetween(before: string, after: string): { from: number; to: number; insert: string } | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
