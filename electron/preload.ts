import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, CALLS, NEWS, type PortAnnouncement } from './ipc/bridge.ts';

// A MessagePort cannot cross the context bridge: it is posted into the page, marked with the nonce the page chose.
ipcRenderer.on(NEWS.enginePort, (event, nonce: string) => {
  const [port] = event.ports;
  const announcement: PortAnnouncement = { gradloom: 'engine-port', nonce };
  if (port) window.postMessage(announcement, '*', [port]);
});

const bridge: Bridge = {
  platform: process.platform,
  connectEngine: (nonce) => ipcRenderer.invoke(CALLS.connectEngine, nonce),
  endEngine: (nonce) => {
    void ipcRenderer.invoke(CALLS.endEngine, nonce).catch(() => undefined);
  },
  onEngineGone: (listener) => {
    const hear = (_event: unknown, nonce: string, reason: string) => listener(nonce, reason);
    ipcRenderer.on(NEWS.engineGone, hear);
    return () => ipcRenderer.off(NEWS.engineGone, hear);
  },
  openFile: () => ipcRenderer.invoke(CALLS.openFile),
  saveFile: (file) => ipcRenderer.invoke(CALLS.saveFile, file),
  saveBytes: (file) => ipcRenderer.invoke(CALLS.saveBytes, file),
  saveFolder: (folder) => ipcRenderer.invoke(CALLS.saveFolder, folder),
  showFolder: (token) => {
    void ipcRenderer.invoke(CALLS.showFolder, token).catch(() => undefined);
  },
  readBackup: () => ipcRenderer.invoke(CALLS.readBackup),
  writeBackup: (text) => ipcRenderer.invoke(CALLS.writeBackup, text),
  openExternal: (url) => {
    void ipcRenderer.invoke(CALLS.openExternal, url).catch(() => undefined);
  },
};

// The engine's window shares this preload and needs none of it but the port.
if (location.host === 'gradloom') contextBridge.exposeInMainWorld('gradloom', bridge);
