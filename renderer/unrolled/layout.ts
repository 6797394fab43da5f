import type { ElkNode, ElkPoint } from 'elkjs/lib/elk-api.js';
import type { Use, Uses } from './uses.ts';

/** Where everything is drawn. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Rectangle & { readonly use: Use })[];
  /** Iterations of loops, outer before inner. */
  readonly frames: readonly (Rectangle & { readonly iteration: string; readonly depth: number })[];
  /** Paths of SVG, one per wire. */
  readonly wires: readonly string[];
}
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const BOX_HEIGHT = 38;
/** Of a letter of a name, as the boxes print it. */
const LETTER = 6.7;
const MARGIN = 20;
const NARROWEST = 64;
const WIDEST = 150;

/** A box is as wide as its name and its shape need. */
function widthOf({ name, shape }: Use): number {
  const letters = Math.max(name.length, shape.join('×').length);
  return Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(letters * LETTER) + MARGIN));
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.edgeRouting': 'POLYLINE',
  // What ran first stands above what ran later.
  'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
  'elk.spacing.nodeNode': '16',
  'elk.spacing.componentComponent': '24',
  'elk.padding': '[top=16,left=16,right=16,bottom=16]',
};
const frameOptions = { 'elk.padding': '[top=26,left=9,right=9,bottom=9]' };

/** The question put to ELK: boxes in the frames of their iterations, frames in each other. */
export function layoutInput({ uses, edges }: Uses): ElkNode {
  const root: ElkNode & { children: ElkNode[] } = { id: '', layoutOptions: options, children: [] };
  const frames = new Map<string, { children: ElkNode[] }>([['', root]]);
  for (const use of uses) {
    let around: { children: ElkNode[] } = root;
    for (const iteration of use.iterations) {
      const known = frames.get(iteration);
      const made = known ?? { id: frameId(iteration), layoutOptions: frameOptions, children: [] };
      if (known === undefined) around.children.push(made as ElkNode);
      frames.set(iteration, made);
      around = made;
    }
    around.children.push({ id: use.address, width: widthOf(use), height: BOX_HEIGHT });
  }
  return {
    ...root,
    edges: edges.map(({ from, to }, i) => ({ id: `wire ${i}`, sources: [from], targets: [to] })),
  };
}

/** No address ends in a slash. */
const frameId = (iteration: string) => `${iteration}/`;

/** Reads ELK's answer. */
export function readLayout({ uses }: Uses, answer: ElkNode): Layout {
  const byAddress = new Map(uses.map((use) => [use.address, use]));
  const boxes: Layout['boxes'][number][] = [];
  const frames: Layout['frames'][number][] = [];
  const read = (nodes: readonly ElkNode[], depth: number) => {
    for (const { id, x = 0, y = 0, width = 0, height = 0, children } of nodes) {
      const use = byAddress.get(id);
      if (use !== undefined) boxes.push({ use, x, y, width, height });
      else frames.push({ iteration: id.slice(0, -1), depth, x, y, width, height });
      read(children ?? [], depth + 1);
    }
  };
  read(answer.children ?? [], 0);
  const wires = (answer.edges ?? []).flatMap(({ sections = [] }) =>
    sections.map(({ startPoint, bendPoints = [], endPoint }) => curve([startPoint, ...bendPoints, endPoint])),
  );
  return { width: answer.width ?? 0, height: answer.height ?? 0, boxes, frames, wires };
}

/** A curve from left to right that is level at every point it passes. */
export function curve([start, ...rest]: readonly ElkPoint[]): string {
  if (start === undefined) return '';
  let last = start;
  let path = `M${at(start)}`;
  for (const point of rest) {
    const middle = (last.x + point.x) / 2;
    path +=
      point.y === last.y
        ? `L${at(point)}`
        : `C${at({ x: middle, y: last.y })} ${at({ x: middle, y: point.y })} ${at(point)}`;
    last = point;
  }
  return path;
}

const at = ({ x, y }: ElkPoint) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;

const COLUMN = 40;
const ROW = BOX_HEIGHT + 18;

/**
 * A plain layout for what ELK takes too long for: every box one column right of the last that it reads from, in the order in
 * which they ran. There are no frames, so the boxes are called by their addresses.
 */
export function plainLayout({ uses, edges }: Uses): Layout {
  const sources = new Map<string, string[]>();
  for (const { from, to } of edges) sources.set(to, [...(sources.get(to) ?? []), from]);
  const columnOf = new Map<string, number>();
  const columns: Use[][] = [];
  for (const use of uses) {
    // A use ran after those it reads from, so their columns are known.
    const before = (sources.get(use.address) ?? []).map((from) => columnOf.get(from) ?? -1);
    const column = Math.max(-1, ...before) + 1;
    columnOf.set(use.address, column);
    columns[column] = [
      ...(columns[column] ?? []),
      { ...use, name: use.leftOut === undefined ? use.address : use.name },
    ];
  }
  const boxes: Layout['boxes'][number][] = [];
  let x = MARGIN;
  for (const column of columns) {
    const width = Math.max(...column.map(widthOf));
    for (const [row, use] of column.entries()) boxes.push({ use, x, y: MARGIN + row * ROW, width, height: BOX_HEIGHT });
    x += width + COLUMN;
  }
  const places = new Map(boxes.map((box) => [box.use.address, box]));
  const wires = edges.flatMap(({ from, to }) => {
    const [source, target] = [places.get(from), places.get(to)];
    if (source === undefined || target === undefined) return [];
    return [
      curve([
        { x: source.x + source.width, y: source.y + BOX_HEIGHT / 2 },
        { x: target.x, y: target.y + BOX_HEIGHT / 2 },
      ]),
    ];
  });
  const rows = Math.max(0, ...columns.map((column) => column.length));
  return { width: x - COLUMN + MARGIN, height: 2 * MARGIN + rows * ROW - (ROW - BOX_HEIGHT), boxes, frames: [], wires };
}
