import { useEffect, useRef } from 'react';
import { Icon } from '../app/Icon.tsx';
import { useDocuments } from '../stores/documents.ts';
import { noRun, useRun } from '../stores/run.ts';
import { useUnrolledView } from '../stores/unrolled.ts';
import { useText } from '../text/text.ts';
import { Picture } from './Picture.tsx';
import css from './Unrolled.module.css';
import { namesIn } from './uses.ts';
import { type Drawn, useUnrolled } from './useUnrolled.ts';

/** In front of palette and canvas: the graph of the last pass, with its loops written out. Everything else stays in reach. */
export function Unrolled() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const drawn = useUnrolled(tab);
  const root = useRef<HTMLElement>(null);
  const close = () => useUnrolledView.getState().setOpen(false);
  useEffect(() => {
    const before = document.activeElement;
    root.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section
      ref={root}
      className={css.view}
      tabIndex={-1}
      aria-label={text.unrolled.title}
      data-unrolled="true"
      onKeyDown={(event) => {
        // Arrows scroll here; they must not move what is selected on the canvas behind.
        if (event.key.startsWith('Arrow')) event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <header className={css.header}>
        <h2>{text.unrolled.title}</h2>
        {drawn && <Told tab={tab} drawn={drawn} />}
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
        <Picture tab={tab} layout={drawn.layout} />
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

/** Loops whose counts the header names. */
const MOST_LOOPS = 3;

/** Which pass this is, and how often its loops ran. */
function Told({ tab, drawn: { graph } }: { readonly tab: string; readonly drawn: Drawn }) {
  const text = useText().unrolled;
  const { trained } = useRun(({ runs }) => runs[tab]) ?? noRun;
  const names = trained === null ? undefined : namesIn(trained);
  const loops = Object.entries(graph.loops);
  const told = loops
    .slice(0, MOST_LOOPS)
    .map(([loop, times]) => text.ran(names?.(loop).join('/') ?? loop, times))
    .concat(loops.length > MOST_LOOPS ? [text.more(loops.length - MOST_LOOPS)] : []);
  return (
    <p className={css.told} role="status">
      {[text.iteration(graph.iteration), told.join(', ')].filter((part) => part !== '').join(': ')}
    </p>
  );
}
