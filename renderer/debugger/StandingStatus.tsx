import { useNames } from '../stores/names.ts';
import { atWork, useStanding } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { shortTitleOf } from './titles.ts';
import { useWords } from './words.ts';

/** In the status bar: at which entry the run stands and why, and how far back one can go. */
export function StandingStatus({ tab }: { readonly tab: string }) {
  const words = useWords();
  const names = useNames(tab);
  const standing = useStanding((state) => state.standing[tab]);
  if (standing === undefined) return null;
  const { stop, entry, tape } = standing;
  const next = tape?.entries[tape.done];
  const { earliest } = stop.history;
  const work = atWork(standing);
  const reason =
    stop.reason === 'pause' || stop.reason === 'step' || stop.reason === 'end' ? '' : words.stopped[stop.reason];
  return (
    <>
      {entry && work && (
        <span className={css.at} data-at="now" data-testid="stands-at">
          {words.at} <b className="num">{work.address === '' ? words.phase[work.phase] : names.use(work.address)}</b>{' '}
          <span data-phase={work.phase}>{work.phase === 'backward' ? '←' : '→'}</span>{' '}
          <span>{shortTitleOf(entry, words, names)}</span>
        </span>
      )}
      {next && stop.position > 0 && (
        <span className={css.at} data-at="next" data-testid="stands-before">
          {words.next} <b className="num">{next.address === '' ? words.phase[next.phase] : names.use(next.address)}</b>{' '}
          <span data-back={next.phase === 'backward' || undefined}>{next.phase === 'backward' ? '←' : '→'}</span>{' '}
          <span className="num">{next.op}</span>
        </span>
      )}
      {reason !== '' && <b>{reason}</b>}
      {earliest !== undefined && (
        <span data-at="earliest" title={words.historyHelp}>
          {words.history(earliest + 1)}
        </span>
      )}
    </>
  );
}
