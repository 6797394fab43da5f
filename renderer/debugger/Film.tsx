import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import type { TapeReport } from '../../engine/protocol/messages.ts';
import { travel } from '../commands/training.ts';
import { formatFigure } from '../nodes/figures.ts';
import type { Names } from '../stores/names.ts';
import css from './Debugger.module.css';
import { countsOf, isPlain, toldLoops } from './loop_counts.ts';
import { useWords } from './words.ts';

/** Runs of loops that are drawn one by one; beyond them their number says enough. */
const MOST_BOXES = 8;
/** Loops that the tip of an iteration tells of. */
const MOST_TOLD = 16;

interface Props {
  readonly frames: TapeReport['film'];
  readonly current: number;
  readonly names: Names;
}

/** The last iterations in a row, each with how often its loops ran, so that drawn counts can be compared. A click goes there. */
export const Film = memo(function Film({ frames, current, names }: Props) {
  const words = useWords();
  const list = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another iteration is another one to be seen.
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current, frames]);
  if (frames.length === 0) return null;
  // One stop for Tab, however many there are; arrows go from one to the next.
  const entered = frames.find(({ iteration }) => iteration === current)?.iteration ?? frames.at(-1)?.iteration;
  return (
    <ol ref={list} className={css.film} aria-label={words.film} onKeyDown={walk}>
      {frames.map(({ iteration, loss, loops }) => {
        const counts = Object.entries(loops);
        const times = isPlain(loops) ? (counts[0]?.[1] ?? 0) : undefined;
        const ran = toldLoops(
          loops,
          MOST_TOLD,
          (loop, n) => words.ran(names.use(loop), n),
          (n) => `… ${words.rest(n)}`,
        );
        return (
          <li key={iteration}>
            <button
              type="button"
              aria-current={iteration === current ? 'true' : undefined}
              tabIndex={iteration === entered ? 0 : -1}
              title={[words.filmFrame(iteration + 1, formatFigure(loss, 4)), ...ran].join('\n')}
              onClick={() => void travel({ iteration: iteration + 1, position: 0 })}
            >
              <span className="num">{counts.length > 0 ? `#${iteration + 1}:` : `#${iteration + 1}`}</span>
              {times !== undefined && times <= MOST_BOXES && (
                <span className={css.boxes} aria-hidden="true">
                  {Array.from({ length: times }, (_, i) => `${iteration} ${i}`).map((key) => (
                    <i key={key} />
                  ))}
                </span>
              )}
              {counts.length > 0 && (
                <span className="num dim">{times === undefined ? countsOf(loops) : `×${times}`}</span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}, isSame);

/** Every stop tells the film anew; within an iteration it stays what it was. */
function isSame(before: Props, now: Props): boolean {
  return (
    before.current === now.current &&
    before.names === now.names &&
    before.frames.length === now.frames.length &&
    before.frames.every(
      ({ iteration, loss }, i) => iteration === now.frames[i]?.iteration && Object.is(loss, now.frames[i]?.loss),
    )
  );
}

function walk(event: KeyboardEvent<HTMLOListElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button.matches(':focus'));
  const wanted = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[wanted]?.focus();
}
