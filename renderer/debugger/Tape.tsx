import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import dock from '../app/Dock.module.css';
import { travel } from '../commands/training.ts';
import { useActiveTab } from '../stores/documents.ts';
import { noRun, useRun } from '../stores/run.ts';
import { lookedAt, type Standing, useStanding } from '../stores/standing.ts';
import { namesIn } from '../unrolled/uses.ts';
import { BreakpointList } from './BreakpointList.tsx';
import css from './Debugger.module.css';
import { Film } from './Film.tsx';
import { layOutTape, type TapeLayout } from './tape_layout.ts';
import { CELL, cellAt, paintTape, TAPE_HEIGHT, type TapeView } from './tape_paint.ts';
import { titleOf } from './titles.ts';
import { useWords } from './words.ts';

/** The tape of the iteration that the run stands in: what was done, what is done now, what is still to come. */
export function Tape() {
  const words = useWords();
  const tab = useActiveTab();
  const id = tab?.id ?? '';
  const standing = useStanding((state) => state.standing[id]);
  const { state, trained } = useRun(({ runs }) => runs[id]) ?? noRun;
  const tape = standing?.tape;
  return (
    <section className={`${dock.section} ${css.tape}`} aria-label={words.tape} data-testid="tape" data-tour="tape">
      <h3>
        {words.tape}
        {tape && (
          <span className="dim">
            {[
              words.iteration(tape.iteration + 1),
              ...Object.entries(tape.loops).map(([loop, times]) =>
                words.ran(trained === null ? loop : namesIn(trained)(loop).join('/'), times),
              ),
            ].join(', ')}
          </span>
        )}
        <BreakpointList />
        {tape && <span className={`${css.count} num dim`}>{words.entries(tape.done, tape.entries.length)}</span>}
      </h3>
      {standing && tape ? (
        <Picture tab={id} standing={standing} tape={tape} />
      ) : (
        <p className={dock.empty}>{state === 'running' ? words.running : words.empty}</p>
      )}
    </section>
  );
}

type Told = NonNullable<Standing['tape']>;

function Picture({ tab, standing, tape }: { readonly tab: string; readonly standing: Standing; readonly tape: Told }) {
  const words = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = useMemo(() => layOutTape(tape.entries), [tape.entries]);
  const [width, setWidth] = useState(0);
  const [view, setView] = useState<TapeView>({ column: CELL.width, scroll: 0 });
  const [hovered, setHovered] = useState<number>();
  const looked = lookedAt(standing);
  const { look } = useStanding.getState();

  // Whoever steps sees where: the entry that is looked at stays in sight.
  useEffect(() => {
    const column = layout.cells[looked ?? 0]?.column ?? 0;
    setView((before) => clamped(revealed(before, column, width), layout, width));
  }, [layout, looked, width]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || width === 0) return;
    const paint = () => {
      const scale = window.devicePixelRatio;
      element.width = Math.round(width * scale);
      element.height = Math.round(TAPE_HEIGHT * scale);
      const context = element.getContext('2d');
      if (context === null) return;
      context.scale(scale, scale);
      paintTape(context, { tape, layout, view, looked, hovered, width });
    };
    paint();
    const themes = new MutationObserver(paint);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => themes.disconnect();
  }, [tape, layout, view, looked, hovered, width]);

  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const x = event.clientX - (element?.getBoundingClientRect().left ?? 0);
      setView((before) => clamped(wheeled(before, event, x), layout, width));
    };
    // React hears the wheel passively: there the page could not be kept from zooming.
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [layout, width]);

  const at = (event: PointerEvent<HTMLCanvasElement> | React.MouseEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return cellAt(layout, view, event.clientX - box.left, event.clientY - box.top)?.position;
  };
  const go = (position: number) => void travel({ iteration: tape.iteration, position: position + 1 });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) look(tab, Math.min(tape.entries.length - 1, Math.max(0, (looked ?? 0) + step)));
    else if (event.key === 'Home' || event.key === 'End') look(tab, event.key === 'Home' ? 0 : tape.entries.length - 1);
    else if (event.key === 'Enter' && looked !== undefined) go(looked);
    else if (event.key === 'Escape') look(tab, null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = hovered ?? looked;
  const entry = shown === undefined ? undefined : tape.entries[shown];
  return (
    <>
      <canvas
        ref={canvas}
        className={css.picture}
        height={TAPE_HEIGHT}
        tabIndex={0}
        role="slider"
        aria-label={words.tape}
        aria-valuemin={0}
        aria-valuemax={tape.entries.length}
        aria-valuenow={(looked ?? -1) + 1}
        aria-valuetext={looked === undefined ? '' : titleOf(tape.entries[looked], words)}
        title={words.help}
        onPointerMove={(event) => setHovered(at(event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => {
          const position = at(event);
          if (position !== undefined) look(tab, position);
        }}
        onDoubleClick={(event) => {
          const position = at(event);
          if (position !== undefined) go(position);
        }}
        onKeyDown={onKeyDown}
      />
      <p className={css.caption} data-phase={entry?.phase}>
        {entry && shown !== undefined && (
          <>
            <b>{titleOf(entry, words)}</b>
            <span className="num dim">{entry.address}</span>
            <span className="num dim">{words.entry(shown + 1)}</span>
          </>
        )}
      </p>
      <Film frames={tape.film} current={tape.iteration} />
    </>
  );
}

/** So that a column is in sight, with some of what comes before and after it. */
function revealed(view: TapeView, column: number, width: number): TapeView {
  const left = column * view.column;
  const margin = Math.min(2 * view.column, width / 4);
  if (left - margin < view.scroll) return { ...view, scroll: left - margin };
  const right = left + view.column + margin;
  return right > view.scroll + width ? { ...view, scroll: right - width } : view;
}

/** The wheel pans; with Ctrl it zooms around the pointer. */
function wheeled(view: TapeView, event: WheelEvent, x: number): TapeView {
  if (!event.ctrlKey) return { ...view, scroll: view.scroll + event.deltaX + event.deltaY };
  const column = Math.min(CELL.most, Math.max(CELL.least, view.column * 2 ** (-event.deltaY / 200)));
  return { column, scroll: ((view.scroll + x) / view.column) * column - x };
}

const clamped = (view: TapeView, layout: TapeLayout, width: number): TapeView => ({
  ...view,
  scroll: Math.max(0, Math.min(layout.columns * view.column - width, view.scroll)),
});
