import { join } from 'node:path';
import { BrowserWindow, MessageChannelMain, type WebPreferences } from 'electron';
import { NEWS } from '../ipc/bridge.ts';
import { EDITOR_ORIGIN, ENGINE_ORIGIN } from '../policy/paths.ts';

/** The same walls around both windows. */
const WALLS: Readonly<WebPreferences> = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  webviewTag: false,
  spellcheck: false,
};

const preload = join(import.meta.dirname, 'preload.cjs');

export function openEditor(show: boolean): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show,
    title: 'Gradloom',
    backgroundColor: '#101216',
    webPreferences: { ...WALLS, preload },
  });
  window.setMenuBarVisibility(false);
  void window.loadURL(`${EDITOR_ORIGIN}/`);
  return window;
}

/** The hidden window that holds the engine: another host, hence another process. One at a time for each editor. */
export class EngineWindow {
  #window: BrowserWindow | undefined;
  #nonce = '';

  get processId(): number | undefined {
    return this.#window?.webContents.getOSProcessId();
  }

  /** Starts an engine in place of an older one and introduces it to the editor. */
  async connect(editor: BrowserWindow, nonce: string): Promise<void> {
    this.close();
    const window = new BrowserWindow({
      show: false,
      webPreferences: { ...WALLS, preload, backgroundThrottling: false },
    });
    this.#window = window;
    this.#nonce = nonce;
    const gone = (reason: string) => {
      if (this.#window !== window) return;
      this.#window = undefined;
      if (!editor.isDestroyed()) editor.webContents.send(NEWS.engineGone, nonce, reason);
      if (!window.isDestroyed()) window.destroy();
    };
    window.webContents.on('render-process-gone', (_event, details) => gone(details.reason));
    window.on('closed', () => gone('closed'));
    await window.loadURL(`${ENGINE_ORIGIN}/`);
    const { port1, port2 } = new MessageChannelMain();
    window.webContents.postMessage(NEWS.enginePort, nonce, [port1]);
    editor.webContents.postMessage(NEWS.enginePort, nonce, [port2]);
  }

  /** Kills the process as a crash would. */
  crash(): void {
    this.#window?.webContents.forcefullyCrashRenderer();
  }

  /** Closes the engine that was connected under `nonce`, unless another is there by now. */
  end(nonce: string): void {
    if (nonce === this.#nonce) this.close();
  }

  close(): void {
    const window = this.#window;
    this.#window = undefined;
    if (window && !window.isDestroyed()) window.destroy();
  }
}
