import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { isFolder } from './documents.ts';
import { reasonOf } from './output.ts';

/** The first of these files that is in the folder already. */
export const fileInTheWay = (folder: string, names: Iterable<string>): string | undefined =>
  [...names].map((name) => join(folder, name)).find(isThere);

/**
 * Writes files into a folder, which is made if it is not there: all of them or, where that fails, none. What else is in the folder
 * stays as it is, and what has the name of one of these files, too, unless they replace it.
 *
 * @throws Error in words for users
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>, replaces: boolean): void {
  const writing = new Writing(normalize(folder));
  try {
    writing.stage([...files]);
    for (const name of files.keys()) writing.put(name, replaces);
  } catch (error) {
    writing.takeBack(reasonOf(error));
    throw error;
  }
  writing.done();
}

class Writing {
  readonly #folder: string;
  /** What is made and put there, in this order. */
  readonly #made: string[] = [];
  readonly #put: { readonly path: string; readonly before: string | undefined }[] = [];
  /** Where files lie until all are written, and those that they replace: in the folder, for a file cannot be moved to another disk. */
  #aside: string | undefined;
  readonly #staged = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All that can fail for files of this size and number does so before one that is there is touched. */
  stage(files: readonly (readonly [name: string, content: string | Uint8Array])[]): void {
    this.#makeFolder(this.#folder);
    const aside = attempt(`nothing can be written into ${this.#folder}`, () =>
      mkdtempSync(join(this.#folder, '.gradloom-')),
    );
    this.#aside = aside;
    for (const [i, [name, content]] of files.entries()) {
      const path = join(this.#folder, name);
      if (isFolder(path)) throw new Error(`${path} is a folder`);
      this.#makeFolder(dirname(path));
      const staged = join(aside, `${i}`);
      attempt(`${path} cannot be written`, () => writeFileSync(staged, content));
      this.#staged.set(name, staged);
    }
  }

  put(name: string, replaces: boolean): void {
    const path = join(this.#folder, name);
    const staged = this.#staged.get(name) ?? '';
    attempt(`${path} cannot be written`, () => {
      if (replaces && isThere(path)) {
        const before = `${staged}.before`;
        renameSync(path, before);
        this.#put.push({ path, before });
      } else {
        // Takes the name only if nobody has it, also since it was looked for: to rename alone would write over a file.
        closeSync(openSync(path, 'wx'));
        this.#put.push({ path, before: undefined });
      }
      renameSync(staged, path);
    });
  }

  done(): void {
    if (this.#aside !== undefined) rmSync(this.#aside, { recursive: true, force: true });
  }

  /** @throws Error where a file that was replaced cannot come back; it is kept, and the error says where */
  takeBack(reason: string): void {
    let isBack = true;
    for (const { path, before } of this.#put.reverse())
      try {
        if (before === undefined) rmSync(path);
        else renameSync(before, path);
      } catch {
        isBack &&= before === undefined;
      }
    if (!isBack) throw new Error(`${reason}; files that it was to replace are kept in ${this.#aside}`);
    this.done();
    for (const path of this.#made.reverse())
      try {
        rmdirSync(path);
      } catch {
        // Somebody else has put something there meanwhile.
      }
  }

  /** One by one: to make `/proc/a` with all folders above it, as `recursive` does, Node tries for ever. */
  #makeFolder(path: string): void {
    if (isFolder(path)) return;
    if (dirname(path) !== path) this.#makeFolder(dirname(path));
    attempt(`${path} cannot be made`, () => mkdirSync(path));
    this.#made.push(path);
  }
}

/** A link that leads nowhere is there, too. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Nothing is below a file, and what may not be looked at cannot be written: that is told then.
    return false;
  }
}

function attempt<T>(failure: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(`${failure} (${errnoOf(error)})`);
  }
}

/** `EACCES: permission denied`, without the names that the call was given: some of them nobody but this file knows. */
function errnoOf(error: unknown): string {
  const reason = reasonOf(error);
  const call = error instanceof Error && 'syscall' in error ? reason.indexOf(`, ${error.syscall}`) : -1;
  return call === -1 ? reason : reason.slice(0, call);
}
