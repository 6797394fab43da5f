import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import writeFileAtomic from 'write-file-atomic';
import type { FileReference } from '../ipc/bridge.ts';
import { type BytesArguments, type FolderArguments, MAXIMUM_TEXT, type SaveArguments } from '../policy/calls.ts';
import { writeFolder } from './folder.ts';
import type { FileHandles } from './handles.ts';

const FILTERS = [{ name: 'Gradloom document', extensions: ['gradloom.json', 'json'] }];

/** Asks for a document and reads it; undefined when the user thought better of it. */
export async function openDocument(
  window: BrowserWindow,
  handles: FileHandles,
): Promise<(FileReference & { text: string }) | undefined> {
  const { filePaths } = await dialog.showOpenDialog(window, { filters: FILTERS, properties: ['openFile'] });
  const [path] = filePaths;
  if (path === undefined) return undefined;
  const { size } = await stat(path);
  if (size > MAXIMUM_TEXT) {
    throw new Error(
      `${basename(path)} has ${size} bytes; a document has at most ${MAXIMUM_TEXT}. Choose another file.`,
    );
  }
  return { name: basename(path), token: handles.give(path), text: await readFile(path, 'utf8') };
}

/** Writes all or nothing: a crash in the middle leaves the old file. Without a handle it asks where. */
export async function saveDocument(
  window: BrowserWindow,
  handles: FileHandles,
  { text, name, token }: SaveArguments,
): Promise<FileReference | undefined> {
  let path = token === null ? undefined : handles.path(token);
  if (token !== null && path === undefined) throw new Error('This file is no longer known. Use Save As.');
  if (path === undefined) {
    const chosen = await dialog.showSaveDialog(window, { defaultPath: name, filters: FILTERS });
    if (chosen.canceled || chosen.filePath === '') return undefined;
    path = chosen.filePath;
  }
  await writeFileAtomic(path, text, 'utf8');
  return { name: basename(path), token: handles.give(path) };
}

/** Asks for a place and writes a file there, all or nothing. Its name; undefined when the user thought better of it. */
export async function saveBytes(window: BrowserWindow, { name, content }: BytesArguments): Promise<string | undefined> {
  const ending = extname(name).slice(1);
  const filters = [{ name: ending, extensions: [ending] }];
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name, filters });
  if (canceled || filePath === '') return undefined;
  // A view of the same bytes, as the writer takes them.
  await writeFileAtomic(filePath, Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  return basename(filePath);
}

/** Asks for a place and writes a new folder there; undefined when the user thought better of it. */
export async function saveFolder(
  window: BrowserWindow,
  folders: FileHandles,
  folder: FolderArguments,
): Promise<FileReference | undefined> {
  const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] });
  const [place] = filePaths;
  if (place === undefined) return undefined;
  const path = await writeFolder(place, folder);
  return { name: basename(path), token: folders.give(path) };
}
