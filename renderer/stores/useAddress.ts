import { useMemo } from 'react';
import { addressesOf } from './addresses.ts';
import { useActiveTab } from './documents.ts';
import { inspectedIn, useInspection } from './inspection.ts';

/** Where the engine finds the numbers of a node on the canvas, in loops those of the iteration that is looked at. */
export function useAddress(node: string): string {
  const tab = useActiveTab();
  const iterations = useInspection((s) => s.iterations);
  return useMemo(
    () => (tab === undefined ? node : (addressesOf(tab, inspectedIn(iterations, tab.id)).of.get(node) ?? node)),
    [tab, iterations, node],
  );
}
