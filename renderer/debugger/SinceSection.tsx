import type { StopReport } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../nodes/figures.ts';
import { useNames } from '../stores/names.ts';
import css from './Debugger.module.css';
import { Name } from './Name.tsx';
import { useWords } from './words.ts';

/** Parameters that are named; beyond them there are only numbers. */
const MOST_NAMED = 6;

/** What happened since the stop before; folded in where somebody has folded it. */
export function SinceSection({
  tab,
  since,
  isOpen,
  onToggle,
}: {
  readonly tab: string;
  readonly since: NonNullable<StopReport['since']>;
  readonly isOpen: boolean;
  onToggle(isOpen: boolean): void;
}) {
  const words = useWords();
  const names = useNames(tab);
  const { iterations, entries, loss, parameters } = since;
  const isBack = iterations < 0 || entries < 0;
  const isUnchanged = !isBack && loss === undefined && parameters.length === 0;
  const largest = [...parameters].sort((a, b) => b.step - a.step).slice(0, MOST_NAMED);
  return (
    <details
      className={css.since}
      data-testid="since"
      open={isOpen}
      onToggle={({ currentTarget }) => currentTarget.open !== isOpen && onToggle(currentTarget.open)}
    >
      <summary>
        {words.since}
        <span className="num dim">
          {isBack ? '' : words.sinceEntries(entries, iterations)}
          {isUnchanged && ` · ${words.unchanged}`}
        </span>
      </summary>
      {isBack && <p>{words.sinceBack}</p>}
      {loss && <p className="num">{words.lossWent(formatFigure(loss.from, 5), formatFigure(loss.to, 5))}</p>}
      <ul>
        {largest.map(({ address, step }) => (
          <li key={address}>
            <span className="num">
              <Name>{names.whole(address)}</Name>
            </span>
            <span className="num dim">
              {words.moved} {formatFigure(step, 3)}
            </span>
          </li>
        ))}
      </ul>
      {parameters.length > MOST_NAMED && <p className="dim">{words.rest(parameters.length - MOST_NAMED)}</p>}
    </details>
  );
}
