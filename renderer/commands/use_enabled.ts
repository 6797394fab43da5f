import { useSyncExternalStore } from 'react';
import type { Diagnostic } from '../../engine/graph/document.ts';
import { useDocuments } from '../stores/documents.ts';
import { useFunctions } from '../stores/functions.ts';
import { useRun } from '../stores/run.ts';
import { useSelection } from '../stores/selection.ts';
import { useStanding } from '../stores/standing.ts';
import { useUnrolledView } from '../stores/unrolled.ts';
import type { CommandId } from './table.ts';
import { commandOf } from './table.ts';

/** All that can make a command possible or impossible. */
function subscribe(listener: () => void): () => void {
  const stores = [useDocuments, useRun, useSelection, useFunctions, useUnrolledView, useStanding];
  const stops = stores.map((store) => store.subscribe(listener));
  return () => {
    for (const stop of stops) stop();
  };
}

/** What of the network keeps the command from being run. */
export const useObstacle = (id: CommandId): Diagnostic | undefined =>
  useSyncExternalStore(subscribe, () => commandOf(id)?.obstacle?.());

export const useEnabled = (id: CommandId): boolean =>
  useSyncExternalStore(subscribe, () => commandOf(id)?.enabled() ?? false);
