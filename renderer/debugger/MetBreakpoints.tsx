import type { MetBreakpoint } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../nodes/figures.ts';
import { isUpdate, subjectOf } from '../stores/breakpoints.ts';
import { useActiveTab } from '../stores/documents.ts';
import { useNames } from '../stores/names.ts';
import { type Standing, useStanding } from '../stores/standing.ts';
import css from './Breakpoints.module.css';
import { Name } from './Name.tsx';
import { useWords } from './words.ts';

/** At a stop: which breakpoints it was, by what value they were met, and what comes next. */
export function MetBreakpoints({ standing: { stop, tape } }: { readonly standing: Standing }) {
  const words = useWords();
  const tab = useActiveTab();
  const names = useNames(tab?.id ?? '');
  if (stop.reason !== 'breakpoint' || tab === undefined || !tape) return null;
  const next = tape.entries[tape.done];
  return (
    <div className={css.met} data-testid="met">
      {stop.breakpoints.map((met) => (
        <p key={JSON.stringify(met.breakpoint)}>
          <span className={css.metDot} aria-hidden="true" />{' '}
          <b className="num">
            <Name>{names.whole(subjectOf(met.breakpoint))}</Name>
          </b>{' '}
          {words.breakpoint(met.breakpoint, isUpdate(met.breakpoint, tab.document))}
          {met.value !== undefined && <span className="num">: {metText(met, words)}</span>}
        </p>
      ))}
      {next && (
        <p>
          {words.next}{' '}
          <b className="num">
            {next.address === '' ? words.phase[next.phase] : names.use(next.address)}{' '}
            {next.phase === 'backward' ? '←' : '→'} {next.op}
          </b>{' '}
          <button type="button" className={css.subject} onClick={() => useStanding.getState().look(tab.id, tape.done)}>
            {words.lookAt}
          </button>
        </p>
      )}
    </div>
  );
}

/** The value that met a condition, and the condition: `norm 12.3, above 10`. */
export function metText(
  { breakpoint: { condition }, value, before }: MetBreakpoint,
  words: ReturnType<typeof useWords>,
) {
  if (condition === undefined || value === undefined) return '';
  const figure = (x: number) => formatFigure(x, 4);
  if (condition.of === 'nonFinite') return words.metNonFinite(value);
  if (condition.of === 'risingLoss') return words.lossWent(figure(before ?? Number.NaN), figure(value));
  const bounds = (['above', 'below'] as const).flatMap((side) => {
    const bound = condition[side];
    return bound === undefined ? [] : [`${words.sides[side]} ${figure(bound)}`];
  });
  return [`${words.conditions[condition.of]} ${figure(value)}`, ...bounds].join(', ');
}
