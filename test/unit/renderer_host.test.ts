import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainDevice } from '../../engine/backends/reference/reference.ts';
import type { FromEngine } from '../../engine/protocol/messages.ts';
import { electronHost } from '../../renderer/host/electron.ts';

/** As much of Electron's page as the host touches: a window with the preload's bridge. */
function page() {
  const target = new EventTarget();
  const nonces: string[] = [];
  let gone: (nonce: string, reason: string) => void = () => undefined;
  const gradloom = {
    connectEngine: async (nonce: string) => void nonces.push(nonce),
    endEngine: vi.fn(),
    onEngineGone: (listener: typeof gone) => {
      gone = listener;
      return () => undefined;
    },
    saveFile: vi.fn(async ({ name }: { name: string }) => ({ name, token: 7 })),
    saveFolder: vi.fn(async ({ name }: { name: string }) => ({ name, token: 8 })),
    showFolder: vi.fn(),
  };
  const window = Object.assign(target, { gradloom });
  return {
    window,
    nonces,
    gradloom,
    die: (nonce: string, reason: string) => gone(nonce, reason),
    announce: (nonce: string, port: MessagePort, source: unknown = window) =>
      target.dispatchEvent(
        Object.assign(new Event('message'), { data: { gradloom: 'engine-port', nonce }, ports: [port], source }),
      ),
  };
}

describe('the host in Electron', () => {
  let fake: ReturnType<typeof page>;
  beforeEach(() => {
    fake = page();
    vi.stubGlobal('window', fake.window);
  });
  afterEach(() => vi.unstubAllGlobals());

  const start = () => electronHost()?.startEngine() ?? expect.fail('no host');

  it('keeps what is posted before the port arrives, and hears what the engine says', async () => {
    const engine = start();
    const heard = new Promise<FromEngine>((resolve) => engine.port.listen(resolve));
    engine.port.post({ kind: 'ack', session: 'early', run: 0 });
    const { port1, port2 } = new MessageChannel();
    const posted = new Promise((resolve) => {
      port2.onmessage = (event) => resolve(event.data);
    });
    fake.announce(fake.nonces[0] ?? '', port1);
    expect(await posted).toEqual({ kind: 'ack', session: 'early', run: 0 });
    port2.postMessage({ kind: 'hello', version: '1', device: plainDevice });
    expect(await heard).toMatchObject({ kind: 'hello' });
    engine.terminate();
    engine.port.close();
    port2.close();
  });

  it('takes no port of another engine or another page', async () => {
    const engine = start();
    const { port1, port2 } = new MessageChannel();
    const posted = vi.fn();
    port2.onmessage = posted;
    engine.port.post({ kind: 'ack', session: 'early', run: 0 });
    fake.announce('another nonce', port1);
    fake.announce(fake.nonces[0] ?? '', port1, {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(posted).not.toHaveBeenCalled();
    engine.terminate();
    engine.port.close();
    port1.close();
    port2.close();
  });

  it('reports the death of its own engine once, and none after it was ended', () => {
    const engine = start();
    const died = vi.fn();
    engine.onDeath(died);
    fake.die('another nonce', 'crashed');
    expect(died).not.toHaveBeenCalled();
    fake.die(fake.nonces[0] ?? '', 'oom');
    fake.die(fake.nonces[0] ?? '', 'oom');
    expect(died.mock.calls).toEqual([['crashed', 'oom']]);
    engine.port.close();
  });

  it('ends its hidden window with it, hung or not', () => {
    const engine = start();
    expect(fake.gradloom.endEngine).not.toHaveBeenCalled();
    engine.terminate();
    expect(fake.gradloom.endEngine.mock.calls).toEqual([[fake.nonces[0]]]);
    engine.port.close();
  });

  it('saves by token, never by path', async () => {
    const host = electronHost() ?? expect.fail('no host');
    const handle = await host.saveFile('{}', 'a.gradloom.json', { name: 'a', token: '/etc/passwd' });
    expect(fake.gradloom.saveFile).toHaveBeenCalledWith({ text: '{}', name: 'a.gradloom.json', token: null });
    await host.saveFile('{}', 'a.gradloom.json', handle ?? null);
    expect(fake.gradloom.saveFile).toHaveBeenLastCalledWith({ text: '{}', name: 'a.gradloom.json', token: 7 });
  });

  it('opens the folder that it has written, by token', async () => {
    const host = electronHost() ?? expect.fail('no host');
    const saved = await host.saveFolder('net', async () => new Map([['train.py', 'print(1)']]));
    const files = [{ path: 'train.py', content: 'print(1)' }];
    expect(fake.gradloom.saveFolder).toHaveBeenCalledWith({ name: 'net', files });
    expect(fake.gradloom.showFolder).not.toHaveBeenCalled();
    saved?.open?.();
    expect(fake.gradloom.showFolder.mock.calls).toEqual([[8]]);
  });
});
