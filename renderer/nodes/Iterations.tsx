import { useEffect, useRef } from 'react';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { withDefaults } from '../../engine/nodes/settings.ts';
import { useWords } from '../canvas/words.ts';
import type { LoopAddress } from '../stores/addresses.ts';
import { useInspection } from '../stores/inspection.ts';
import { latestFrame, subscribeFrame } from '../stores/live.ts';
import styles from './Frame.module.css';

interface Props {
  readonly tab: string;
  readonly loop: LoopAddress & { readonly inspected: number };
  readonly kind: NodeKind;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** As many chips as fit a header; a loop with more iterations is gone through one by one. */
const MOST_CHIPS = 6;

/** Chooses the iteration whose values the cards show. Those that the last pass ran are lit, past React. */
export function Iterations({ tab, loop, kind, settings }: Props) {
  const words = useWords();
  const root = useRef<HTMLFieldSetElement>(null);
  const { count, times, max } = withDefaults(kind.settings, settings);
  const most = Math.max(0, Number(count === 'drawn' ? max : times) || 0);
  const choose = (iteration: number) =>
    useInspection.getState().inspect(tab, loop.template, Math.min(most, Math.max(1, iteration)));
  useEffect(() => {
    const paint = () => {
      const ran = latestFrame(tab)?.loops[loop.numbered];
      if (root.current === null) return;
      root.current.dataset.ran = ran === undefined ? '' : String(ran);
      for (const chip of root.current.querySelectorAll<HTMLElement>('[data-iteration]'))
        chip.dataset.on = String(ran !== undefined && Number(chip.dataset.iteration) <= ran);
      const told = root.current.querySelector('[data-count]');
      if (told) told.textContent = ran === undefined ? '' : `×${ran}`;
    };
    paint();
    return subscribeFrame(tab, paint);
  });
  if (most === 0) return null;
  const chip = (iteration: number) => (
    <button
      key={iteration}
      type="button"
      className={styles.chip}
      aria-pressed={iteration === loop.inspected}
      data-iteration={iteration}
      title={words.iteration(iteration)}
      onClick={() => choose(iteration)}
    >
      {iteration}
    </button>
  );
  return (
    <fieldset ref={root} className={`nodrag nopan ${styles.iterations}`} aria-label={words.iterations}>
      <span className={styles.ran} data-count="true" title={words.ran} />
      {most <= MOST_CHIPS ? (
        Array.from({ length: most }, (_, i) => chip(i + 1))
      ) : (
        <>
          <button
            type="button"
            className={styles.chip}
            aria-label={words.previous}
            onClick={() => choose(loop.inspected - 1)}
          >
            ‹
          </button>
          {chip(Math.min(most, loop.inspected))}
          <button
            type="button"
            className={styles.chip}
            aria-label={words.following}
            onClick={() => choose(loop.inspected + 1)}
          >
            ›
          </button>
        </>
      )}
    </fieldset>
  );
}
