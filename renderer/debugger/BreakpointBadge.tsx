import { templateOf } from '../stores/addresses.ts';
import { isAbout } from '../stores/breakpoints.ts';
import { useDocuments } from '../stores/documents.ts';
import css from './Breakpoints.module.css';
import { useWords } from './words.ts';

/** A dot at a card's corner where the run stops; hollow while the breakpoint is off. */
export function BreakpointBadge({ address }: { readonly address: string }) {
  const words = useWords();
  // The list only: a card is not drawn anew for every edit of the document.
  const list = useDocuments(({ tabs, active }) => tabs.find(({ id }) => id === active)?.document.view.breakpoints);
  const here = (list ?? []).filter((one) => isAbout(one, templateOf(address)));
  if (here.length === 0) return null;
  const state = here.some(({ disabled }) => disabled !== true) ? 'on' : 'off';
  return (
    <span
      className={css.badge}
      data-state={state}
      title={words.breakpoints}
      role="img"
      aria-label={words.breakpoints}
    />
  );
}
