import { useSyncExternalStore } from 'react';
import { useDocuments } from '../stores/documents.ts';
import { useRun } from '../stores/run.ts';
import { useSelection } from '../stores/selection.ts';
import type { CommandId } from './table.ts';
import { commandOf } from './table.ts';

/** All that can make a command possible or impossible. */
function subscribe(listener: () => void): () => void {
  const stops = [useDocuments.subscribe(listener), useRun.subscribe(listener), useSelection.subscribe(listener)];
  return () => {
    for (const stop of stops) stop();
  };
}

export const useEnabled = (id: CommandId): boolean =>
  useSyncExternalStore(subscribe, () => commandOf(id)?.enabled() ?? false);
