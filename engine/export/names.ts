/** Joiners, and middle dots of Japanese: letters of identifiers in newer Unicode, which not every Python and every engine knows. */
export const JOINERS = /\u200c|\u200d|\u30fb|\uff65/g;

/**
 * Names in one scope of some language: each is given once. `valid` makes an identifier of what users write, as most things of the
 * scope are called, and gives an empty text where nothing is left of it.
 */
export class Names {
  readonly #taken: Set<string>;
  readonly #valid: (text: string) => string;

  constructor(valid: (text: string) => string, taken: Iterable<string>) {
    this.#valid = valid;
    this.#taken = new Set(taken);
  }

  /**
   * A name that nothing else in the scope has: `linear`, `linear_2`. `otherwise` is for what has no letters at all: the first of
   * which something is left.
   */
  give(wanted: string, otherwise: string | readonly string[], valid: (text: string) => string = this.#valid): string {
    const base =
      [wanted, otherwise]
        .flat()
        .map(valid)
        .find((name) => name !== '') ?? 'value';
    let name = base;
    for (let n = 2; this.#taken.has(name); n++) name = `${base}_${n}`;
    this.#taken.add(name);
    return name;
  }
}
