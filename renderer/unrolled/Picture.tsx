import { type MouseEvent, type SyntheticEvent, useMemo, useRef } from 'react';
import { useWords } from '../canvas/words.ts';
import { revealUse } from '../commands/reveal_use.ts';
import { travel } from '../commands/training.ts';
import { addressesOf } from '../stores/addresses.ts';
import { useActiveTab } from '../stores/documents.ts';
import { inspectedIn, useInspection } from '../stores/inspection.ts';
import { useNames } from '../stores/names.ts';
import { useSelection } from '../stores/selection.ts';
import { isMidway, useStanding } from '../stores/standing.ts';
import { useText } from '../text/text.ts';
import css from './Unrolled.module.css';
import { useCourse } from './useCourse.ts';
import { splitIteration, type Use } from './uses.ts';
import type { Drawn } from './useUnrolled.ts';
import { useZoom } from './useZoom.ts';
import { useStopWords } from './words.ts';

/** Boxes, the frames of iterations, and wires; below, what is under the pointer. */
export function Picture({ tab, drawn: { graph, layout } }: { readonly tab: string; readonly drawn: Drawn }) {
  const text = useText().unrolled;
  const stop = useStopWords();
  const stands = useStanding(({ standing }) => isMidway(standing[tab]));
  const words = useWords();
  const names = useNames(tab);
  const selected = useSelected(tab);
  const zoom = useZoom(layout.width, layout.height);
  const entryOf = useCourse({ tab, iteration: graph.iteration, layout, window: zoom.window, marks: stop.marks });
  const line = useRef<HTMLParagraphElement>(null);
  const uses = useMemo(() => new Map(layout.boxes.map(({ use }) => [use.address, use])), [layout]);
  const hint = stands ? stop.hint : text.hint;
  const under = ({ target }: SyntheticEvent) =>
    target instanceof Element ? uses.get(target.closest<HTMLElement>('[data-use]')?.dataset.use ?? '') : undefined;
  const tell = ({ address, ops, shape, leftOut }: Use) =>
    leftOut === undefined
      ? [names.whole(address), ops.join(', '), shape.length === 0 ? '' : shape.join('×')]
          .filter((part) => part !== '')
          .join(' · ')
      : text.leftOut(names.whole(address));
  // Written past React: a pointer that passes over a hundred boxes commits nothing.
  const point = (event: SyntheticEvent) => {
    const use = under(event);
    if (line.current !== null) line.current.textContent = use === undefined ? hint : tell(use);
  };
  const choose = (event: MouseEvent) => {
    const use = under(event);
    if (use === undefined || use.leftOut !== undefined) return;
    revealUse(use.address);
    const entry = entryOf(use.address);
    if (entry !== undefined) useStanding.getState().look(tab, entry.position);
  };
  const go = (event: SyntheticEvent) => {
    const use = under(event);
    const entry = use?.leftOut === undefined && use !== undefined ? entryOf(use.address) : undefined;
    if (entry === undefined) return;
    event.preventDefault();
    void travel({ ...entry, position: entry.position + 1 });
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears for the boxes in it, which are buttons. */}
      <div
        ref={zoom.window}
        className={css.window}
        onPointerOver={point}
        onFocus={point}
        onClick={choose}
        onDoubleClick={go}
        onKeyDown={(event) => event.key === 'Enter' && go(event)}
        {...zoom.dragging}
      >
        <div ref={zoom.sheet} className={css.sheet}>
          <div ref={zoom.drawing} className={css.drawing} style={{ width: layout.width, height: layout.height }}>
            {layout.frames.map(({ iteration, depth, x, y, width, height }) => (
              <div
                key={iteration}
                className={css.frame}
                data-frame={iteration}
                data-odd={splitIteration(iteration)[1] % 2 === 1 || undefined}
                style={{ left: x, top: y, width, height, zIndex: depth }}
              >
                <span className="num">#{splitIteration(iteration)[1]}</span>
              </div>
            ))}
            <svg className={css.wires} width={layout.width} height={layout.height} aria-hidden="true">
              <path d={layout.wires.join('')} />
            </svg>
            {layout.boxes.map(({ use, x, y, width, height }) => (
              <button
                key={use.address}
                type="button"
                className={css.box}
                data-use={use.address}
                data-left-out={use.leftOut !== undefined || undefined}
                aria-label={tell(use)}
                aria-pressed={use.address === selected}
                style={{ left: x, top: y, width, height }}
              >
                <span>{use.name}</span>
                {use.shape.length > 0 && <span className="num">{use.shape.join('×')}</span>}
              </button>
            ))}
          </div>
        </div>
      </div>
      <footer className={css.footer}>
        <p ref={line} className={css.line}>
          {hint}
        </p>
        <button type="button" aria-label={words.zoomOut} title={words.zoomOut} onClick={zoom.out}>
          −
        </button>
        <button type="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={zoom.in}>
          +
        </button>
        <button type="button" onClick={zoom.fit}>
          {words.fit}
        </button>
      </footer>
    </>
  );
}

/** The address of the use that the inspector shows: the only selected node, in the iterations that are looked at. */
function useSelected(id: string): string | undefined {
  const tab = useActiveTab();
  const nodes = useSelection((state) => state.nodes);
  const iterations = useInspection((state) => state.iterations);
  return useMemo(() => {
    const [only] = nodes;
    if (tab === undefined || only === undefined || nodes.size > 1) return undefined;
    return addressesOf(tab, inspectedIn(iterations, id)).of.get(only);
  }, [tab, nodes, iterations, id]);
}
