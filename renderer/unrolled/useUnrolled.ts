import { useEffect, useState } from 'react';
import type { UnrolledGraph } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { noRun, useRun } from '../stores/run.ts';
import { layOut } from './lay_out.ts';
import type { Layout } from './layout.ts';
import { namesIn, usesOf } from './uses.ts';

export interface Drawn {
  readonly graph: UnrolledGraph;
  readonly layout: Layout;
}

/**
 * The graph of a tab's last pass, laid out. It is asked for at first and whenever the run changes its state: not while it runs
 * along. `null`: no pass yet; undefined: not known yet.
 */
export function useUnrolled(tab: string): Drawn | null | undefined {
  const { state, step, trained } = useRun(({ runs }) => runs[tab]) ?? noRun;
  const [drawn, setDrawn] = useState<{ readonly tab: string; readonly value: Drawn | null }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: state and step say when there is something new to ask for.
  useEffect(() => {
    let over = false;
    const show = (value: Drawn | null) => over || setDrawn({ tab, value });
    if (trained === null) {
      show(null);
      return;
    }
    const ask = async () => {
      const graph = await engine.unrolled(tab);
      if (graph === null) show(null);
      else if (!over) show({ graph, layout: await layOut(usesOf(graph, namesIn(trained))) });
    };
    // Where the engine was lost, the next run brings another graph.
    void ask().catch(() => undefined);
    return () => {
      over = true;
    };
  }, [tab, state, step, trained]);
  return drawn?.tab === tab ? drawn.value : undefined;
}
