import { useEffect, useState } from 'react';
import type { CapturedPlan } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { noRun, useRun } from '../stores/run.ts';

const nothing: readonly CapturedPlan[] = [];

/** What the tab's session has captured: asked for at first and whenever the run changes its state, not while it runs along. */
export function useCaptured(tab: string): readonly CapturedPlan[] {
  const { state, step, trained } = useRun(({ runs }) => runs[tab]) ?? noRun;
  const [told, setTold] = useState<{ readonly tab: string; readonly plans: readonly CapturedPlan[] }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: state and step say when there is something new to ask for.
  useEffect(() => {
    let over = false;
    const show = (plans: readonly CapturedPlan[]) => over || setTold({ tab, plans });
    if (trained === null || trained.run.mode === 'dynamic') show(nothing);
    // Where the engine was lost, nothing is captured until the next run.
    else void engine.captured(tab).then(show, () => show(nothing));
    return () => {
      over = true;
    };
  }, [tab, state, step, trained]);
  return told?.tab === tab ? told.plans : nothing;
}
