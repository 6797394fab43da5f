import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { desktop, type Surroundings } from '../../../electron/launch/electron.ts';
import { serveOrJoin } from '../../../electron/launch/join.ts';
import { listen } from '../../../electron/launch/serve.ts';

class Child extends EventEmitter {
  killed: string | undefined;
  kill(signal: string): void {
    this.killed = signal;
  }
}

/** A machine with a display whose clock, processes and downloads the test moves. */
class Machine implements Surroundings {
  readonly platform = 'linux';
  readonly said: string[] = [];
  readonly children: { command: string; parameters: readonly string[]; child: Child }[] = [];
  time = 0;
  bytes = 0;
  executable: string | undefined;
  #ticks = new Set<() => void>();

  constructor(executable?: string) {
    this.executable = executable;
  }
  spawn = (command: string, parameters: readonly string[]): Child => {
    const child = new Child();
    this.children.push({ command, parameters, child });
    return child;
  };
  binary = () => this.executable;
  downloaded = () => this.bytes;
  say = (line: string) => {
    this.said.push(line);
  };
  now = () => this.time;
  every = (_milliseconds: number, work: () => void) => {
    this.#ticks.add(work);
    return () => {
      this.#ticks.delete(work);
    };
  };
  get watching(): number {
    return this.#ticks.size;
  }
  seconds(count: number, bytesPerSecond: number): void {
    for (let i = 0; i < count; i++) {
      this.time += 1000;
      this.bytes += bytesPerSecond;
      for (const work of [...this.#ticks]) work();
    }
  }
  /** The last process that was started; what waits for promises has run by then. */
  async last(): Promise<Child> {
    await new Promise((resolve) => setImmediate(resolve));
    const child = this.children.at(-1)?.child;
    if (child === undefined) throw new Error('nothing was started');
    return child;
  }
}

const display = { DISPLAY: ':0' };
const refusal = (reason: string) => `Electron cannot be used here: ${reason}. Serving the same app for the browser.`;

describe('Electron', () => {
  test('without a display nothing is fetched or started', async () => {
    const machine = new Machine();
    expect(await desktop({}, false, machine)).toBeUndefined();
    expect(machine.said).toEqual([refusal('there is no display')]);
    expect(machine.children).toEqual([]);
  });

  test('a download that stands still for 20 s is given up, one that crawls is not', async () => {
    const machine = new Machine();
    const run = desktop(display, false, machine);
    const download = await machine.last();
    machine.seconds(300, 1);
    expect(download.killed).toBeUndefined();
    machine.seconds(20, 0);
    expect(download.killed).toBeUndefined();
    machine.seconds(1, 0);
    expect(download.killed).toBe('SIGKILL');
    expect(await run).toBeUndefined();
    expect(machine.said.slice(1)).toEqual([refusal('its download made no progress for 20 s')]);
    expect(machine.watching).toBe(0);
  });

  test.each([
    ['a download that fails', 1, 'it could not be downloaded'],
    ['a download that brings nothing', 0, 'its executable is missing after the download'],
  ])('%s is told in one line', async (_title, code, reason) => {
    const machine = new Machine();
    const run = desktop(display, false, machine);
    (await machine.last()).emit('exit', code);
    expect(await run).toBeUndefined();
    expect(machine.said.slice(1)).toEqual([refusal(reason)]);
    expect(machine.watching).toBe(0);
  });

  test('what was downloaded is started', async () => {
    const machine = new Machine();
    const run = desktop(display, false, machine);
    machine.executable = '/electron';
    (await machine.last()).emit('exit', 0);
    (await machine.last()).emit('exit', 0);
    expect(await run).toBe(0);
    expect(machine.children.map(({ command }) => command)).toEqual([process.execPath, '/electron']);
  });

  test.each([
    [127, 'it stopped at once (exit 127)'],
    [null, 'it stopped at once (exit by signal)'],
  ])('an early end with %s means that it never opened', async (code, reason) => {
    const machine = new Machine('/electron');
    const run = desktop(display, false, machine);
    (await machine.last()).emit('exit', code);
    expect(await run).toBeUndefined();
    expect(machine.said).toEqual([refusal(reason)]);
  });

  test('a binary that cannot be started is told with the system’s words', async () => {
    const machine = new Machine('/electron');
    const run = desktop(display, false, machine);
    (await machine.last()).emit('error', new Error('spawn EACCES'));
    expect(await run).toBeUndefined();
    expect(machine.said).toEqual([refusal('spawn EACCES')]);
  });

  test('a later failure, or an early good end, is the app’s own', async () => {
    for (const [seconds, code] of [
      [9, 3],
      [0, 0],
    ] as const) {
      const machine = new Machine('/electron');
      const run = desktop(display, false, machine);
      const app = await machine.last();
      machine.seconds(seconds, 0);
      app.emit('exit', code);
      expect(await run).toBe(code);
      expect(machine.said).toEqual([]);
    }
  });

  test('a self-test keeps its exit code however early, and fails where there is no Electron', async () => {
    const machine = new Machine('/electron');
    const run = desktop(display, true, machine);
    (await machine.last()).emit('exit', 1);
    expect(await run).toBe(1);
    expect(machine.children[0]?.parameters).toContain('--self-test');
    expect(await desktop({}, true, new Machine())).toBe(1);
  });
});

describe('the port', () => {
  const taken = Object.assign(new Error('listen EADDRINUSE: address already in use'), { code: 'EADDRINUSE' });
  const attempt = async (start: () => Promise<string>, gradloom: boolean) => {
    const told: string[][] = [];
    const result = await serveOrJoin(4600, start, {
      isGradloom: async () => gradloom,
      open: (address) => told.push(['open', address]),
      say: (line) => told.push(['say', line]),
      complain: (line) => told.push(['complain', line]),
    });
    return { result, told };
  };

  test('when free, is served', async () => {
    expect(await attempt(async () => 'server', true)).toEqual({ result: { server: 'server' }, told: [] });
  });

  test.each([
    ['the system', taken],
    ['Vite', new Error('Port 4600 is already in use')],
  ])('when a Gradloom has it, that one is opened (%s says so)', async (_who, error) => {
    expect(await attempt(() => Promise.reject(error), true)).toEqual({
      result: { code: 0 },
      told: [
        ['say', 'Gradloom is already running at http://127.0.0.1:4600'],
        ['open', 'http://127.0.0.1:4600'],
      ],
    });
  });

  test('when another program has it, the remedy is one line and the exit code 1', async () => {
    expect(await attempt(() => Promise.reject(taken), false)).toEqual({
      result: { code: 1 },
      told: [['complain', 'Port 4600 is taken by another program. Choose another one: GRADLOOM_PORT=4600 npm start']],
    });
  });

  test('a port that is really taken is known as taken', async () => {
    const first = createServer();
    await listen(first, 0);
    const address = first.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { result } = await attempt(() => listen(createServer(), port).then(() => 'server'), false);
    expect(result).toEqual({ code: 1 });
    first.close();
  });

  test('other errors are thrown on', async () => {
    await expect(attempt(() => Promise.reject(new Error('EACCES')), true)).rejects.toThrow('EACCES');
  });
});
