import type { Bridge } from '../../electron/ipc/bridge.ts';
import type { FromEngine, ToEngine } from '../../engine/protocol/messages.ts';
import { copyingPort } from '../../engine/protocol/port.ts';
import type { EngineProcess } from '../../engine/protocol/supervised.ts';
import { backupInOneText } from './backup_file.ts';
import { browserHost } from './browser.ts';
import type { Host } from './types.ts';

declare global {
  interface Window {
    /** Electron's preload put it there. */
    readonly gradloom?: Bridge;
  }
}

/**
 * The engine lives in a window of its own; its port arrives later than asked for. Until then a local channel
 * stands in, so that nothing posted early is lost.
 */
function startEngine(bridge: Bridge): EngineProcess {
  const nonce = crypto.randomUUID();
  const { port1, port2 } = new MessageChannel();
  let remote: MessagePort | undefined;
  let over = false;
  const hear = (event: MessageEvent) => {
    if (event.source !== window || event.data?.gradloom !== 'engine-port' || event.data.nonce !== nonce) return;
    window.removeEventListener('message', hear);
    const arrived = event.ports[0];
    if (arrived === undefined) return;
    remote = arrived;
    // The listeners that start the flow are set last: both ports queue until then.
    arrived.onmessage = (message) => port2.postMessage(message.data);
    port2.onmessage = (message) => arrived.postMessage(message.data);
  };
  window.addEventListener('message', hear);
  const end = () => {
    over = true;
    window.removeEventListener('message', hear);
    remote?.close();
    port2.close();
  };
  const connected = bridge.connectEngine(nonce);
  return {
    port: copyingPort<ToEngine, FromEngine>(port1),
    onDeath: (listener) => {
      const die = (reason: 'crashed' | 'failed-to-start', detail: string) => {
        if (over) return;
        end();
        stop();
        listener(reason, detail);
      };
      const stop = bridge.onEngineGone((gone, reason) => {
        if (gone === nonce) die('crashed', reason);
      });
      connected.catch((error: unknown) => die('failed-to-start', String(error)));
    },
    terminate: () => {
      end();
      // Closing the port alone would leave a hung engine computing in its hidden window.
      bridge.endEngine(nonce);
    },
  };
}

/** The host inside Electron; undefined in a browser. */
export function electronHost(): Host | undefined {
  const bridge = window.gradloom;
  if (bridge === undefined) return undefined;
  return {
    kind: 'electron',
    startEngine: () => startEngine(bridge),
    openFile: async () => {
      const file = await bridge.openFile();
      return file && { name: file.name, text: file.text, handle: { name: file.name, token: file.token } };
    },
    saveFile: async (text, name, handle) => {
      const token = typeof handle?.token === 'number' ? handle.token : null;
      return bridge.saveFile({ text, name, token });
    },
    saveBytes: async (name, content) => bridge.saveBytes({ name, content: await content() }),
    pickBytes: browserHost.pickBytes,
    saveFolder: async (name, files) => {
      const content = [...(await files())].map(([path, one]) => ({ path, content: one }));
      const saved = await bridge.saveFolder({ name, files: content });
      return saved && { name: saved.name, open: () => bridge.showFolder(saved.token) };
    },
    pickDataFile: browserHost.pickDataFile,
    // The scheme serves shipped data at the same address as the local server does.
    readDataFile: browserHost.readDataFile,
    openExternal: bridge.openExternal,
    backup: backupInOneText(bridge.readBackup, bridge.writeBackup),
  };
}
