import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderArguments } from '../policy/calls.ts';

/**
 * Writes a new folder at a place, all of it or nothing: what is there is never written over. Beside one of this name it is called
 * `name-2`. Returns its path.
 */
export async function writeFolder(place: string, { name, files }: FolderArguments): Promise<string> {
  // Beside where it is to be, so that it can be moved there as a whole.
  const unfinished = join(place, `.${name}-${randomUUID()}`);
  try {
    for (const { path, content } of files) {
      const file = join(unfinished, ...path.split('/'));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    // Systems that do not tell `Net` from `net` would take one for the other.
    const taken = new Set((await readdir(place)).map((one) => one.toLowerCase()));
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}-${n}`;
    const path = join(place, free);
    await rename(unfinished, path);
    return path;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}
