import { type RefObject, useEffect, useRef } from 'react';
import { Icon } from '../app/Icon.tsx';
import { OWNERS } from '../canvas/useKeys.ts';
import { MOST_NAMED, toldLoops } from '../debugger/loop_counts.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useDocuments } from '../stores/documents.ts';
import { useNames } from '../stores/names.ts';
import { isMidway, useStanding } from '../stores/standing.ts';
import { useUnrolledView } from '../stores/unrolled.ts';
import { useText } from '../text/text.ts';
import { Picture } from './Picture.tsx';
import css from './Unrolled.module.css';
import { type Drawn, useUnrolled } from './useUnrolled.ts';
import { useStopWords } from './words.ts';

/** In front of palette and canvas: the graph of the last pass, with its loops written out. Everything else stays in reach. */
export function Unrolled() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const drawn = useUnrolled(tab);
  const root = useRef<HTMLElement>(null);
  useKeys(root);
  useEffect(() => {
    const before = document.activeElement;
    root.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section ref={root} className={css.view} tabIndex={-1} aria-label={text.unrolled.title} data-unrolled="true">
      <header className={css.header}>
        <h2>{text.unrolled.title}</h2>
        {drawn && <Told tab={tab} drawn={drawn} />}
        {drawn && <Legend tab={tab} />}
        <button
          type="button"
          className={css.close}
          aria-label={text.dialog.close}
          title={text.dialog.close}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      {drawn ? (
        <Picture tab={tab} drawn={drawn} />
      ) : (
        <div className={css.empty} role="status">
          {drawn === null ? (
            <>
              <b>{text.unrolled.empty}</b>
              <span>{text.unrolled.emptyHint}</span>
            </>
          ) : (
            <span>{text.unrolled.waiting}</span>
          )}
        </div>
      )}
    </section>
  );
}

const close = () => useUnrolledView.getState().setOpen(false);

/** Escape closes the view, wherever the focus is; arrows must not move what is selected on the canvas behind. */
function useKeys(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isEscape = event.key === 'Escape';
      if (!isEscape && !event.key.startsWith('Arrow')) return;
      if (event.isComposing || useDialogs.getState().dialog !== null) return;
      if (!(event.target instanceof Element) || event.target.closest(OWNERS)) return;
      event.stopPropagation();
      if (isEscape) close();
      else if (root.current?.contains(event.target)) {
        event.preventDefault();
        focusNext(root.current, event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : -1);
      }
    };
    // Before the canvas hears it.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [root]);
}

/** The next box or the one before, in the order in which they ran; where none has the focus, the one at work or the first. */
function focusNext(view: HTMLElement, step: number): void {
  const boxes = [...view.querySelectorAll<HTMLElement>('[data-use]')];
  const now = boxes.findIndex((box) => box.matches(':focus'));
  const start = Math.max(
    0,
    boxes.findIndex((box) => box.ariaCurrent !== null),
  );
  boxes[now < 0 ? start : now + step]?.focus();
}

const LEGEND = ['done', 'home', 'todo'] as const;

/** At a stop, what the colours of the boxes mean. */
function Legend({ tab }: { readonly tab: string }) {
  const { marks } = useStopWords();
  const stands = useStanding(({ standing }) => isMidway(standing[tab]));
  if (!stands) return null;
  return (
    <ul className={css.legend}>
      {LEGEND.map((mark) => (
        <li key={mark} data-mark={mark}>
          {marks[mark]}
        </li>
      ))}
    </ul>
  );
}

/** Which pass this is, and how often its loops ran. */
function Told({ tab, drawn: { graph } }: { readonly tab: string; readonly drawn: Drawn }) {
  const text = useText().unrolled;
  const names = useNames(tab);
  const told = toldLoops(
    graph.loops,
    MOST_NAMED,
    (loop, times) => `${names.whole(loop)} ${text.ran(times)}`,
    text.more,
  );
  return (
    <p className={css.told} role="status">
      {[text.iteration(graph.iteration), told.join(', ')].filter((part) => part !== '').join(': ')}
    </p>
  );
}
