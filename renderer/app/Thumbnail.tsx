import type { GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import css from './StartPage.module.css';

const CARD = { width: 164, height: 72 };

/** A document as boxes and threads. */
export function Thumbnail({ document }: { readonly document: GraphDocument }) {
  const at = new Map(
    document.nodes
      .filter((node) => node.parent === undefined)
      .map((node) => [node.id, document.view.nodes[node.id] ?? { x: 0, y: 0 }] as const),
  );
  const views = [...at.values()];
  if (views.length === 0) return null;
  const size = (view: (typeof views)[number]) => ({ width: CARD.width, height: CARD.height, ...view });
  const left = Math.min(...views.map((view) => view.x)) - 10;
  const top = Math.min(...views.map((view) => view.y)) - 10;
  const right = Math.max(...views.map((view) => view.x + size(view).width)) + 10;
  const bottom = Math.max(...views.map((view) => view.y + size(view).height)) + 10;
  const wire = (from: string, to: string) => {
    const a = at.get(splitPort(from).node);
    const b = at.get(splitPort(to).node);
    if (a === undefined || b === undefined) return '';
    const [x1, y1, x2, y2] = [a.x + size(a).width, a.y + size(a).height / 2, b.x, b.y + size(b).height / 2];
    const middle = (x1 + x2) / 2;
    return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
  };
  return (
    <svg className={css.thumbnail} viewBox={`${left} ${top} ${right - left} ${bottom - top}`} aria-hidden="true">
      <path
        d={document.wires.map(({ from, to }) => wire(from, to)).join('')}
        fill="none"
        stroke="var(--faint)"
        strokeWidth="1.2"
        vectorEffect="non-scaling-stroke"
      />
      {[...at].map(([id, view]) => (
        <rect
          key={id}
          x={view.x}
          y={view.y}
          width={size(view).width}
          height={size(view).height}
          rx="12"
          fill="var(--bg)"
          stroke="var(--dim)"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}
