import type { Breakpoint, Graph, GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { moduleName } from '../../engine/graph/kinds.ts';
import { breakpointsOf, subjectOf, withBreakpoints } from './breakpoints.ts';
import { pathsOf } from './paths.ts';
import { definitionOf } from './scope.ts';

/** Breakpoints stay with what they are about when it is moved, and go when it goes. Undo brings both back. */

/** What breakpoints can be about, by the names that they give it. */
interface Subjects {
  readonly nodes: ReadonlySet<string>;
  /** In the order of wires. */
  readonly wires: readonly string[];
}

function subjectsIn(document: GraphDocument): Subjects {
  const nodes = new Set<string>();
  const wires: string[] = [];
  /** `level` is the instance that shows a definition; '' for the document itself. */
  const visit = (graph: Graph, level: string, around: readonly string[]) => {
    const paths = pathsOf(graph);
    const addressOf = (id: string) => (level === '' ? '' : `${level}/`) + (paths.get(id) ?? id);
    const end = (address: string) => {
      const { node, port } = splitPort(address);
      const isTerminal = level !== '' && (node === 'inputs' || node === 'outputs');
      return isTerminal ? `${level}.${node}/${port}` : `${addressOf(node)}.${port}`;
    };
    for (const { from, to } of graph.wires) wires.push(`${end(from)}→${end(to)}`);
    for (const { id, kind } of graph.nodes) {
      const address = addressOf(id);
      nodes.add(address);
      const module = moduleName(kind);
      const definition = module === undefined ? undefined : definitionOf(document, module);
      // Definitions that contain each other have no end.
      if (module !== undefined && definition !== undefined && !around.includes(module))
        visit(definition, address, [...around, module]);
    }
  };
  visit(document, '', []);
  return { nodes, wires };
}

/** After an edit that moved nodes: `renamed` gives the new address of what stood at an old one. */
export function followMoved(
  before: GraphDocument,
  after: GraphDocument,
  renamed: (address: string) => string,
): GraphDocument {
  if (breakpointsOf(after).length === 0) return after;
  const [was, now] = [subjectsIn(before), subjectsIn(after)];
  const end = (address: string) => {
    const { node, port } = splitPort(address);
    return `${renamed(node)}.${port}`;
  };
  const wireNow = (wire: string): string => {
    const [from = '', to = ''] = wire.split('→').map(end);
    const moved = `${from}→${to}`;
    if (!was.wires.includes(wire) || now.wires.includes(moved)) return moved;
    // A border that it passes now, or no more, leaves one of its ends: what it leads to, or where it comes from.
    const led = now.wires.find((one) => one.endsWith(`→${to}`));
    return led ?? now.wires.find((one) => one.startsWith(`${from}→`) && !was.wires.includes(one)) ?? wire;
  };
  return changed(after, (breakpoint) => {
    if ('node' in breakpoint) return { ...breakpoint, node: renamed(breakpoint.node) };
    if ('block' in breakpoint) return { ...breakpoint, block: renamed(breakpoint.block) };
    if ('parameter' in breakpoint) return { ...breakpoint, parameter: end(breakpoint.parameter) };
    return { ...breakpoint, wire: wireNow(breakpoint.wire) };
  });
}

/** After an edit that left all wires in their order and called some of their ports anew. */
export function followPorts(before: GraphDocument, after: GraphDocument): GraphDocument {
  if (breakpointsOf(after).length === 0) return after;
  const [was, now] = [subjectsIn(before).wires, subjectsIn(after).wires];
  return changed(after, (breakpoint) =>
    'wire' in breakpoint ? { ...breakpoint, wire: now[was.indexOf(breakpoint.wire)] ?? breakpoint.wire } : breakpoint,
  );
}

/** Takes away what was about something that an edit took away. What had no subject before is its user's to mend. */
export function withoutGoneBreakpoints(before: GraphDocument, after: GraphDocument): GraphDocument {
  const list = breakpointsOf(after);
  const isSame = before.nodes === after.nodes && before.wires === after.wires && before.modules === after.modules;
  if (list.length === 0 || isSame) return after;
  const [was, now] = [subjectsIn(before), subjectsIn(after)];
  const isIn = ({ nodes, wires }: Subjects, breakpoint: Breakpoint): boolean => {
    const subject = subjectOf(breakpoint);
    if ('wire' in breakpoint) return wires.includes(subject);
    return nodes.has('parameter' in breakpoint ? splitPort(subject).node : subject);
  };
  const kept = list.filter((one) => isIn(now, one) || !isIn(was, one));
  return kept.length === list.length ? after : withBreakpoints(after, kept);
}

/** The same document where all breakpoints stay as they are. */
function changed(document: GraphDocument, change: (breakpoint: Breakpoint) => Breakpoint): GraphDocument {
  const list = breakpointsOf(document);
  const next = list.map(change);
  return next.every((one, i) => subjectOf(one) === subjectOf(list[i] ?? one))
    ? document
    : withBreakpoints(document, next);
}
