import { type Finish, type Launch, MOST_GROUPS, type Writer } from './launch.ts';

/** Work in one launch or in several, which keep what one leaves to the next in so many words of memory. */
export interface Staged {
  readonly scratch: number;
  /** `scratch` is where that memory begins, in words; each element of the result is done with as `finish` says. */
  launches(finish: Finish, scratch: number): Launch[];
}

/** With fewer workgroups than this most of a large device is idle; work is cut until there are so many. */
export const ENOUGH_GROUPS = 64;
const MANY_GROUPS = 256;

/** Into how many pieces a way of `length` steps is cut that `groups` workgroups go alone; none is shorter than `least`. */
export function piecesOf(groups: number, length: number, least: number): number {
  if (groups >= ENOUGH_GROUPS) return 1;
  return Math.max(1, Math.min(Math.ceil(MANY_GROUPS / groups), Math.floor(length / least)));
}

/** The workgroups of a kernel, if need be more than fit into one dimension: each knows its number, below `count`, as `block`. */
export function numbered(writer: Writer, count: number, z = 1): Launch['groups'] {
  const x = Math.min(count, MOST_GROUPS);
  writer.line('let block = group.y * groups.x + group.x;');
  writer.line(`if (block >= ${writer.whole(count)}) { return; }`);
  return [x, Math.ceil(count / x), z];
}

/**
 * Joins what `lanes` invocations have written to memory of the workgroup, neighbours in rows of `across`, in an order that is always
 * the same; what the invocations of a column were joined to stands in the first row, for the first `across` of them alone to see.
 */
export function tree(writer: Writer, lanes: number, across = 1, parts = 'parts', joined = 'joined'): void {
  for (let left = lanes; left > across; ) {
    // Four at a time where it comes out even: waiting for the others costs more than joining.
    const ways = left / across >= 4 ? 4 : 2;
    left /= ways;
    const further = Array.from({ length: ways - 1 }, (_, i) => `${parts}[lane + ${(i + 1) * left}u]`);
    const all = further.reduce((before, part) => `${joined}(${before}, ${part})`, `${parts}[lane]`);
    writer.line('workgroupBarrier();');
    writer.line(`if (lane < ${left}u) { ${parts}[lane] = ${all}; }`);
  }
}
