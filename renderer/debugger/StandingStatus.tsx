import { useStanding } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { nameOf } from './tape_paint.ts';
import { useWords } from './words.ts';

/** In the status bar: at which entry the run stands and why, and how far back one can go. */
export function StandingStatus({ tab }: { readonly tab: string }) {
  const words = useWords();
  const standing = useStanding((state) => state.standing[tab]);
  if (standing === undefined) return null;
  const { stop, entry, tape } = standing;
  const next = tape?.entries[tape.done];
  const { earliest } = stop.history;
  const isBack = entry?.phase === 'backward';
  const reason =
    stop.reason === 'pause' || stop.reason === 'step' || stop.reason === 'end' ? '' : words.stopped[stop.reason];
  return (
    <>
      {entry && stop.position > 0 && (
        <span className={css.at} data-testid="stands-at">
          {words.at} <b className="num">{entry.address === '' ? words.phase[entry.phase] : nameOf(entry.address)}</b>{' '}
          <span data-back={isBack || undefined}>{isBack ? '←' : '→'}</span> <span className="num">{entry.op}</span>
        </span>
      )}
      {next && stop.position > 0 && (
        <span className={css.at} data-testid="stands-before">
          {words.next} <b className="num">{next.address === '' ? words.phase[next.phase] : nameOf(next.address)}</b>{' '}
          <span data-back={next.phase === 'backward' || undefined}>{next.phase === 'backward' ? '←' : '→'}</span>{' '}
          <span className="num">{next.op}</span>
        </span>
      )}
      {reason !== '' && <b>{reason}</b>}
      {earliest !== undefined && <span title={words.historyHelp}>{words.history(earliest + 1)}</span>}
    </>
  );
}
