import { formatDocument } from '../../engine/graph/format.ts';
import type { NodeTelemetry, Ref, TelemetryFrame } from '../../engine/protocol/messages.ts';
import { engine } from '../host/engine.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { latest, latestFrame, losses } from '../stores/live.ts';
import type { Run } from '../stores/run.ts';
import { runOf } from '../stores/run.ts';
import { commits, isTested } from './commits.ts';

/** What end-to-end tests find as `window.__gradloom` when the address holds `?e2e`. */
export interface DebugHandle {
  killEngine(): void;
  /** The engine's own numbers for a node of the active tab. */
  engineInspect(node: string): Promise<NodeTelemetry>;
  /** What the cards were last given. */
  latest(node: string): NodeTelemetry | undefined;
  /** The first elements of a tensor of the iteration that the run stands in. */
  elements(ref: Ref, count: number): Promise<number[]>;
  frame(): TelemetryFrame | undefined;
  losses(): number[];
  run(): Run;
  /** The active document as it would be saved. */
  document(): string;
  /** Commits of React since the page was loaded, of all roots. */
  commits(): number;
}

declare global {
  interface Window {
    __gradloom?: DebugHandle;
  }
}

export function offerDebugHandle(): void {
  if (!isTested) return;
  const tab = () => useDocuments.getState().active;
  window.__gradloom = {
    killEngine: () => engine.kill('killed by a test'),
    engineInspect: (node) => engine.inspect(tab(), node),
    elements: async (ref, count) => [...((await engine.tensor(tab(), ref, 0, count))?.values ?? [])],
    latest: (node) => latest(tab(), node),
    frame: () => latestFrame(tab()),
    losses: () => [...losses(tab()).values],
    run: () => runOf(tab()),
    document: () => {
      const active = activeTab();
      return active === undefined ? '' : formatDocument(active.document);
    },
    commits,
  };
}
