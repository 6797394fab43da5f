import type { EngineProcess } from '../../engine/protocol/supervised.ts';

/** A file the user chose. What is in `token` only the host that made it knows: a handle, never a path. */
export interface FileHandle {
  readonly name: string;
  readonly token: unknown;
}

export interface OpenedFile {
  readonly name: string;
  readonly text: string;
  readonly handle: FileHandle | null;
}

/** Files by their paths in a folder, with slashes: text as UTF-8, or bytes. */
export type FolderFiles = ReadonlyMap<string, string | Uint8Array<ArrayBuffer>>;

/** A folder that was written, or an archive that holds it. */
export interface SavedFolder {
  readonly name: string;
  /** Shows it in the system's window of files; absent where a page may not. */
  readonly open?: () => void;
}

/** The bytes of a file that the user chose. */
export interface PickedBytes {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

/** What surrounds the renderer: the only way it may touch the world outside its page. */
export interface Host {
  readonly kind: 'browser' | 'electron';
  /** Starts a new engine, at once; what is posted before it stands is kept for it. */
  startEngine(): EngineProcess;
  /** Undefined when the user thought better of it. */
  openFile(): Promise<OpenedFile | undefined>;
  /** Writes to `handle`, or asks where. Undefined when the user thought better of it. */
  saveFile(text: string, name: string, handle: FileHandle | null): Promise<FileHandle | undefined>;
  /**
   * Asks where, and writes bytes there, which are asked for once there is a place; `name` says what they are by its ending. The name
   * that the file has; undefined when the user thought better of it.
   */
  saveBytes(name: string, content: () => Promise<Uint8Array<ArrayBuffer>>): Promise<string | undefined>;
  /** Asks for a file; `ending`: `.safetensors`. Undefined when the user thought better of it. */
  pickBytes(ending: string): Promise<PickedBytes | undefined>;
  /**
   * Asks where, and writes a new folder there, all of it or nothing: beside one that is called `name` already it is `name-2`. The
   * files are asked for once there is a place. Undefined when the user thought better of it.
   */
  saveFolder(name: string, files: () => Promise<FolderFiles>): Promise<SavedFolder | undefined>;
  /** Asks for a data file and keeps its bytes for `readDataFile`. Undefined when the user thought better of it. */
  pickDataFile(): Promise<DataFile | undefined>;
  /**
   * Bytes of a data file that a document lists: one the user picked, by its hash, or one that ships with the app.
   * @throws when it cannot be read
   */
  readDataFile(file: DataFile): Promise<ArrayBuffer>;
  openExternal(url: string): void;
  readonly backup: BackupStore;
}

/** A data file as a document lists it. */
export interface DataFile {
  readonly path: string;
  readonly sha256?: string;
}

/** Records that survive a crash, one text for each document tab of every page. */
export interface BackupStore {
  /** All records by tab id, whoever owns them. */
  entries(): Promise<ReadonlyMap<string, string>>;
  /** Writes and deletes records of this page's own tabs. */
  write(changed: ReadonlyMap<string, string>, gone: readonly string[]): Promise<void>;
  /** The same, at once, by a page that is about to be gone. */
  writeLast(changed: ReadonlyMap<string, string>, gone: readonly string[]): void;
  /** Makes a tab that this page has just opened its own until the page is gone. */
  hold(id: string): Promise<void>;
  /**
   * Makes a tab of a record this page's own until the page is gone; false: a living page has it. Settles once that is
   * certain: a page that hangs neither answers nor lets go.
   */
  claim(id: string): Promise<boolean>;
}
