import type { DocumentNode, GraphDocument, NodeView } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { CARD_WIDTH, cardHeight, rowsOf } from '../nodes/anatomy.ts';
import { CHAIN_BOTTOM, chainLayout, type Place } from './chain.ts';
import type { Terminal } from './handles.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a node is drawn: its size, and for a block where its terminals and its contents stand. */
export interface Box extends Size {
  readonly block?: {
    readonly terminals: readonly Terminal[];
    /** Places of the contents, in the block's coordinates. */
    readonly places: ReadonlyMap<string, Place>;
  };
}

/** Room around the contents of a frame; above them its header, below the way back of what is carried. */
const PADDING = { left: 46, right: 46, top: 56, bottom: 52 } as const;
const EMPTY: Size = { width: 420, height: 190 };
const TERMINAL_STEP = 40;

/** Sizes of all nodes of a graph, blocks by their contents. */
export function layoutOf(graph: GraphDocument): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  const children = Map.groupBy(graph.nodes, (node) => node.parent);
  const measure = (node: DocumentNode, depth: number): Box => {
    const known = boxes.get(node.id);
    if (known !== undefined) return known;
    const kind = kindOf(node, graph.modules);
    const view = graph.view.nodes[node.id];
    const isBlock = kind?.block === 'chain' || kind?.block === 'frame';
    // Blocks that contain each other come to an end; the check says what is wrong with them.
    const inside = isBlock && depth < MAX_DEPTH ? (children.get(node.id) ?? []) : [];
    let made: Box;
    if (kind === undefined) made = { width: CARD_WIDTH, height: 52 };
    else if (kind.block === 'chain') {
      const layout = chainLayout(
        inside.map((child) => measure(child, depth + 1)),
        view?.width,
      );
      const [input, output] = [kind.inputs[0]?.name ?? 'input', kind.outputs[0]?.name ?? 'output'];
      made = {
        width: layout.width,
        height: layout.height,
        block: {
          terminals: [
            { side: 'left', outer: input, inner: `${input}:inner`, y: layout.entry, connectable: false },
            { side: 'right', outer: output, inner: `${output}:inner`, y: layout.exit, connectable: false },
          ],
          places: new Map(inside.map((child, i) => [child.id, layout.places[i] ?? { x: 0, y: 0 }])),
        },
      };
    } else if (kind.block === 'frame') {
      const places = new Map(inside.map((child) => [child.id, placeOf(graph.view.nodes[child.id])]));
      const size = around(inside, places, (child) => measure(child, depth + 1), view);
      const terminal = (side: 'left' | 'right', i: number, of: number): Terminal => {
        const [outer, inner] =
          side === 'left' ? [kind.inputs, kind.inner?.sources] : [kind.outputs, kind.inner?.targets];
        const y =
          PADDING.top - 18 + (size.height - PADDING.top - PADDING.bottom + 36) / 2 + (i - (of - 1) / 2) * TERMINAL_STEP;
        return { side, outer: outer[i]?.name ?? '', inner: inner?.[i]?.name ?? '', y, connectable: true };
      };
      const pairs = kind.inputs.length;
      made = {
        ...size,
        block: {
          terminals: (['left', 'right'] as const).flatMap((side) =>
            Array.from({ length: pairs }, (_, i) => terminal(side, i, pairs)),
          ),
          places,
        },
      };
    } else made = { width: CARD_WIDTH, height: cardHeight(rowsOf(kind, []), kind) };
    boxes.set(node.id, made);
    return made;
  };
  for (const node of graph.nodes) measure(node, 0);
  return boxes;
}

const MAX_DEPTH = 200;
const placeOf = (view: NodeView | undefined): Place => ({ x: view?.x ?? 0, y: view?.y ?? 0 });

/** A frame is as large as it was made, and at least as large as its contents. */
function around(
  inside: readonly DocumentNode[],
  places: ReadonlyMap<string, Place>,
  sizeOf: (child: DocumentNode) => Size,
  view: NodeView | undefined,
): Size {
  // It does not shrink around the first thing that is dropped into it: the next one needs room too.
  let [right, bottom] = [EMPTY.width - PADDING.right, EMPTY.height - PADDING.bottom];
  for (const child of inside) {
    const { width, height } = sizeOf(child);
    const { x, y } = places.get(child.id) ?? { x: 0, y: 0 };
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return {
    width: Math.max(right + PADDING.right, view?.width ?? 0),
    height: Math.max(bottom + PADDING.bottom, view?.height ?? 0),
  };
}

/**
 * Heights of the blocks around cards that are drawn as high as `grown` says. Their lower borders give way; places and
 * terminals stay, so that nothing jumps when a card is selected.
 */
export function heightsAround(
  graph: GraphDocument,
  boxes: ReadonlyMap<string, Box>,
  grown: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const heights = new Map<string, number>();
  for (let [id, height] of grown) {
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const block = nodes.get(nodes.get(id)?.parent ?? '');
      const box = block && boxes.get(block.id);
      if (block === undefined || box?.block === undefined) break;
      const isChain = kindOf(block, graph.modules)?.block === 'chain';
      const bottom = (box.block.places.get(id)?.y ?? 0) + height + (isChain ? CHAIN_BOTTOM : PADDING.bottom);
      const before = heights.get(block.id) ?? box.height;
      if (bottom <= before) break;
      heights.set(block.id, bottom);
      [id, height] = [block.id, bottom];
    }
  }
  return heights;
}

/** How far the contents of a frame have to move so that none stands over its left or upper border. */
export function overhang(places: readonly Place[]): Place {
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  return { x: Math.max(0, PADDING.left - left), y: Math.max(0, PADDING.top - top) };
}
