import { Popover } from 'radix-ui';
import { keyOf } from '../../engine/graph/breakpoints.ts';
import dock from '../app/Dock.module.css';
import captured from '../captured/Captured.module.css';
import { revealUse } from '../commands/reveal_use.ts';
import { breakpointsOf, pauseOnNonFinite, subjectOf } from '../stores/breakpoints.ts';
import { useActiveTab, useDocuments } from '../stores/documents.ts';
import { useNames } from '../stores/names.ts';
import { useStanding } from '../stores/standing.ts';
import { BreakpointRow } from './BreakpointRow.tsx';
import css from './Breakpoints.module.css';
import { Name } from './Name.tsx';
import { useWords } from './words.ts';

/** All breakpoints of the document, behind a button that counts them. */
export function BreakpointList() {
  const words = useWords();
  const tab = useActiveTab();
  const names = useNames(tab?.id ?? '');
  const hits = useStanding((state) => state.standing[tab?.id ?? '']?.stop.hits);
  if (tab === undefined) return null;
  const all = breakpointsOf(tab.document);
  return (
    <Popover.Root>
      <Popover.Trigger className={`${dock.link} ${css.trigger}`} data-any={all.length > 0 || undefined}>
        <span className={css.dot} aria-hidden="true" /> {words.breakpoints} {all.length > 0 && all.length}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${captured.popover} ${css.list}`}
          align="end"
          side="top"
          sideOffset={8}
          collisionPadding={12}
          aria-label={words.breakpoints}
        >
          <h2 className={captured.title}>{words.breakpoints}</h2>
          <label className={css.name}>
            <input
              type="checkbox"
              checked={tab.document.view.pauseOnNonFinite ?? true}
              onChange={({ target }) => useDocuments.getState().editWhole((d) => pauseOnNonFinite(d, target.checked))}
            />
            {words.onNonFinite}
          </label>
          {all.length === 0 && <p className={captured.help}>{words.noBreakpoints}</p>}
          {all.map((breakpoint) => (
            <div key={keyOf(breakpoint)}>
              <button type="button" className={css.subject} onClick={() => revealUse(firstNode(subjectOf(breakpoint)))}>
                <Name>{names.whole(subjectOf(breakpoint))}</Name>
              </button>
              <BreakpointRow breakpoint={breakpoint} hits={hits?.[keyOf(breakpoint)] ?? 0} />
            </div>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Of a wire or a parameter, the node that it leaves or that holds it. */
const firstNode = (subject: string): string => (subject.split('→')[0] ?? subject).replace(/\.[^.]*$/, '');
