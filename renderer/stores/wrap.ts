import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { holdsLoss, standsOutside } from '../../engine/graph/outside.ts';
import { addNode, freshId, withContents } from './edits.ts';
import { type GroupProblem, hasGradient, returns } from './modules.ts';
import { type Healed, heal } from './reparent.ts';
import { isReal } from './scope.ts';

/** Where the contents of a new frame stand in it. */
const INSIDE = { x: 60, y: 62 } as const;

/**
 * Puts nodes into a new loop in their place. The first wire that enters them becomes what is carried at the start, all others
 * from outside stay constants of the loop; the first value that leaves them is carried on.
 */
export function wrapInRepeat(
  document: GraphDocument,
  ids: Iterable<string>,
): (Healed & { readonly id: string }) | { readonly problem: GroupProblem } {
  const chosen = new Set(ids);
  const real = document.nodes.filter((n) => chosen.has(n.id) && isReal(n));
  const tops = real.filter((n) => n.parent === undefined || !chosen.has(n.parent));
  const [first] = tops;
  if (first === undefined) return { problem: 'nothing' };
  if (tops.some((n) => n.parent !== first.parent)) return { problem: 'levels' };
  const around = document.nodes.find((n) => n.id === first.parent);
  if (around && kindOf(around, document.modules)?.block === 'chain') return { problem: 'chain' };
  const outside = (node: DocumentNode) => {
    const kind = kindOf(node, document.modules);
    return holdsLoss(node.kind, document.modules) || (kind !== undefined && standsOutside(kind));
  };
  if (tops.some(outside)) return { problem: 'outside-only' };
  const inside = withContents(
    document,
    tops.map((n) => n.id),
  );
  if (returns(document, inside, first.parent)) return { problem: 'circle' };
  if (hasGradient(document, inside)) return { problem: 'gradient' };
  const views = tops.map((n) => document.view.nodes[n.id] ?? { x: 0, y: 0 });
  const corner = { x: Math.min(...views.map((v) => v.x)), y: Math.min(...views.map((v) => v.y)) };
  const id = freshId(document, 'Repeat');
  const place = { x: corner.x - INSIDE.x, y: corner.y - INSIDE.y };
  const added = addNode(document, 'Repeat', place, first.parent, id);
  const loop = added.nodes.at(-1);
  if (loop === undefined) return { problem: 'nothing' };
  const isTop = new Set(tops.map((n) => n.id));
  const moved = document.nodes.map((n) => (isTop.has(n.id) ? { ...n, parent: id } : n));
  const entering = document.wires.find((w) => inside.has(splitPort(w.to).node) && !inside.has(splitPort(w.from).node));
  const wires = document.wires.map((wire) => (wire === entering ? { from: `${id}.current`, to: wire.to } : wire));
  const start = entering === undefined ? [] : [{ from: entering.from, to: `${id}.start` }];
  const healed = heal({
    ...added,
    nodes: moved.toSpliced(document.nodes.indexOf(first), 0, loop),
    wires: [...wires, ...start],
    view: {
      ...added.view,
      nodes: {
        ...added.view.nodes,
        ...Object.fromEntries(
          tops.map((n, i) => [n.id, { ...views[i], x: (views[i]?.x ?? 0) - place.x, y: (views[i]?.y ?? 0) - place.y }]),
        ),
      },
    },
  });
  return { ...healed, id };
}
