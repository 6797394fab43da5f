import { randomInt } from 'node:crypto';

/** Paths stay in the main process; a page holds a number that means nothing elsewhere. */
export class FileHandles {
  readonly #paths = new Map<number, string>();

  /** The number for a path the user chose in a dialog. */
  give(path: string): number {
    for (const [token, known] of this.#paths) if (known === path) return token;
    let token: number;
    do {
      // Not counted up, so that a page cannot guess the handle of a file it was never given.
      token = randomInt(1, 2 ** 47);
    } while (this.#paths.has(token));
    this.#paths.set(token, path);
    return token;
  }

  path(token: number): string | undefined {
    return this.#paths.get(token);
  }
}
