import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { saveDocument } from './files/documents.ts';
import { FileHandles } from './files/handles.ts';
import type { Bridge } from './ipc/bridge.ts';
import type { EngineWindow } from './windows/windows.ts';

/** What `--self-test` prints. */
export interface SelfTestReport {
  passed: boolean;
  checks: Record<string, boolean>;
  processes: { main: number; editor: number; engine: number | undefined };
  loss: number | undefined;
  error?: string;
}

/** Runs in the editor's page: connects an engine, trains the document over the port, returns the last loss. */
async function trainInPage(text: string): Promise<number> {
  const bridge = (window as unknown as { gradloom: Bridge }).gradloom;
  const nonce = crypto.randomUUID();
  const arrived = new Promise<MessagePort>((resolve) => {
    window.addEventListener('message', (event) => {
      const [port] = event.ports;
      if (port && event.data?.gradloom === 'engine-port' && event.data.nonce === nonce) resolve(port);
    });
  });
  await bridge.connectEngine(nonce);
  const port = await arrived;
  return new Promise((resolve, reject) => {
    const session = 'self-test';
    let loss = Number.NaN;
    port.onmessage = ({ data }) => {
      if (data.kind === 'reply' && !data.reply.ok) reject(new Error(JSON.stringify(data.reply.diagnostics)));
      if (data.kind === 'telemetry') {
        loss = data.frame.losses.at(-1) ?? loss;
        port.postMessage({ kind: 'ack', session, run: 0 });
      }
      if (data.kind === 'transition' && data.transition.state === 'finished') setTimeout(() => resolve(loss), 200);
    };
    port.postMessage({
      kind: 'request',
      id: 1,
      request: { type: 'create', session, document: JSON.parse(text), files: {} },
    });
    port.postMessage({ kind: 'request', id: 2, request: { type: 'train', session } });
  });
}

const isolatedInPage = () => ({
  isolated: crossOriginIsolated,
  sandboxed: !('require' in window) && !('process' in window),
});

const inPage = (window: BrowserWindow, call: string): Promise<unknown> => window.webContents.executeJavaScript(call);

function saveWorks(window: BrowserWindow, text: string): Promise<boolean> {
  return mkdtemp(join(tmpdir(), 'gradloom-')).then(async (folder) => {
    try {
      const path = join(folder, 'xor.gradloom.json');
      const handles = new FileHandles();
      await saveDocument(window, handles, { text, name: 'xor', token: handles.give(path) });
      return (await readFile(path, 'utf8')) === text;
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

/** Starts the real thing and looks: processes, isolation, the port, a training, a save, the death of an engine. */
export async function selfTest(editor: { window: BrowserWindow; engine: EngineWindow }): Promise<SelfTestReport> {
  const { window, engine } = editor;
  const report: SelfTestReport = {
    passed: false,
    checks: {},
    processes: { main: process.pid, editor: 0, engine: undefined },
    loss: undefined,
  };
  const { checks } = report;
  try {
    if (window.webContents.isLoading()) {
      await new Promise<void>((resolve) => {
        window.webContents.once('did-finish-load', () => resolve());
      });
    }
    const text = await readFile(join(import.meta.dirname, '..', 'renderer', 'examples', 'xor.gradloom.json'), 'utf8');
    const train = `(${trainInPage})(${JSON.stringify(text)})`;
    report.loss = Number(await inPage(window, train));
    report.processes.editor = window.webContents.getOSProcessId();
    report.processes.engine = engine.processId;
    checks.threeProcesses = new Set(Object.values(report.processes)).size === 3 && engine.processId !== undefined;
    const page = await inPage(window, `(${isolatedInPage})()`);
    checks.isolated = typeof page === 'object' && page !== null && !Object.values(page).includes(false);
    checks.trained = report.loss < 0.05;
    checks.saved = await saveWorks(window, text);
    const told = inPage(window, 'new Promise((r) => window.gradloom.onEngineGone((nonce, reason) => r(reason)))');
    // The listener is in place once the page has answered a later question.
    await inPage(window, '0');
    engine.crash();
    checks.lossReported = typeof (await told) === 'string';
    checks.trainedAgain = Number(await inPage(window, train)) < 0.05;
  } catch (error) {
    report.error = error instanceof Error ? error.message : String(error);
  }
  report.passed = report.error === undefined && Object.values(checks).every(Boolean);
  return report;
}
