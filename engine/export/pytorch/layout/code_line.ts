import { columns } from '../../layout/columns.ts';
import { type Leaf, PRIORITY } from './leaves.ts';

/** A line of leaves: how far it is in, whether it stands between brackets, and where it may break. */
export class CodeLine {
  readonly leaves: readonly Leaf[];
  readonly depth: number;
  readonly isWithin: boolean;
  /** Leaves behind which it may break, and how loosely they bind. */
  readonly delimiters = new Map<Leaf, number>();
  /** A bracket in it has a comma before it closes: then each item stands in a line of its own. */
  readonly isOpened: boolean;
  /** What stands in it is to be split at once. */
  readonly isList: boolean;

  constructor(
    leaves: readonly Leaf[],
    depth: number,
    options: { isWithin?: boolean; marked?: readonly Leaf[]; isList?: (line: CodeLine) => boolean },
  ) {
    const { isWithin = false, marked = isWithin ? leaves : [], isList } = options;
    this.leaves = leaves;
    this.depth = depth;
    this.isWithin = isWithin;
    this.isOpened = this.#mark(marked);
    this.isList = isList?.(this) ?? false;
  }

  #mark(marked: readonly Leaf[]): boolean {
    let depth = 0;
    let isLooped = false;
    let isOpened = false;
    let previous: Leaf | undefined;
    for (const leaf of marked) {
      if (leaf.text === 'in' && isLooped) isLooped = false;
      if (leaf.kind === 'close') {
        depth--;
        if (previous?.kind === 'comma' && !isTupleOfOne(leaf, marked)) isOpened = true;
      }
      if (depth === 0 && !isLooped) {
        if (leaf.priority > 0 && previous !== undefined) this.#delimit(previous, leaf.priority);
        if (leaf.kind === 'comma') this.#delimit(leaf, PRIORITY.comma);
      }
      if (leaf.kind === 'open') depth++;
      if (leaf.priority === PRIORITY.comprehension) isLooped = true;
      previous = leaf;
    }
    return isOpened;
  }

  #delimit(leaf: Leaf, priority: number): void {
    this.delimiters.set(leaf, Math.max(priority, this.delimiters.get(leaf) ?? 0));
  }

  /** How loosely its parts are bound at most; 0 where it cannot break. */
  loosest(without?: Leaf): number {
    return Math.max(0, ...[...this.delimiters].map(([leaf, priority]) => (leaf === without ? 0 : priority)));
  }

  get text(): string {
    return this.leaves
      .map(({ space, text }, i) => (i === 0 ? text : space + text))
      .join('')
      .trimStart();
  }
  get width(): number {
    return 4 * this.depth + columns(this.text);
  }
  get isDefinition(): boolean {
    return this.leaves[0]?.text === 'def';
  }
}

/** `(a,)`: there the comma has to be. */
function isTupleOfOne(closing: Leaf, leaves: readonly Leaf[]): boolean {
  if (closing.text !== ')' || closing.isTrailer) return false;
  const from = closing.opening === undefined ? -1 : leaves.indexOf(closing.opening);
  const between = leaves.slice(from + 1, leaves.indexOf(closing));
  let depth = 0;
  const commas = between.filter(({ kind }) => {
    depth += kind === 'open' ? 1 : kind === 'close' ? -1 : 0;
    return depth === 0 && kind === 'comma';
  });
  return commas.length < 2;
}

/** Those between the first bracket and the one that closes the last of which both are there. */
export function bracketed(leaves: readonly Leaf[]): Leaf[] {
  const found = new Set<Leaf>();
  const open: number[] = [];
  for (const [i, leaf] of leaves.entries()) {
    if (leaf.kind === 'open') open.push(i);
    if (leaf.kind !== 'close') continue;
    const from = open.pop();
    if (from === undefined) {
      if (found.size > 0 || leaves.slice(0, i).some(({ kind }) => kind === 'open')) break;
      continue;
    }
    for (const one of leaves.slice(from, i + 1)) found.add(one);
  }
  return leaves.filter((leaf) => found.has(leaf));
}
