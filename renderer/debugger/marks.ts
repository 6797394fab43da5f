import type { TapeReport } from '../../engine/protocol/messages.ts';
import { atWork, isMidway, type Standing, useStanding } from '../stores/standing.ts';

/**
 * What a stop says of a node: `forward`, `backward` or `update`: it is at work now; `todo`: the forward pass has not come to it
 * yet; `home`: the backward pass is done with it.
 */
export type NodeMark = 'forward' | 'backward' | 'update' | 'todo' | 'home';

interface Reach {
  readonly firstForward: number;
  readonly lastBackward: number;
}

const reaches = new WeakMap<TapeReport['entries'], ReadonlyMap<string, Reach>>();

/** By address, of nodes and of the blocks around them: where the tape comes to it, and where it leaves it for good. */
function reachOf(entries: TapeReport['entries']): ReadonlyMap<string, Reach> {
  const known = reaches.get(entries);
  if (known !== undefined) return known;
  const found = new Map<string, { firstForward: number; lastBackward: number }>();
  for (const [position, { phase, address }] of entries.entries()) {
    if (address === '' || phase === 'update') continue;
    for (const name of namesOf(address)) {
      const reach = found.get(name) ?? { firstForward: Number.POSITIVE_INFINITY, lastBackward: -1 };
      found.set(name, reach);
      if (phase === 'backward') reach.lastBackward = position;
      else reach.firstForward = Math.min(reach.firstForward, position);
    }
  }
  reaches.set(entries, found);
  return found;
}

/** The node at an address, and the blocks around it: with the numbers of the loops outside of each, without its own. */
function* namesOf(address: string): Generator<string> {
  yield address;
  for (let at = address.lastIndexOf('/'); at > 0; at = address.lastIndexOf('/', at - 1)) {
    const block = address.slice(0, at);
    yield block.replace(/#\d+$/, '');
  }
}

export function markOf(standing: Standing | undefined, address: string): NodeMark | undefined {
  const work = atWork(standing);
  const tape = standing?.tape;
  if (!work || !tape) return undefined;
  const isBack = work.phase === 'backward';
  const isHere =
    work.address === address || work.address.startsWith(`${address}/`) || work.address.startsWith(`${address}#`);
  if (isHere) return work.phase === 'backward' || work.phase === 'update' ? work.phase : 'forward';
  if (!isMidway(standing)) return undefined;
  const reach = reachOf(tape.entries).get(address);
  if (reach === undefined) return undefined;
  if (reach.firstForward >= tape.done) return 'todo';
  return isBack && reach.lastBackward >= 0 && reach.lastBackward < tape.done ? 'home' : undefined;
}

/** What the stop of a tab says of the node at an address; drawn anew only when that changes. */
export const useMark = (tab: string, address: string): NodeMark | undefined =>
  useStanding(({ standing }) => markOf(standing[tab], address));

/** What passes a wire at a stop: forward into its target, backward out of it, or for an update. */
export interface Passing {
  readonly way: 'forward' | 'backward' | 'update';
  /** The norm of it; null where it is not known yet. */
  readonly norm: number | null;
}

/** Does something pass a wire now? The wire by the address and the port of its end. */
export function usePassing(tab: string, target: string, port: string): Passing | undefined {
  const norm = useStanding(({ standing }) => standing[tab]?.passing[`${target}.${port}`]);
  const way = useStanding(({ standing }) => (norm === undefined ? undefined : atWork(standing[tab])?.phase));
  if (way === undefined || norm === undefined) return undefined;
  return { way: way === 'backward' || way === 'update' ? way : 'forward', norm };
}
