import { app, type BrowserWindow, shell } from 'electron';
import { Backup } from './files/backup.ts';
import { openDocument, saveBytes, saveDocument, saveFolder } from './files/documents.ts';
import { FileHandles } from './files/handles.ts';
import { CALLS } from './ipc/bridge.ts';
import { handle, nothing } from './ipc/handle.ts';
import { parseBytes, parseFolder, parseNonce, parseSave, parseText, parseToken } from './policy/calls.ts';
import { developmentUrl } from './policy/development.ts';
import { mayOpenExternal } from './policy/navigation.ts';
import { v8Flags } from './policy/v8_flags.ts';
import { selfTest } from './selftest.ts';
import { guardAllPages, guardPermissions } from './windows/guard.ts';
import { registerScheme, serveScheme } from './windows/scheme.ts';
import { EngineWindow, openEditor } from './windows/windows.ts';

const testing = process.argv.includes('--self-test');

/** Windows by the id of their page; each has its engine. */
const editors = new Map<number, { window: BrowserWindow; engine: EngineWindow }>();
const handles = new FileHandles();
/** Apart from those of files: only a folder that was written here is ever shown. */
const folders = new FileHandles();

function editor(id: number): { window: BrowserWindow; engine: EngineWindow } {
  const found = editors.get(id);
  if (!found) throw new Error('This window is closing.');
  return found;
}

function open(): { window: BrowserWindow; engine: EngineWindow } {
  const entry = { window: openEditor(!testing), engine: new EngineWindow() };
  const { id } = entry.window.webContents;
  editors.set(id, entry);
  entry.window.on('closed', () => {
    editors.delete(id);
    entry.engine.close();
  });
  return entry;
}

app.enableSandbox();
const flags = v8Flags(process.env);
if (flags !== undefined) app.commandLine.appendSwitch('js-flags', flags);
registerScheme();
guardAllPages();
/** A second start only brings the first one's window to the front. */
const first = testing || app.requestSingleInstanceLock();

app.on('second-instance', () => {
  const window = [...editors.values()][0]?.window;
  if (window?.isMinimized()) window.restore();
  window?.focus();
});
app.on('activate', () => {
  if (editors.size === 0) open();
});
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

/** Top-level await would wait for ever: the app is ready only after this module has run. */
async function begin(): Promise<void> {
  await app.whenReady();
  serveScheme(developmentUrl(process.env.GRADLOOM_DEV_URL, app.isPackaged));
  guardPermissions();

  const backup = new Backup(app.getPath('userData'));
  handle(CALLS.connectEngine, parseNonce, (nonce, id) => editor(id).engine.connect(editor(id).window, nonce));
  handle(CALLS.endEngine, parseNonce, (nonce, id) => editor(id).engine.end(nonce));
  handle(CALLS.openFile, nothing, (_, id) => openDocument(editor(id).window, handles));
  handle(CALLS.saveFile, parseSave, (file, id) => saveDocument(editor(id).window, handles, file));
  handle(CALLS.saveBytes, parseBytes, (file, id) => saveBytes(editor(id).window, file));
  handle(CALLS.saveFolder, parseFolder, (folder, id) => saveFolder(editor(id).window, folders, folder));
  handle(CALLS.showFolder, parseToken, (token) => {
    const path = folders.path(token);
    return path === undefined ? undefined : shell.openPath(path);
  });
  handle(CALLS.readBackup, nothing, () => backup.read());
  handle(CALLS.writeBackup, parseText, (text) => backup.write(text));
  handle(CALLS.openExternal, parseText, (url) => (mayOpenExternal(url) ? shell.openExternal(url) : undefined));

  const opened = open();
  if (testing) {
    const report = await selfTest(opened);
    console.log(JSON.stringify(report));
    app.exit(report.passed ? 0 : 1);
  }
}

if (first) void begin();
else app.quit();
