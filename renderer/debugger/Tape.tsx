import { useState } from 'react';
import { CommandButton } from '../app/CommandButton.tsx';
import dock from '../app/Dock.module.css';
import { Icon } from '../app/Icon.tsx';
import { useActiveTab } from '../stores/documents.ts';
import { useNames } from '../stores/names.ts';
import { noRun, useRun } from '../stores/run.ts';
import { type Standing, useStanding } from '../stores/standing.ts';
import { useText } from '../text/text.ts';
import { BreakpointList } from './BreakpointList.tsx';
import css from './Debugger.module.css';
import { MOST_NAMED, toldLoops } from './loop_counts.ts';
import { TapePicture } from './TapePicture.tsx';
import { useWords } from './words.ts';

/** The tape of the iteration that the run stands in: what was done, what is done now, what is still to come. */
export function Tape() {
  const words = useWords();
  const { more } = useText().unrolled;
  const tab = useActiveTab();
  const id = tab?.id ?? '';
  const now = useStanding((state) => state.standing[id]);
  // Whoever draws along the tape keeps it in hand, also where a long journey is told to be running.
  const [held, hold] = useState<{ readonly tab: string; readonly standing: Standing }>();
  const names = useNames(id);
  const standing = now ?? (held?.tab === id ? held.standing : undefined);
  const { state } = useRun(({ runs }) => runs[id]) ?? noRun;
  const tape = standing?.tape;
  const ran =
    tape == null
      ? undefined
      : [
          words.iteration(tape.iteration + 1),
          ...toldLoops(tape.loops, MOST_NAMED, (loop, times) => words.ran(names.whole(loop), times), more),
        ].join(', ');
  return (
    <section className={`${dock.section} ${css.tape}`} aria-label={words.tape} data-testid="tape" data-tour="tape">
      <h3>
        {words.tape}
        {tape && (
          <span className={`${css.ran} dim`} title={ran}>
            {ran}
          </span>
        )}
        {tape && (
          <CommandButton id="view.unrolled" className={`${dock.link} ${css.unrolled}`}>
            <Icon name="unrolled" />
          </CommandButton>
        )}
        <BreakpointList />
        {tape && <span className={`${css.count} num dim`}>{words.entries(tape.done, tape.entries.length)}</span>}
      </h3>
      {standing && tape ? (
        <TapePicture
          tab={id}
          standing={standing}
          tape={tape}
          onScrub={(isOn) => hold(isOn ? { tab: id, standing } : undefined)}
        />
      ) : (
        <p className={dock.empty}>{state === 'running' ? words.running : words.empty}</p>
      )}
    </section>
  );
}
