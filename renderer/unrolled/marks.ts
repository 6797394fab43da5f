import type { TapeReport } from '../../engine/protocol/messages.ts';
import { iterationsAround, splitIteration, type Use } from './uses.ts';

/**
 * What a stop says of a use of a node. `todo`: the forward pass has not come to it; `forward`, `backward`: it is at work now;
 * `done`: forward is done with it; `home`: backward is, too.
 */
export type UseMark = 'todo' | 'forward' | 'done' | 'backward' | 'home';

/** Positions on the tape. */
interface Span {
  readonly first: number;
  readonly last: number;
}
interface Reach {
  readonly forward?: Span;
  readonly backward?: Span;
}

/** Where the tape of an iteration comes to what is drawn of its graph. */
export class Course {
  readonly #entries: TapeReport['entries'];
  readonly #reaches = new Map<string, Reach>();
  /** Boxes that stand for iterations which are left out, by their loops. */
  readonly #standIns = new Map<string, Use>();
  readonly #data = new Set<string>();
  readonly #loss: string;

  constructor(entries: TapeReport['entries'], uses: readonly Use[]) {
    this.#entries = entries;
    this.#loss = entries.find(({ phase }) => phase === 'loss')?.address ?? '';
    const drawn = new Set(uses.map(({ address }) => address));
    for (const use of uses) {
      if (use.leftOut !== undefined) this.#standIns.set(splitIteration(use.address)[0], use);
      // The batch is taken by no node, and shown at those that data come from.
      else if (use.ops.length === 0) this.#data.add(use.address);
    }
    for (const address of this.#data) this.#reaches.set(address, { forward: { first: 0, last: 0 } });
    for (const [position, { phase, address }] of entries.entries()) {
      if (phase === 'batch' || phase === 'update' || address === '') continue;
      const box = drawn.has(address) ? address : this.#standInOf(address);
      if (box === undefined) continue;
      const way = phase === 'backward' ? 'backward' : 'forward';
      const reach = this.#reaches.get(box) ?? {};
      this.#reaches.set(box, { ...reach, [way]: { first: reach[way]?.first ?? position, last: position } });
    }
  }

  /** The box at work when `done` entries are done; the first of the data while the batch is taken. */
  current(done: number): string | undefined {
    const entry = this.#entries[done - 1];
    if (entry === undefined || entry.phase === 'update') return undefined;
    if (entry.phase === 'batch') return [...this.#data][0];
    // What begins the backward pass belongs to the loss.
    const address = entry.address === '' ? this.#loss : entry.address;
    return this.#reaches.has(address) ? address : this.#standInOf(address);
  }

  mark(box: string, done: number): UseMark | undefined {
    const { forward, backward } = this.#reaches.get(box) ?? {};
    if (forward === undefined) return undefined;
    const isData = done === 1 && this.#data.has(box);
    if (isData || this.current(done) === box)
      return this.#entries[done - 1]?.phase === 'backward' ? 'backward' : 'forward';
    if (backward !== undefined && backward.last < done) return 'home';
    return forward.first < done ? 'done' : 'todo';
  }

  /** The entry that shows a use: its last one of the way that the pass goes. */
  entry(box: string, done: number): number | undefined {
    const { forward, backward } = this.#reaches.get(box) ?? {};
    const phase = this.#entries[done - 1]?.phase;
    const isBack = phase === 'backward' || phase === 'update';
    return (isBack ? backward : undefined)?.last ?? forward?.last;
  }

  #standInOf(address: string): string | undefined {
    for (const iteration of iterationsAround(address)) {
      const [loop, number] = splitIteration(iteration);
      const use = this.#standIns.get(loop);
      if (use?.leftOut !== undefined && number >= use.leftOut.from && number <= use.leftOut.to) return use.address;
    }
    return undefined;
  }
}
