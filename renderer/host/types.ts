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

/** What a channel to an engine is to the renderer. */
export interface EnginePort {
  post(message: unknown, transfer?: Transferable[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The engine died, in words for the status bar; called at most once. */
  onLost(listener: (reason: string) => void): void;
  /** Ends the engine behind it. */
  close(): void;
}

/** What surrounds the renderer: the only way it may touch the world outside its page. */
export interface Host {
  readonly kind: 'browser' | 'electron';
  /** Starts a new engine. */
  connectEngine(): Promise<EnginePort>;
  /** Undefined when the user thought better of it. */
  openFile(): Promise<OpenedFile | undefined>;
  /** Writes to `handle`, or asks where. Undefined when the user thought better of it. */
  saveFile(text: string, name: string, handle: FileHandle | null): Promise<FileHandle | undefined>;
  /** Bytes of a data file that the document lists, looked for where the app can look. */
  readDataFile(path: string): Promise<ArrayBuffer>;
  openExternal(url: string): void;
  readonly backup: BackupStore;
}

/** One text that survives a crash. */
export interface BackupStore {
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}
