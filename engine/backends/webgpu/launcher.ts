import type { DType } from '../../tensor/dtype.ts';
import { numel } from '../../tensor/shape.ts';
import { blockOf, type StoredArray } from '../arena.ts';
import type { NDArray } from '../backend.ts';
import { type Chain, linesOf, movementOf } from './chain.ts';
import { type Finish, type Launch, puts, Writer } from './launch.ts';
import type { DeviceLink } from './link.ts';

/** Work for the device, which reads and writes whole arrays. */
export interface Work {
  readonly reads: readonly NDArray[];
  readonly writes: readonly NDArray[];
  readonly launches: readonly Launch[];
}

/** Work that makes the elements of an array one by one, each of which may be put to use as it is made. */
export interface Production {
  readonly out: StoredArray;
  /** The type in which its elements are made. */
  readonly made: DType;
  readonly reads: readonly NDArray[];
  /** What it needs besides. */
  readonly scratch?: NDArray | undefined;
  launches(finish: Finish): readonly Launch[];
}

/** A chain that follows needs words beside those of the production; no kernel is told more. */
const MOST_WORDS_OF_CHAINS = 72;

/** Words from the first to one before the end. */
type Range = readonly [first: number, end: number];
const rangeOf = (x: NDArray): Range => {
  const { address } = blockOf(x);
  return [address, address + numel(x.shape)];
};
const overlap = (some: readonly Range[], others: readonly Range[]): boolean =>
  some.some(([first, end]) => others.some(([from, to]) => from < end && first < to));

/** What was noted, with all that follows it. */
interface Noted {
  readonly reads: Range[];
  readonly writes: Range[];
  readonly production: Production | undefined;
  readonly chains: Chain[];
  /** Arrays whose elements are made in it, each at the same place. */
  readonly made: Set<NDArray>;
  isOutNeeded: boolean;
  launches(): readonly Launch[];
}

/** What is done when a tape is played: launches, or work of JavaScript. */
export type Played = readonly Launch[] | (() => void);

/** Where work is sent: it goes to the device, or is noted. */
export class Launcher {
  readonly #link: DeviceLink;
  #notes: (Noted | (() => void))[] | undefined;

  constructor(link: DeviceLink) {
    this.#link = link;
  }

  get isNoting(): boolean {
    return this.#notes !== undefined;
  }

  send(work: Work): void {
    if (this.#notes === undefined) for (const launch of work.launches) this.#link.launch(launch);
    else
      this.#notes.push({
        reads: work.reads.map(rangeOf),
        writes: work.writes.map(rangeOf),
        production: undefined,
        chains: [],
        made: new Set(),
        isOutNeeded: true,
        launches: () => work.launches,
      });
  }

  produce(production: Production): void {
    const { out, made, reads, scratch } = production;
    const store = puts({ at: blockOf(out).address, dtype: out.dtype }, made);
    if (this.#notes === undefined) {
      for (const launch of production.launches(store)) this.#link.launch(launch);
      return;
    }
    const noted: Noted = {
      reads: reads.map(rangeOf),
      writes: [out, ...(scratch === undefined ? [] : [scratch])].map(rangeOf),
      production,
      chains: [],
      made: new Set([out]),
      isOutNeeded: true,
      launches: () =>
        production.launches({
          lines: (writer) => [
            ...(noted.isOutNeeded ? store.lines(writer) : []),
            ...noted.chains.map((chain) => `{ ${linesOf(chain, { writer, given: out }).join('\n  ')} }`),
          ],
          ...(noted.chains.length === 0 && store.to !== undefined && { to: store.to }),
        }),
    };
    this.#notes.push(noted);
  }

  /** Does a chain by itself, or with what makes the elements that it takes. */
  chain(chain: Chain, isNeeded: (x: StoredArray) => boolean): void {
    if (chain.outputs.length === 0 || this.#follow(chain, isNeeded)) return;
    const writer = new Writer();
    for (const line of linesOf(chain, { writer })) writer.line(line);
    this.send({
      reads: readsOf(chain),
      writes: chain.outputs.map(({ target }) => target),
      launches: [writer.perElement(chain.size)],
    });
  }

  /** What JavaScript does in its turn. */
  work(work: () => void): void {
    if (this.#notes === undefined) work();
    else this.#notes.push(work);
  }

  /** Notes what `body` sends instead of sending it. */
  note(body: () => void): Played[] {
    const notes: (Noted | (() => void))[] = [];
    this.#notes = notes;
    try {
      body();
    } finally {
      this.#notes = undefined;
    }
    const played: Played[] = [];
    let together: Launch[] = [];
    for (const one of notes)
      if (typeof one === 'function') {
        played.push(together, one);
        together = [];
      } else together.push(...one.launches());
    return [...played, together].filter((one) => typeof one === 'function' || one.length > 0);
  }

  /** Adds a chain to the work that makes what it takes, if nothing that was noted since minds. */
  #follow(chain: Chain, isNeeded: (x: StoredArray) => boolean): boolean {
    const notes = this.#notes ?? [];
    const taken = readsOf(chain);
    const reads = taken.map(rangeOf);
    const writes = chain.outputs.map(({ target }) => rangeOf(target));
    /** What was noted since the one that is looked at reads this. */
    const between: Range[] = [];
    for (let n = notes.length - 1; n >= 0; n--) {
      const noted = notes[n];
      if (noted === undefined || typeof noted === 'function') return false;
      const { production, made } = noted;
      if (production !== undefined && numel(production.out.shape) === chain.size && taken.some((x) => made.has(x))) {
        const others = taken.filter((x) => !made.has(x)).map(rangeOf);
        const words = [...noted.chains, chain].map(wordsOf).reduce((sum, one) => sum + one, 0);
        if (overlap(writes, [...noted.reads, ...noted.writes]) || overlap(others, noted.writes)) return false;
        if (words > MOST_WORDS_OF_CHAINS || readsElsewhere(chain, made)) return false;
        noted.chains.push(chain);
        noted.reads.push(...others);
        noted.writes.push(...writes);
        for (const { target } of chain.outputs) if (numel(target.shape) === chain.size) made.add(target);
        // Who reads it from memory finds it there.
        noted.isOutNeeded = isNeeded(production.out) || overlap([rangeOf(production.out)], between);
        return true;
      }
      if (overlap(writes, noted.reads) || overlap(writes, noted.writes) || overlap(reads, noted.writes)) return false;
      between.push(...noted.reads);
    }
    return false;
  }
}

/** Arrays that stand in memory as a chain begins. */
function readsOf({ steps }: Chain): NDArray[] {
  const own = new Set<NDArray>(steps.map(({ made }) => made));
  return [...new Set(steps.flatMap(({ of }) => of.filter((x) => typeof x !== 'number' && !own.has(x)) as NDArray[]))];
}

/** Does it take some of these elements at another place than they are made at? */
const readsElsewhere = ({ steps, size }: Chain, made: ReadonlySet<NDArray>): boolean =>
  steps.some(({ of, made: { shape } }) =>
    of.some(
      (x) => typeof x !== 'number' && made.has(x) && (numel(x.shape) !== size || movementOf(x, shape) === 'strided'),
    ),
  );

/** How many words a chain is told. */
function wordsOf(chain: Chain): number {
  const writer = new Writer();
  linesOf(chain, { writer });
  return writer.words.length;
}
