interface Free {
  readonly address: number;
  length: number;
}

/** What of a memory is free: blocks by their size, to be used again as they are, or joined and cut. */
export class FreeBlocks {
  readonly #shelves = new Map<number, number[]>();

  /** Where a free block of just this size begins. */
  take(size: number): number | undefined {
    return this.#shelves.get(size)?.pop();
  }

  put(address: number, size: number): void {
    const shelf = this.#shelves.get(size);
    if (shelf === undefined) this.#shelves.set(size, [address]);
    else shelf.push(address);
  }

  /**
   * Joins free blocks that lie side by side, and cuts `size` off the smallest that has it: where that begins, if there is one. `end`:
   * where all blocks end; what is free before it belongs to none any more, and the end is lower.
   */
  cut(size: number, end: number): { readonly address: number | undefined; readonly end: number } {
    const blocks = [...this.#shelves]
      .flatMap(([length, shelf]) => shelf.map((address): Free => ({ address, length })))
      .sort((one, other) => one.address - other.address);
    const joined: Free[] = [];
    for (const block of blocks) {
      const last = joined.at(-1);
      if (last !== undefined && last.address + last.length === block.address) last.length += block.length;
      else joined.push(block);
    }
    const last = joined.at(-1);
    const isAtEnd = last !== undefined && last.address + last.length === end;
    if (isAtEnd) joined.pop();
    const fitting = joined.filter(({ length }) => length >= size);
    const [first] = fitting;
    const found = first && fitting.reduce((best, one) => (one.length < best.length ? one : best), first);
    this.#shelves.clear();
    for (const block of joined) {
      const used = block === found ? size : 0;
      if (block.length > used) this.put(block.address + used, block.length - used);
    }
    return { address: found?.address, end: isAtEnd ? last.address : end };
  }
}
