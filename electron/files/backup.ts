import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** The open document as it stood a moment ago, kept in the app's own folder. */
export class Backup {
  readonly #folder: string;
  readonly #file: string;

  constructor(userData: string) {
    this.#folder = join(userData, 'backups');
    this.#file = join(this.#folder, 'open.gradloom.json');
  }

  /** Undefined when there is none. */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, 'utf8');
    } catch {
      return undefined;
    }
  }

  async write(text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFileAtomic(this.#file, text, 'utf8');
  }
}
