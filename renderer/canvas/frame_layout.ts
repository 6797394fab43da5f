import type { DocumentNode, GraphDocument, NodeView } from '../../engine/graph/document.ts';
import { isUnfolded, kindOf } from '../../engine/graph/kinds.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { CARD_WIDTH, cardHeight, rowsOf } from '../nodes/anatomy.ts';
import { MODULE_SIDE, PADDING } from '../stores/frame_room.ts';
import { CHAIN_BOTTOM, chainLayout, type Place } from './chain.ts';
import type { Terminal } from './handles.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a node is drawn: its size, and for a block where its terminals and its contents stand. */
export interface Box extends Size {
  readonly block?: {
    /** What its contents take: no hand makes it smaller. */
    readonly least: Size;
    readonly terminals: readonly Terminal[];
    /** Places of the contents, in the block's coordinates. */
    readonly places: ReadonlyMap<string, Place>;
  };
}

const EMPTY: Size = { width: 420, height: 190 };
/** Room for a header with its name. */
const LEAST: Size = { width: 260, height: 150 };
/** An instance's header says more. */
const LEAST_MODULE = 380;
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
      const sizes = inside.map((child) => measure(child, depth + 1));
      const layout = chainLayout(sizes, view?.width);
      const [input, output] = [kind.inputs[0]?.name ?? 'input', kind.outputs[0]?.name ?? 'output'];
      made = {
        width: layout.width,
        height: layout.height,
        block: {
          least: { width: chainLayout(sizes, 0).width, height: layout.height },
          terminals: [
            { side: 'left', outer: input, inner: `${input}:inner`, y: layout.entry, connectable: false },
            { side: 'right', outer: output, inner: `${output}:inner`, y: layout.exit, connectable: false },
          ],
          places: new Map(inside.map((child, i) => [child.id, layout.places[i] ?? { x: 0, y: 0 }])),
        },
      };
    } else if (kind.block === 'frame') {
      const places = new Map(inside.map((child) => [child.id, placeOf(graph.view.nodes[child.id])]));
      const [left, right] = [kind.inputs.length, kind.outputs.length];
      const bottom = bottomOf(kind);
      const least = around(inside, places, (child) => measure(child, depth + 1), {
        kind,
        most: Math.max(left, right),
        bottom,
      });
      // An instance is as large as its definition. Others keep their size when the first thing is dropped into them: the next one
      // needs room too.
      const born = isUnfolded(kind.kind) && inside.length > 0 ? least : EMPTY;
      const size = {
        width: Math.max(least.width, view?.width ?? born.width),
        height: Math.max(least.height, view?.height ?? born.height),
      };
      const terminal = (side: 'left' | 'right', i: number, of: number): Terminal => {
        const [outer, inner] =
          side === 'left' ? [kind.inputs, kind.inner?.sources] : [kind.outputs, kind.inner?.targets];
        const y = PADDING.top - 18 + (size.height - PADDING.top - bottom + 36) / 2 + (i - (of - 1) / 2) * TERMINAL_STEP;
        return { side, outer: outer[i]?.name ?? '', inner: inner?.[i]?.name ?? '', y, connectable: true };
      };
      made = {
        ...size,
        block: {
          least,
          terminals: [
            ...kind.inputs.map((_, i) => terminal('left', i, left)),
            ...kind.outputs.map((_, i) => terminal('right', i, right)),
          ],
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

/** Only a loop has a way back below its body. */
const bottomOf = ({ kind }: NodeKind): number => (isUnfolded(kind) ? CHAIN_BOTTOM : PADDING.bottom);

const MAX_DEPTH = 200;
const placeOf = (view: NodeView | undefined): Place => ({ x: view?.x ?? 0, y: view?.y ?? 0 });

/** What the contents and the terminals of a frame take. */
function around(
  inside: readonly DocumentNode[],
  places: ReadonlyMap<string, Place>,
  sizeOf: (child: DocumentNode) => Size,
  { kind, most, bottom }: { readonly kind: NodeKind; readonly most: number; readonly bottom: number },
): Size {
  let { width, height } = LEAST;
  const right = isUnfolded(kind.kind) ? MODULE_SIDE : PADDING.right;
  if (isUnfolded(kind.kind)) width = LEAST_MODULE;
  height = Math.max(height, PADDING.top + most * TERMINAL_STEP + bottom);
  for (const child of inside) {
    const size = sizeOf(child);
    const { x, y } = places.get(child.id) ?? { x: 0, y: 0 };
    width = Math.max(width, x + size.width + right);
    height = Math.max(height, y + size.height + bottom);
  }
  return { width, height };
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
      const kind = kindOf(block, graph.modules);
      const room = kind === undefined || kind.block === 'chain' ? CHAIN_BOTTOM : bottomOf(kind);
      const bottom = (box.block.places.get(id)?.y ?? 0) + height + room;
      const before = heights.get(block.id) ?? box.height;
      if (bottom <= before) break;
      heights.set(block.id, bottom);
      [id, height] = [block.id, bottom];
    }
  }
  return heights;
}
