import { useEffect, useRef, useState } from 'react';
import type { UnrolledGraph } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { type Names, useNames } from '../stores/names.ts';
import { useRun } from '../stores/run.ts';
import { type Standing, useStanding } from '../stores/standing.ts';
import { layOut } from './lay_out.ts';
import type { Layout } from './layout.ts';
import { usesOf } from './uses.ts';

export interface Drawn {
  readonly graph: UnrolledGraph;
  readonly layout: Layout;
}

/**
 * The graph of the pass that a tab's run stands in, or of its last one, laid out. It is asked for at first, whenever the run
 * changes its state and at a stop in another iteration: not while it runs along. `null`: no pass yet; undefined: not known yet.
 */
export function useUnrolled(tab: string): Drawn | null | undefined {
  const { trained, moment } = useMoment(tab);
  const [drawn, setDrawn] = useState<{ readonly tab: string; readonly value: Drawn | null }>();
  const names = useNames(tab);
  const last = useRef<Drawn & { readonly names: Names }>(undefined);
  useEffect(() => {
    // Soon it is told where the run stands.
    if (moment === WAITS) return;
    let over = false;
    const show = (value: Drawn | null) => over || setDrawn({ tab, value });
    if (trained === null) {
      show(null);
      return;
    }
    const ask = async () => {
      const graph = await engine.unrolled(tab);
      if (graph === null) show(null);
      else if (!over) {
        const before = last.current;
        // Boxes that stay where they were are not laid out anew.
        const isKnown = before?.names === names && isSame(before.graph, graph);
        const layout = isKnown ? before.layout : await layOut(usesOf(graph, names));
        last.current = { names, graph, layout };
        show({ graph, layout });
      }
    };
    // Where the engine was lost, the next run brings another graph.
    void ask().catch(() => undefined);
    return () => {
      over = true;
    };
  }, [tab, moment, trained, names]);
  return drawn?.tab === tab ? drawn.value : undefined;
}

/** What a tab's run trains, and what changes when its graph may be another one. A step within an iteration changes neither. */
function useMoment(tab: string) {
  const trained = useRun(({ runs }) => runs[tab]?.trained ?? null);
  const stands = useStanding(({ standing }) => iterationOf(standing[tab]));
  const runs = useRun(({ runs: { [tab]: run } }) => (stands === undefined && run ? `${run.state} ${run.step}` : ''));
  return { trained, moment: stands ?? runs };
}

/** It is not known yet in which iteration the run stands. */
const WAITS = 'waits';

/** The iteration that a run stands in; undefined where it stands nowhere. */
function iterationOf(standing: Standing | undefined): number | typeof WAITS | undefined {
  if (standing === undefined) return undefined;
  return standing.tape === undefined ? WAITS : (standing.tape?.iteration ?? -1);
}

/** Do two passes of one network have the same graph? What ran in a loop follows from how often it ran. */
const isSame = (a: UnrolledGraph, b: UnrolledGraph): boolean =>
  a.edges.length === b.edges.length &&
  a.nodes.length === b.nodes.length &&
  a.nodes.every(({ address, shape }, i) => {
    const other = b.nodes[i];
    return other?.address === address && other.shape.join() === shape.join();
  });
