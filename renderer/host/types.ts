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

/** What surrounds the renderer: the only way it may touch the world outside its page. */
export interface Host {
  readonly kind: 'browser' | 'electron';
  /** Starts a new engine, at once; what is posted before it stands is kept for it. */
  startEngine(): EngineProcess;
  /** Undefined when the user thought better of it. */
  openFile(): Promise<OpenedFile | undefined>;
  /** Writes to `handle`, or asks where. Undefined when the user thought better of it. */
  saveFile(text: string, name: string, handle: FileHandle | null): Promise<FileHandle | undefined>;
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
