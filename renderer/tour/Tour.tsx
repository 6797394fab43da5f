import { Popover } from 'radix-ui';
import { useRef } from 'react';
import { Icon } from '../app/Icon.tsx';
import { OWNERS } from '../canvas/useKeys.ts';
import { useCommandKeys } from '../commands/keys.ts';
import { printKeys } from '../commands/shortcuts.ts';
import { useDocuments } from '../stores/documents.ts';
import { useStanding } from '../stores/standing.ts';
import { useText } from '../text/text.ts';
import { entriesTo } from './progress.ts';
import { type Goal, steps } from './steps.ts';
import css from './Tour.module.css';
import { reveal } from './targets.ts';
import { again, doIt, endTour, hindranceOf, startTour, turn, useTour } from './tour.ts';
import { useSpot } from './useSpot.ts';
import { useWords } from './words.ts';

/** Pixels from the window's edges: what the top bar and the status bar say stays to be read. */
const BARS = { top: 50, right: 10, bottom: 34, left: 10 };

type Under = NonNullable<ReturnType<typeof useTour.getState>['tour']>;

/** The guided tour, while it is under way: a note beside what it speaks of. The app goes on being used meanwhile. */
export function Tour() {
  const tour = useTour((state) => state.tour);
  return tour && <Note key={tour.tab} tour={tour} />;
}

function Note({ tour }: { readonly tour: Under }) {
  const words = useWords();
  const hindrance = useDocuments((documents) => hindranceOf(tour, documents));
  const step = steps[tour.step];
  const points = step !== undefined && hindrance === undefined && !tour.over;
  const { anchor, ring, isSeen } = useSpot(points ? step : null);
  const before = useRef<Element>(null);
  if (step === undefined) return null;
  return (
    <>
      <div ref={ring} className={css.ring} data-tour-ring="" aria-hidden="true" />
      <Popover.Root open onOpenChange={endTour}>
        <Popover.Anchor virtualRef={anchor} />
        {/* No dialog: its keys are the app's keys. */}
        <Popover.Content
          className={css.note}
          role="region"
          aria-label={words.name}
          data-tour-step={step.id}
          side={isSeen ? step.side : 'top'}
          align={step.align ?? 'center'}
          sideOffset={6}
          collisionPadding={BARS}
          sticky="always"
          updatePositionStrategy="always"
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            before.current = document.activeElement;
            event.preventDefault();
            if (event.target instanceof HTMLElement) event.target.focus({ preventScroll: true });
          }}
          onInteractOutside={(event) => event.preventDefault()}
          onEscapeKeyDown={(event) => {
            // What has an Escape of its own keeps it.
            if (event.target instanceof Element && event.target.closest(OWNERS)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
        >
          {hindrance === undefined ? (
            <Lesson tour={tour} isSeen={isSeen || !points} />
          ) : (
            <Hindered tour={tour} why={hindrance} />
          )}
          {isSeen && <Popover.Arrow className={css.arrow} width={14} height={7} />}
        </Popover.Content>
      </Popover.Root>
    </>
  );
}

/** What a step tells, and what it asks for. */
function Lesson({ tour, isSeen }: { readonly tour: Under; readonly isSeen: boolean }) {
  const words = useWords();
  const step = steps[tour.step];
  const goal = step?.goals[tour.goal];
  if (step === undefined || goal === undefined) return null;
  const { title, text, asks } = words.steps[step.id];
  const isLast = tour.step === steps.length - 1;
  return (
    <>
      <header className={css.head}>
        <h2>{tour.over ? words.overTitle : title}</h2>
        <span className="num dim" role="img" aria-label={words.progress(tour.step + 1, steps.length)}>
          {tour.step + 1} / {steps.length}
        </span>
        <End />
      </header>
      <div aria-live="polite">
        <p>{tour.over ? words.over : text}</p>
        {tour.waiting && asks[tour.goal] !== undefined && (
          <Ask key={tour.goal} tab={tour.tab} goal={goal} ask={asks[tour.goal]} />
        )}
        {!tour.waiting && !tour.over && <p className={css.ask}>{words.done}</p>}
      </div>
      {!isSeen && (
        <p className={css.hidden}>
          {words.hidden}{' '}
          <button type="button" onClick={() => reveal(step)}>
            {words.show}
          </button>
        </p>
      )}
      <footer className={css.foot}>
        {/* A button that may not be pressed now keeps the focus all the same. */}
        <button type="button" onClick={() => turn(-1)} aria-disabled={tour.step === 0}>
          {words.back}
        </button>
        <button type="button" onClick={() => void (tour.waiting ? doIt() : again())}>
          {tour.waiting ? words.doIt : words.again}
        </button>
        <button
          type="button"
          className={css.primary}
          onClick={() => {
            if (!tour.waiting) isLast ? endTour() : turn(1);
          }}
          aria-disabled={tour.waiting}
        >
          {isLast ? words.finish : words.next}
        </button>
      </footer>
    </>
  );
}

/** What the user is asked to do, with the keys that do it. */
function Ask({
  tab,
  goal,
  ask,
}: {
  readonly tab: string;
  readonly goal: Goal;
  readonly ask: ((press: string) => string) | undefined;
}) {
  const words = useWords();
  const name = useText().command[goal.command];
  const keys = useCommandKeys(goal.command);
  const more = useStanding(({ standing }) => entriesTo(goal, standing[tab]));
  return (
    <p className={css.ask}>
      {ask?.(keys === undefined ? name : words.press(printKeys(keys), name))}
      {more > 1 && <span className={`${css.more} num dim`}> {words.more(more)}</span>}
    </p>
  );
}

function Hindered({ tour, why }: { readonly tour: Under; readonly why: 'elsewhere' | 'edited' }) {
  const words = useWords();
  const name = useDocuments(({ tabs }) => tabs.find(({ id }) => id === tour.tab)?.name ?? '');
  return (
    <>
      <header className={css.head}>
        <h2>{words.name}</h2>
        <End />
      </header>
      <p role="status">{why === 'elsewhere' ? words.elsewhere(name) : words.edited}</p>
      <footer className={css.foot}>
        <button
          type="button"
          className={css.primary}
          onClick={why === 'elsewhere' ? () => useDocuments.getState().activate(tour.tab) : startTour}
        >
          {why === 'elsewhere' ? words.goBack : words.anew}
        </button>
      </footer>
    </>
  );
}

function End() {
  const { end } = useWords();
  return (
    <button type="button" className={css.end} aria-label={end} title={end} onClick={endTour}>
      <Icon name="close" size={13} />
    </button>
  );
}
