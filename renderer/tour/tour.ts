import { create } from 'zustand';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { examples } from '../app/examples.ts';
import { openText } from '../commands/files.ts';
import { pause, step, travel } from '../commands/training.ts';
import { useDocuments } from '../stores/documents.ts';
import { editedSince } from '../stores/edited.ts';
import { runOf } from '../stores/run.ts';
import { type Standing, useStanding } from '../stores/standing.ts';
import { enter, follow, type Progress, placeOf, startOf } from './progress.ts';
import { EXAMPLE, steps } from './steps.ts';

/** The tour that is under way. */
interface Tour extends Progress {
  readonly tab: string;
  /** The network as it was opened: of another one nothing that the tour says need be true. */
  readonly document: GraphDocument;
}

export const useTour = create<{ readonly tour: Tour | null }>(() => ({ tour: null }));

/** Opens the example in a tab of its own and begins. */
export function startTour(): void {
  const example = examples.find(({ name }) => name === EXAMPLE);
  if (example === undefined) return;
  openText(example.text, example.name);
  const { tabs, active } = useDocuments.getState();
  const tab = tabs.find(({ id }) => id === active);
  if (tab !== undefined) useTour.setState({ tour: { ...enter(0, undefined), tab: tab.id, document: tab.document } });
}

export const endTour = (): void => useTour.setState({ tour: null });

/** To the step before, or the next one. */
export function turn(by: -1 | 1): void {
  const { tour } = useTour.getState();
  const to = (tour?.step ?? 0) + by;
  if (tour === null || steps[to] === undefined) return;
  useTour.setState({ tour: { ...tour, ...enter(to, useStanding.getState().standing[tour.tab]) } });
}

/** Why the tour does not go on: the user is in another tab, or has changed the network. */
export type Hindrance = 'elsewhere' | 'edited';

export function hindranceOf(tour: Tour, { tabs, active } = useDocuments.getState()): Hindrance | undefined {
  if (active !== tour.tab) return 'elsewhere';
  const now = tabs.find(({ id }) => id === tour.tab)?.document;
  return now === undefined || editedSince(tour.document, now) ? 'edited' : undefined;
}

/** From now on the tour goes where the run goes, and ends with its tab. */
export function followTour(): () => void {
  const change = (edit: (tour: Tour) => Tour | null) => {
    const { tour } = useTour.getState();
    const next = tour && edit(tour);
    if (next !== tour) useTour.setState({ tour: next });
  };
  const stops = [
    useStanding.subscribe(({ standing }, before) =>
      change((tour) => {
        if (standing[tour.tab] === before.standing[tour.tab] || hindranceOf(tour) !== undefined) return tour;
        const now = follow(tour, standing[tour.tab]);
        return now === tour ? tour : { ...tour, ...now };
      }),
    ),
    useDocuments.subscribe(({ tabs }) => change((tour) => (tabs.some(({ id }) => id === tour.tab) ? tour : null))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Does what the tour waits for. */
export async function doIt(): Promise<void> {
  const { tour } = useTour.getState();
  const goal = tour && steps[tour.step]?.goals[tour.goal];
  if (tour == null || goal == null) return;
  const place = placeOf(goal, await standingOf(tour.tab));
  if (place !== undefined) await travel(place);
}

/** Goes back to where the step began, so that it can be done again. */
export async function again(): Promise<void> {
  const { tour } = useTour.getState();
  if (tour === null) return;
  const place = startOf(tour.step, await standingOf(tour.tab));
  if (place !== undefined) await travel(place);
}

/** Where the run stands, once it does: begun if it was not yet, paused if it goes on. */
async function standingOf(tab: string): Promise<Standing | undefined> {
  const known = () => {
    const standing = useStanding.getState().standing[tab];
    return standing?.tape == null ? undefined : standing;
  };
  if (known() === undefined) await (runOf(tab).state === 'running' ? pause() : step('entry'));
  return new Promise((resolve) => {
    const found = known();
    // A run that failed says so itself, and never stands.
    if (found !== undefined || runOf(tab).state === 'failed') return resolve(found);
    const stop = useStanding.subscribe(() => {
      const now = known();
      if (now === undefined) return;
      stop();
      resolve(now);
    });
  });
}
