import { create } from 'zustand';
import type { GraphDocument } from '../../engine/graph/document.ts';
import type { Comparison, ComparisonProgress, NodeComparison, StopReport } from '../../engine/protocol/messages.ts';
import { templateOf } from './addresses.ts';
import { useDocuments } from './documents.ts';
import { editedSince } from './edited.ts';
import { useStanding } from './standing.ts';

/** A check of a run against the CPU: under way, or what it found. It holds while the run stands there and the network is the same. */
export type Check = {
  readonly stop: StopReport;
  readonly document: GraphDocument;
} & (
  | { readonly progress: ComparisonProgress; readonly found?: undefined }
  | { readonly found: Comparison; readonly progress?: undefined }
);

interface ComparisonStore {
  /** By tab. */
  readonly checks: Readonly<Record<string, Check>>;
  put(tab: string, check: Check): void;
  /** Whoever carries it out learns from its absence that nobody wants it any more. */
  drop(tab: string): void;
}

export const useComparison = create<ComparisonStore>((set) => ({
  checks: {},
  put: (tab, check) => set(({ checks }) => ({ checks: { ...checks, [tab]: check } })),
  drop: (tab) =>
    set(({ checks }) => {
      const { [tab]: _, ...others } = checks;
      return { checks: others };
    }),
}));

/** What was found at the node at an address and within it, in whatever iteration of its loops, that is too far from the CPU. */
export function differingAt(check: Check | undefined, address: string): NodeComparison | undefined {
  const template = templateOf(address);
  const isHere = (found: string) => found === template || found.startsWith(`${template}/`);
  const all = check?.found?.nodes.filter(({ address: one, isWithin }) => !isWithin && isHere(templateOf(one))) ?? [];
  return all.reduce<NodeComparison | undefined>((worst, one) => {
    return (one.worst?.apart ?? 0) > (worst?.worst?.apart ?? 0) ? one : worst;
  }, undefined);
}

function dropWhatIsOver(): void {
  const { checks, drop } = useComparison.getState();
  const { standing } = useStanding.getState();
  const { tabs } = useDocuments.getState();
  for (const [id, { stop, document }] of Object.entries(checks)) {
    const tab = tabs.find((one) => one.id === id);
    const isEdited = tab === undefined || (tab.document !== document && editedSince(document, tab.document));
    if (isEdited || standing[id]?.stop !== stop) drop(id);
  }
}
useStanding.subscribe(dropWhatIsOver);
useDocuments.subscribe(dropWhatIsOver);
