/** Names of the calls between the preload and the main process. */
export const CALLS = {
  connectEngine: 'engine:connect',
  endEngine: 'engine:end',
  openFile: 'file:open',
  saveFile: 'file:save',
  saveBytes: 'bytes:save',
  saveFolder: 'folder:save',
  showFolder: 'folder:show',
  readBackup: 'backup:read',
  writeBackup: 'backup:write',
  openExternal: 'link:open',
} as const;

/** Messages from the main process to a preload. */
export const NEWS = { enginePort: 'engine:port', engineGone: 'engine:gone' } as const;

/** What the preload posts into its own page together with the port. */
export interface PortAnnouncement {
  readonly gradloom: 'engine-port';
  readonly nonce: string;
}

/** A file is known to the page by name and by a token that only the main process can turn into a path. */
export interface FileReference {
  readonly name: string;
  readonly token: number;
}

/** A file in a folder that is to be written: its path there, with slashes. */
export interface FolderFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What the page finds as `window.gradloom` when it runs in Electron. */
export interface Bridge {
  readonly platform: string;
  /**
   * Starts a new engine (and ends an older one). Its MessagePort arrives as a `message` event of the window whose
   * data is `{ gradloom: 'engine-port', nonce }`. Buffers must not be transferred over it.
   */
  connectEngine(nonce: string): Promise<void>;
  /** Ends the engine of this nonce; nothing happens where another has taken its place. */
  endEngine(nonce: string): void;
  /** The engine's process is gone; the nonce says which one. Returns the function that unsubscribes. */
  onEngineGone(listener: (nonce: string, reason: string) => void): () => void;
  openFile(): Promise<(FileReference & { readonly text: string }) | undefined>;
  saveFile(file: { text: string; name: string; token: number | null }): Promise<FileReference | undefined>;
  /** Asks where, and writes bytes there. The name of the file; undefined when the user thought better of it. */
  saveBytes(file: { name: string; content: Uint8Array }): Promise<string | undefined>;
  /** Asks where, and writes a new folder there: all of it, or nothing. */
  saveFolder(folder: { name: string; files: readonly FolderFile[] }): Promise<FileReference | undefined>;
  /** Shows a folder that was saved in the system's window of files. */
  showFolder(token: number): void;
  readBackup(): Promise<string | undefined>;
  writeBackup(text: string): Promise<void>;
  openExternal(url: string): void;
}
