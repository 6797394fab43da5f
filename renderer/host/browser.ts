import type { FromEngine, ToEngine } from '../../engine/protocol/messages.ts';
import { eventPort } from '../../engine/protocol/port.ts';
import type { EngineProcess } from '../../engine/protocol/supervised.ts';
import { keepDataFile, readDataFile } from './data_files.ts';
import { isPicking, saveIntoPicked, zipped } from './folder.ts';
import { sharedBackup } from './shared_backup.ts';
import type { FileHandle, FolderFiles, Host, OpenedFile, PickedBytes, SavedFolder } from './types.ts';
import { unlessAborted } from './unless_aborted.ts';

const TYPES = [{ description: 'Gradloom', accept: { 'application/json': ['.json'] as `.${string}`[] } }];

interface WritableFile {
  write(content: string | Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}
interface PickedFile {
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(): Promise<WritableFile>;
}
/** Chromium's file pickers, which the DOM's types do not know. */
interface Pickers {
  showOpenFilePicker?(options: object): Promise<PickedFile[]>;
  showSaveFilePicker?(options: object): Promise<PickedFile>;
}
const pickers = (): Pickers => globalThis as unknown as Pickers;

function startEngine(): EngineProcess {
  const worker = new Worker('/engine.worker.js', { type: 'module', name: 'engine' });
  return {
    port: eventPort<ToEngine, FromEngine>(worker),
    onDeath: (listener) => {
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        worker.terminate();
        listener('crashed', event.message || 'the worker could not be loaded');
      });
    },
    terminate: () => worker.terminate(),
  };
}

async function openFile(): Promise<OpenedFile | undefined> {
  const { showOpenFilePicker } = pickers();
  if (showOpenFilePicker === undefined) return openWithInput();
  const chosen = await unlessAborted(showOpenFilePicker.call(globalThis, { types: TYPES }));
  const token = chosen?.[0];
  if (token === undefined) return undefined;
  return { name: token.name, text: await (await token.getFile()).text(), handle: { name: token.name, token } };
}

async function openWithInput(): Promise<OpenedFile | undefined> {
  const file = await chooseWithInput('.json');
  return file && { name: file.name, text: await file.text(), handle: null };
}

/** Asks for a file; `accept` is its ending, '' for any. */
function chooseWithInput(accept: string): Promise<File | undefined> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    input.addEventListener('cancel', () => resolve(undefined));
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.click();
  });
}

const isPicked = (token: unknown): token is PickedFile =>
  typeof token === 'object' && token !== null && 'createWritable' in token;

async function saveFile(text: string, name: string, handle: FileHandle | null): Promise<FileHandle | undefined> {
  const { showSaveFilePicker } = pickers();
  if (showSaveFilePicker === undefined) return download(new Blob([text], { type: 'application/json' }), name);
  const token = isPicked(handle?.token)
    ? handle.token
    : await unlessAborted(showSaveFilePicker.call(globalThis, { types: TYPES, suggestedName: name }));
  if (token === undefined) return undefined;
  const file = await token.createWritable();
  await file.write(text);
  await file.close();
  return { name: token.name, token };
}

async function saveBytes(name: string, content: () => Promise<Uint8Array<ArrayBuffer>>): Promise<string | undefined> {
  const { showSaveFilePicker } = pickers();
  if (showSaveFilePicker === undefined) return download(new Blob([await content()]), name).name;
  const types = [{ accept: { 'application/octet-stream': [name.slice(name.lastIndexOf('.'))] } }];
  const picked = await unlessAborted(showSaveFilePicker.call(globalThis, { types, suggestedName: name }));
  if (picked === undefined) return undefined;
  const bytes = await content();
  const file = await picked.createWritable();
  await file.write(bytes);
  await file.close();
  return picked.name;
}

async function pickBytes(ending: string): Promise<PickedBytes | undefined> {
  const file = await chooseWithInput(ending);
  return file && { name: file.name, bytes: await file.arrayBuffer() };
}

async function saveFolder(name: string, files: () => Promise<FolderFiles>): Promise<SavedFolder | undefined> {
  if (isPicking()) return saveIntoPicked(name, files);
  download(new Blob([await zipped(name, await files())], { type: 'application/zip' }), `${name}.zip`);
  return { name: `${name}.zip` };
}

function download(content: Blob, name: string): FileHandle {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return { name, token: null };
}

export const browserHost: Host = {
  kind: 'browser',
  startEngine,
  openFile,
  saveFile,
  saveBytes,
  pickBytes,
  saveFolder,
  pickDataFile: async () => {
    const file = await chooseWithInput('');
    return file && keepDataFile(file);
  },
  readDataFile,
  openExternal: (url) => void window.open(url, '_blank', 'noopener'),
  backup: sharedBackup(),
};
