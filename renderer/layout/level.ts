import type { ElkExtendedEdge, ElkNode, ElkPort } from 'elkjs/lib/elk-api.js';
import { type DocumentNode, type GraphDocument, splitPort } from '../../engine/graph/document.ts';
import { isTerminalKind, kindOf } from '../../engine/graph/kinds.ts';
import type { Box } from '../canvas/frame_layout.ts';
import { cardHandles, frameHandles } from '../canvas/handles.ts';
import type { Point } from '../stores/edits.ts';

/** What stands side by side: nodes outside of blocks, or in one frame. */
export interface Level {
  /** The frame; undefined outside of blocks. */
  readonly frame: string | undefined;
  readonly members: readonly DocumentNode[];
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'POLYLINE',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  // Of two that could stand in each other's place the first is above.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  // A shape stands on the wire in between.
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.spacing.nodeNode': '36',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.spacing.edgeNode': '24',
  'elk.spacing.componentComponent': '48',
  'elk.padding': '[top=0,left=0,right=0,bottom=0]',
};
const fixedPorts = { 'elk.portConstraints': 'FIXED_POS' };
const first = { 'elk.layered.layering.layerConstraint': 'FIRST' };
const last = { 'elk.layered.layering.layerConstraint': 'LAST' };

/** The inner sides of a frame's terminals, as boxes without extent at its borders. No id of a node has a blank. */
const BORDER = { left: 'border left', right: 'border right' } as const;

/** The question put to ELK: boxes of known sizes with their ports, and what is wired between them or through the blocks among them. */
export function levelInput(
  document: GraphDocument,
  { frame, members }: Level,
  boxes: ReadonlyMap<string, Box>,
): ElkNode {
  const within = new Set(members.map(({ id }) => id));
  const parents = new Map(document.nodes.map(({ id, parent }) => [id, parent]));
  const portsBy = new Map(members.map((node) => [node.id, portsOf(document, node, boxes.get(node.id))]));
  /** The member, or its port, that a wire's end belongs to. */
  const endOf = (address: string, border: string): string | undefined => {
    let at: string | undefined = splitPort(address).node;
    if (at === frame && frame !== undefined) return border;
    for (let depth = 0; at !== undefined && !within.has(at) && depth <= parents.size; depth++) at = parents.get(at);
    if (at === undefined || !within.has(at)) return undefined;
    return portsBy.get(at)?.some(({ id }) => id === address) ? address : at;
  };
  const edges = document.wires.flatMap(({ from, to }, i): ElkExtendedEdge[] => {
    const [source, target] = [endOf(from, BORDER.left), endOf(to, BORDER.right)];
    // What passes a frame without touching anything in it, and what stays within one block, says nothing here.
    if (source === undefined || target === undefined || nodeOf(source) === nodeOf(target)) return [];
    if (source === BORDER.left && target === BORDER.right) return [];
    return [{ id: `wire ${i}`, sources: [source], targets: [target] }];
  });
  const borders = frame === undefined ? [] : [border(BORDER.left, first), border(BORDER.right, last)];
  const cards = members.map((node): ElkNode => {
    const { width = 0, height = 0 } = boxes.get(node.id) ?? {};
    const ends = isTerminalKind(node.kind) ? (node.kind.startsWith('inputs') ? first : last) : {};
    const ports = [...(portsBy.get(node.id) ?? [])];
    return { id: node.id, width, height, ports, layoutOptions: { ...fixedPorts, ...ends } };
  });
  return {
    id: '',
    layoutOptions: options,
    children: [...borders, ...cards],
    edges,
  };
}

const border = (id: string, layoutOptions: ElkNode['layoutOptions'] = {}): ElkNode => ({
  id,
  width: 0,
  height: 0,
  layoutOptions,
});

const nodeOf = (end: string) => (end.includes('.') ? splitPort(end).node : end);

/** The outer ports of a member, where they are drawn. */
function portsOf({ modules }: GraphDocument, node: DocumentNode, box: Box | undefined): ElkPort[] {
  const { width = 0, height = 0, block } = box ?? {};
  const kind = kindOf(node, modules);
  const handles = block === undefined ? cardHandles(kind, width, height) : frameHandles(block.terminals, width);
  const outer = new Set([...(kind?.inputs ?? []), ...(kind?.outputs ?? [])].map(({ name }) => name));
  return handles.flatMap(({ id, type, y, height: high = 0 }): ElkPort[] =>
    typeof id === 'string' && outer.has(id)
      ? [{ id: `${node.id}.${id}`, x: type === 'target' ? 0 : width, y: y + high / 2, width: 0, height: 0 }]
      : [],
  );
}

/** Reads ELK's answer: the places of the members, from the corner of what they take together. */
export function levelPlaces({ members }: Level, answer: ElkNode): ReadonlyMap<string, Point> {
  const within = new Set(members.map(({ id }) => id));
  const cards = (answer.children ?? []).filter(({ id }) => within.has(id));
  const left = Math.min(...cards.map(({ x = 0 }) => x));
  const top = Math.min(...cards.map(({ y = 0 }) => y));
  return new Map(cards.map(({ id, x = 0, y = 0 }) => [id, { x: x - left, y: y - top }]));
}
