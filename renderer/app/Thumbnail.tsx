import type { GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { layoutOf } from '../canvas/frame_layout.ts';
import { spliced } from '../stores/splice.ts';
import css from './StartPage.module.css';

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A document as boxes and threads. */
export function Thumbnail({ document: saved }: { readonly document: GraphDocument }) {
  const document = spliced(saved);
  const rects = rectsOf(document);
  const parents = new Map(document.nodes.map(({ id, parent }) => [id, parent]));
  // Wires run over frames and behind cards.
  const frames = new Set(parents.values());
  const all = [...rects.values()];
  if (all.length === 0) return null;
  const left = Math.min(...all.map(({ x }) => x)) - 10;
  const top = Math.min(...all.map(({ y }) => y)) - 10;
  const right = Math.max(...all.map(({ x, width }) => x + width)) + 10;
  const bottom = Math.max(...all.map(({ y, height }) => y + height)) + 10;
  const wire = (from: string, to: string) => {
    const [a, b] = [splitPort(from).node, splitPort(to).node];
    const [start, end] = [rects.get(a), rects.get(b)];
    if (start === undefined || end === undefined) return '';
    // From and to the inner side of a frame's border.
    const x1 = start.x + (parents.get(b) === a ? 0 : start.width);
    const x2 = end.x + (parents.get(a) === b ? end.width : 0);
    const [y1, y2] = [start.y + start.height / 2, end.y + end.height / 2];
    const middle = (x1 + x2) / 2;
    return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
  };
  return (
    <svg className={css.thumbnail} viewBox={`${left} ${top} ${right - left} ${bottom - top}`} aria-hidden="true">
      {[...rects].filter(([id]) => frames.has(id)).map(box)}
      <path
        d={document.wires.map(({ from, to }) => wire(from, to)).join('')}
        fill="none"
        stroke="var(--faint)"
        strokeWidth="1.2"
        vectorEffect="non-scaling-stroke"
      />
      {[...rects].filter(([id]) => !frames.has(id)).map(box)}
    </svg>
  );
}

const box = ([id, rect]: readonly [string, Rect]) => (
  <rect key={id} {...rect} rx="12" fill="var(--bg)" stroke="var(--dim)" vectorEffect="non-scaling-stroke" />
);

/** Where the cards stand, those in frames too; frames before what they contain. */
function rectsOf(document: GraphDocument): ReadonlyMap<string, Rect> {
  const boxes = layoutOf(document);
  const children = Map.groupBy(document.nodes, (node) => node.parent);
  const rects = new Map<string, Rect>();
  const place = (parent: string | undefined, corner: { readonly x: number; readonly y: number }) => {
    for (const { id } of children.get(parent) ?? []) {
      const box = boxes.get(id);
      const at = (parent === undefined ? undefined : boxes.get(parent)?.block?.places.get(id)) ??
        document.view.nodes[id] ?? { x: 0, y: 0 };
      if (box === undefined || rects.has(id)) continue;
      const rect = { x: corner.x + at.x, y: corner.y + at.y, width: box.width, height: box.height };
      rects.set(id, rect);
      place(id, rect);
    }
  };
  place(undefined, { x: 0, y: 0 });
  return rects;
}
