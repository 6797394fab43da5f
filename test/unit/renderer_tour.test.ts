import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { StepKind } from '../../engine/protocol/messages.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';
import { commands, runCommand } from '../../renderer/commands/table.ts';
import { formatFigure } from '../../renderer/nodes/figures.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { useStanding } from '../../renderer/stores/standing.ts';
import { enter, entriesTo, follow, isMet, placeOf, startOf } from '../../renderer/tour/progress.ts';
import { EXAMPLE, type Goal, steps } from '../../renderer/tour/steps.ts';
import { endTour, followTour, hindranceOf, turn, useTour } from '../../renderer/tour/tour.ts';
import { tables } from '../../renderer/tour/words.ts';

vi.mock('../../renderer/host/host.ts', () => ({
  host: {
    startEngine: () => ({
      port: { post: () => undefined, listen: () => () => undefined, close: () => undefined },
      onDeath: () => undefined,
      terminate: () => undefined,
    }),
  },
}));

const never = () => false;
const { document } = openDocument(EXAMPLE);

/** The example in the engine, with the commands that the tour names. */
async function begin() {
  if (document === undefined) throw new Error(`${EXAMPLE} does not open`);
  const options = { backend: createReferenceBackend(), files: nodeFiles('.'), history: 64 * 2 ** 20 };
  const { session } = await Session.create(document, options);
  if (session === undefined) throw new Error(`${EXAMPLE} cannot be trained`);
  const debug = new Debugger(session);
  const kinds: Record<string, StepKind | 'back'> = { 'run.step': 'entry', 'run.phase': 'phase', 'run.back': 'back' };
  return {
    session,
    debug,
    press: async ({ command }: Goal) => debug.step(kinds[command] ?? 'iteration', never),
    stand: () => ({ stop: debug.report(), tape: debug.tape() ?? null }),
  };
}

describe('the tour', () => {
  it('has ten steps, each with words for all that it asks, in both languages', () => {
    expect(steps).toHaveLength(10);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(10);
    for (const { steps: words } of Object.values(tables)) {
      expect(Object.keys(words)).toEqual(steps.map(({ id }) => id));
      for (const { id, goals } of steps) {
        const { title, text, asks } = words[id];
        expect(title.length * text.length, id).toBeGreaterThan(0);
        expect(asks, id).toHaveLength(goals.length);
        for (const ask of asks) expect(ask('F10 (Next entry)'), id).toContain('F10 (Next entry)');
      }
    }
  });

  it('points at commands and nodes that there are', () => {
    const known = new Set([...commands.map(({ id }) => id), ...(document?.nodes ?? []).map(({ id }) => id)]);
    for (const { target, goals } of steps) {
      if ('command' in target) expect(known).toContain(target.command);
      if ('node' in target) expect(known).toContain(target.node);
      for (const { command } of goals) expect(known).toContain(command);
    }
  });

  it('goes on by itself as the commands that it names are pressed, to the end of the iteration', async () => {
    const { press, stand } = await begin();
    let progress = enter(0, undefined);
    const presses: number[][] = [];
    for (const [number, { goals }] of steps.entries()) {
      presses.push([]);
      for (const [part, goal] of goals.entries()) {
        expect(progress).toMatchObject({ step: number, goal: part, waiting: true });
        let count = 0;
        do {
          await press(goal);
          count++;
          expect(isMet(goal, stand())).toBe(entriesTo(goal, stand()) === 0);
        } while (!isMet(goal, stand()) && count < 30);
        presses[number]?.push(count);
        progress = follow(progress, stand());
      }
    }
    expect(progress).toEqual({ step: 9, goal: 0, waiting: false, over: true });
    expect(presses).toEqual([[1], [1], [1], [1], [1], [7], [2], [1, 1], [1, 2], [1]]);
    expect(stand()).toMatchObject({ stop: { iteration: 1, position: 0 } });
  });

  it('goes to where each goal is met, and back to where each step begins', async () => {
    const { debug, press, stand } = await begin();
    for (const [number, { goals }] of steps.entries()) {
      for (const goal of goals) {
        // At the very beginning there is no tape that would tell a place.
        if (debug.tape() === undefined) await press(goal);
        const place = placeOf(goal, stand());
        if (place !== undefined) await debug.travel(place, never);
        expect(isMet(goal, stand())).toBe(true);
      }
      const start = startOf(number, stand());
      if (start !== undefined) await debug.travel(start, never);
      expect(enter(number, stand())).toMatchObject({ step: number, goal: 0, waiting: true });
    }
  });

  it('tells the numbers that the engine has', async () => {
    const { debug, session } = await begin();
    const losses: number[] = [];
    session.onStep = (_, loss) => losses.push(loss);
    await debug.step('iteration', never);
    expect(losses).toHaveLength(1);
    const loss = formatFigure(losses[0] ?? Number.NaN);
    const norms = session.view
      .ledger('w2.value')
      .flatMap((row) => (row.kind === 'added' ? [formatFigure(row.norm)] : []));
    expect(norms).toHaveLength(1);
    for (const { steps: words } of Object.values(tables)) {
      expect(words.loss.text).toContain(loss);
      expect(words.travel.text).toContain(norms[0]);
    }
  });

  it('lets who looks back stay there, and go through it again', async () => {
    const { debug, press, stand } = await begin();
    await debug.step('phase', never);
    await debug.step('phase', never);
    const back = enter(1, stand());
    expect(back).toEqual({ step: 1, goal: 0, waiting: false, over: false });
    expect(follow(back, stand())).toBe(back);
    // A run that goes on says nothing.
    expect(follow(back, undefined)).toBe(back);
    await debug.travel({ iteration: 0, position: 1 }, never);
    const again = follow(back, stand());
    expect(again).toMatchObject({ step: 1, waiting: true });
    await press({ until: 'reached', entry: {}, command: 'run.step' });
    expect(follow(again, stand())).toMatchObject({ step: 2, waiting: true });
  });
});

describe('a tour under way', () => {
  const standAt = async (times: number) => {
    const { debug, stand } = await begin();
    for (let i = 0; i < times; i++) await debug.step('entry', never);
    return stand();
  };
  const tell = async (times: number) => {
    const { stop, tape } = await standAt(times);
    const id = useTour.getState().tour?.tab ?? '';
    useStanding.getState().stand(id, stop);
    useStanding.getState().tell(id, stop, { tape, entry: null, passing: {} });
  };
  const tour = () => useTour.getState().tour;
  beforeEach(() => {
    endTour();
    const stop = followTour();
    runCommand('help.tour');
    return stop;
  });

  it('begins in a tab of its own, and follows where its run stands', async () => {
    expect(activeTab()).toMatchObject({ id: tour()?.tab, name: EXAMPLE });
    turn(-1);
    expect(tour()).toMatchObject({ step: 0, waiting: true });
    await tell(1);
    expect(tour()).toMatchObject({ step: 1, waiting: true });
    turn(-1);
    expect(tour()).toMatchObject({ step: 0, waiting: false });
  });

  it('waits while another tab is in front or the network is edited, and ends with its tab', async () => {
    const under = tour();
    if (under === null) throw new Error('no tour has begun');
    const { create, activate, edit, undo, close } = useDocuments.getState();
    create();
    expect(hindranceOf(under)).toBe('elsewhere');
    activate(under.tab);
    expect(hindranceOf(under)).toBeUndefined();
    edit((d) => ({ ...d, nodes: d.nodes.filter(({ id }) => id !== 'zero_grad') }));
    expect(hindranceOf(under)).toBe('edited');
    await tell(1);
    expect(tour()).toBe(under);
    undo();
    expect(hindranceOf(under)).toBeUndefined();
    close(under.tab);
    expect(tour()).toBeNull();
  });
});
