import type { UnrolledGraph } from '../../engine/protocol/messages.ts';
import type { Names } from '../stores/names.ts';

/** The unrolled graph as it is drawn: a box for every use of a node, within the iterations of loops that it belongs to. */

export interface Use {
  readonly address: string;
  /** What stands behind the innermost iteration: `middle_linear`, `block/linear`. */
  readonly name: string;
  /** The iterations around it, outermost first: `outer#2`, `outer#2/inner#1`. */
  readonly iterations: readonly string[];
  readonly ops: readonly string[];
  readonly shape: readonly number[];
  /** It stands for the iterations `from` to `to`, which are left out. */
  readonly leftOut?: { readonly from: number; readonly to: number };
}

export interface Uses {
  readonly uses: readonly Use[];
  readonly edges: UnrolledGraph['edges'];
}

/** More than these cannot be looked at anyway: the middle iterations of long loops are left out. */
const MOST_BOXES = 80;
/** Iterations that are kept at either end of a loop, at most. */
const MOST_KEPT = 12;

/** All uses in the order in which they ran; long loops without the iterations in their middle. */
export function usesOf({ nodes, edges, loops }: UnrolledGraph, names: Names, most = MOST_BOXES): Uses {
  const plain = nodes.map(({ address, ops, shape }): Use => ({ ...placed(address, names), ops, shape }));
  if (plain.length <= most) return { uses: plain, edges };
  const counts = new Map(Object.entries(loops));
  let shown: Uses = { uses: plain, edges };
  for (let kept = MOST_KEPT; kept > 0; kept--) {
    shown = withoutMiddles({ uses: plain, edges }, counts, kept);
    if (shown.uses.length <= most) break;
  }
  return shown;
}

/** Where a use stands: `outer#2/inner#1/block/linear` is `block/linear` in `outer#2` and in `outer#2/inner#1`. */
function placed(address: string, names: Names): Pick<Use, 'address' | 'name' | 'iterations'> {
  const parts = address.split('/');
  const last = parts.findLastIndex((part) => part.includes('#'));
  return {
    address,
    name: names
      .parts(address)
      .slice(last + 1)
      .join('/'),
    iterations: iterationsAround(address),
  };
}

/** The iterations around an address, outermost first: `outer#2`, `outer#2/inner#1`. */
export function iterationsAround(address: string): string[] {
  const parts = address.split('/');
  return parts.flatMap((part, i) => (part.includes('#') ? [parts.slice(0, i + 1).join('/')] : []));
}

/** Of the iterations of each loop, the first and the last `kept`, and one box for those between. */
function withoutMiddles({ uses, edges }: Uses, counts: ReadonlyMap<string, number>, kept: number): Uses {
  const standIns = new Map<string, Use>();
  /** What is shown in the place of a use. */
  const shown = new Map<string, Use>();
  for (const use of uses) {
    shown.set(use.address, use);
    for (const [depth, iteration] of use.iterations.entries()) {
      const [loop, number] = splitIteration(iteration);
      const count = counts.get(loop) ?? 0;
      if (number <= kept || number > count - kept) continue;
      const leftOut = { from: kept + 1, to: count - kept };
      const address = `${loop}#${leftOut.from}–${leftOut.to}`;
      const standIn = standIns.get(address) ?? {
        address,
        name: `#${leftOut.from} … #${leftOut.to}`,
        iterations: use.iterations.slice(0, depth),
        ops: [],
        shape: [],
        leftOut,
      };
      standIns.set(address, standIn);
      shown.set(use.address, standIn);
      break;
    }
  }
  const wires = new Map<string, UnrolledGraph['edges'][number]>();
  for (const edge of edges) {
    const from = shown.get(edge.from)?.address ?? edge.from;
    const to = shown.get(edge.to)?.address ?? edge.to;
    if (from !== to) wires.set(`${from} ${to}`, { from, to });
  }
  return { uses: [...new Set(shown.values())], edges: [...wires.values()] };
}

/** `outer#2/inner#3` is iteration 3 of the loop `outer#2/inner`. */
export function splitIteration(iteration: string): readonly [loop: string, number: number] {
  const at = iteration.lastIndexOf('#');
  return [iteration.slice(0, at), Number(iteration.slice(at + 1))];
}
