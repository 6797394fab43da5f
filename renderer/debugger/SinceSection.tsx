import type { StopReport } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../nodes/figures.ts';
import css from './Debugger.module.css';
import { useWords } from './words.ts';

/** Parameters that are named; beyond them there are only numbers. */
const MOST_NAMED = 6;

/** What happened since the stop before. */
export function SinceSection({ since }: { readonly since: NonNullable<StopReport['since']> }) {
  const words = useWords();
  const { iterations, entries, loss, parameters } = since;
  const isBack = iterations < 0 || (iterations === 0 && entries < 0);
  const largest = [...parameters].sort((a, b) => b.step - a.step).slice(0, MOST_NAMED);
  return (
    <section className={css.since} data-testid="since">
      <h3>
        {words.since}
        <span className="num dim">{isBack ? '' : words.sinceEntries(entries, iterations)}</span>
      </h3>
      {isBack && <p>{words.sinceBack}</p>}
      {loss && <p className="num">{words.lossWent(formatFigure(loss.from, 5), formatFigure(loss.to, 5))}</p>}
      {parameters.length === 0 && <p className="dim">{words.unchanged}</p>}
      <ul>
        {largest.map(({ address, step }) => (
          <li key={address}>
            <span className="num">{address}</span>
            <span className="num dim">
              {words.moved} {formatFigure(step, 3)}
            </span>
          </li>
        ))}
      </ul>
      {parameters.length > MOST_NAMED && <p className="dim">{words.rest(parameters.length - MOST_NAMED)}</p>}
    </section>
  );
}
