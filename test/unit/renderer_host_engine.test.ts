import { beforeEach, describe, expect, it, vi } from 'vitest';
import { plainDevice } from '../../engine/backends/reference/reference.ts';
import { diagnostic } from '../../engine/graph/diagnostics.ts';
import type {
  CreatedSession,
  FromEngine,
  Request,
  RunState,
  TelemetryFrame,
  ToEngine,
} from '../../engine/protocol/messages.ts';
import { inProcessPorts, type Port } from '../../engine/protocol/port.ts';

/** The engine's end of the line, played by hand. */
interface Line {
  port: Port<FromEngine, ToEngine>;
  requests: { id: number; request: Request }[];
  acks: number[];
}

const lines: Line[] = [];
vi.mock('../../renderer/host/host.ts', () => ({
  host: {
    startEngine: () => {
      const [here, there] = inProcessPorts<ToEngine, FromEngine>();
      const line: Line = { port: there, requests: [], acks: [] };
      there.listen((message) => {
        if (message.kind === 'ack') line.acks.push(message.run);
        else line.requests.push(message);
      });
      lines.push(line);
      return { port: here, onDeath: () => undefined, terminate: () => undefined };
    },
    pickDataFile: async () => undefined,
    readDataFile: () => Promise.reject(new Error('there are no files')),
  },
}));

const { pause, reset, restart, train, followDocuments } = await import('../../renderer/commands/training.ts');
const { useDocuments, activeTab } = await import('../../renderer/stores/documents.ts');
const { usePreferences } = await import('../../renderer/stores/preferences.ts');
const { useGpu } = await import('../../renderer/stores/device.ts');
const { useToasts } = await import('../../renderer/stores/toasts.ts');
const { isGoing, runOf } = await import('../../renderer/stores/run.ts');
const { losses, latestFrame } = await import('../../renderer/stores/live.ts');
const { addNode, setSetting } = await import('../../renderer/stores/edits.ts');
const { emptyDocument } = await import('../../engine/graph/document.ts');
const { formatDocument } = await import('../../engine/graph/format.ts');

const frame = (step: number): TelemetryFrame => ({
  step,
  steps: 10,
  epoch: 0,
  stepsPerSecond: 1,
  losses: Float64Array.of(step, 0.5),
  memoryBytes: 0,
  loops: {},
  nodes: {},
});

const line = (): Line => lines[0] ?? expect.fail('no engine');
/** Waits for a request, takes it off the list. */
async function asked<T extends Request['type']>(type: T) {
  const at = () => line().requests.findIndex(({ request }) => request.type === type);
  await vi.waitFor(() => expect(at()).toBeGreaterThanOrEqual(0));
  const found = line().requests.splice(at(), 1)[0] ?? expect.fail('nothing');
  const answer = (ok = true, created: CreatedSession = { device: plainDevice }) =>
    line().port.post({
      kind: 'reply',
      id: found.id,
      reply: ok
        ? { ok: true, value: type === 'create' ? created : null }
        : { ok: false, diagnostics: [{ code: 'no', severity: 'error', message: 'no', hint: 'mend' }] },
    });
  return { request: found.request as Extract<Request, { type: T }>, answer };
}
const arrived = () => new Promise((resolve) => setTimeout(resolve, 0));

async function begun(device?: CreatedSession): Promise<number> {
  const created = await asked('create');
  created.answer(true, device);
  (await asked('watch')).answer();
  (await asked('train')).answer();
  await arrived();
  return created.request.run ?? 0;
}
const become = (session: string, run: number, state: RunState, step: number) =>
  line().port.post({ kind: 'transition', session, run, transition: { type: 'state', state, step, epoch: 0 } });
const tell = (session: string, run: number, step: number) => {
  become(session, run, 'running', step);
  line().port.post({ kind: 'telemetry', session, run, frame: frame(step) });
};

describe('a run and the one before it', () => {
  let tab: string;
  beforeEach(() => {
    vi.stubGlobal('requestAnimationFrame', (paint: () => void) => setTimeout(paint, 0));
    const document = addNode(emptyDocument(), 'SGD', { x: 0, y: 0 });
    useDocuments.getState().open(formatDocument(document), 'a');
    tab = activeTab()?.id ?? expect.fail('no tab');
    line().requests.length = 0;
    line().acks.length = 0;
  });

  it('are kept apart: what the older still tells after a restart is dropped', async () => {
    void train();
    const first = await begun();
    tell(tab, first, 7);
    await arrived();
    expect(runOf(tab).step).toBe(7);
    void restart();
    await vi.waitFor(() => expect(runOf(tab).preparing).toBe(true));
    tell(tab, first, 8);
    const second = await begun();
    tell(tab, first, 9);
    await arrived();
    expect(runOf(tab).step).toBe(0);
    expect(latestFrame(tab)).toBeUndefined();
    tell(tab, second, 1);
    await vi.waitFor(() => expect(line().acks.at(-1)).toBe(second));
    expect(losses(tab).steps).toEqual([1]);
  });

  it.each([true, false])('a refused one leaves the older as it was (weights to be kept: %s)', async (keepWeights) => {
    void train();
    const first = await begun();
    tell(tab, first, 7);
    await arrived();
    const { trained } = runOf(tab);
    const over = restart(keepWeights);
    (await asked('create')).answer(false);
    await over;
    expect(runOf(tab)).toMatchObject({ state: 'running', step: 7, preparing: false });
    expect(runOf(tab).trained).toBe(trained);
    expect(losses(tab).steps).toEqual([7]);
  });

  it('says how many of the weights that were to be kept began anew, and which', async () => {
    const titles = () => useToasts.getState().toasts.map(({ title }) => title);
    const dismissAll = () => useToasts.setState({ toasts: [] });
    dismissAll();
    void train();
    await begun();
    void restart(true);
    await begun();
    expect(titles()).toEqual([]);
    void restart(true);
    await begun({ device: plainDevice, anew: ['a.weight', 'a.bias', 'b.weight', 'b.bias', 'c.weight'] });
    expect(titles()).toEqual(['5 parameters began anew']);
    expect(useToasts.getState().toasts[0]?.lines[0]).toBe('a.weight, a.bias, b.weight, b.bias, and 1 more');
    dismissAll();
  });

  it('counts as going from Train on, until it says itself how it is', async () => {
    void train();
    expect(runOf(tab)).toMatchObject({ preparing: true, starting: true });
    const run = await begun();
    expect(runOf(tab)).toMatchObject({ state: 'idle', preparing: false, starting: true });
    expect(isGoing(runOf(tab))).toBe(true);
    become(tab, run, 'running', 0);
    await arrived();
    expect(runOf(tab)).toMatchObject({ state: 'running', starting: false });
    // The word of the older one says nothing of the one that is being made.
    void restart();
    become(tab, run, 'running', 1);
    await arrived();
    expect(runOf(tab)).toMatchObject({ preparing: true, starting: true });
    await begun();
  });

  it('paused while it is made, it does not set off; asked again, it does', async () => {
    const over = train();
    await pause();
    expect(isGoing(runOf(tab))).toBe(false);
    (await asked('create')).answer();
    (await asked('watch')).answer();
    await over;
    expect(runOf(tab)).toMatchObject({ state: 'idle', preparing: false, starting: false });
    expect(line().requests.filter(({ request }) => request.type === 'train')).toEqual([]);
    void train();
    (await asked('train')).answer();
    void restart();
    await pause();
    void train();
    await begun();
    expect(isGoing(runOf(tab))).toBe(true);
  });

  it('paused before its first word, it is asked to pause, and stands', async () => {
    void train();
    await begun();
    const over = pause();
    (await asked('pause')).answer();
    await over;
    expect(isGoing(runOf(tab))).toBe(false);
  });

  it('hears of a live setting that was changed while it was prepared', async () => {
    const stop = followDocuments();
    void train();
    const created = await asked('create');
    useDocuments.getState().edit((document) => setSetting(document, 'sgd1', 'lr', 0.5));
    created.answer();
    const { request } = await asked('set');
    expect(request).toMatchObject({ session: tab, node: 'sgd1', setting: 'lr', value: 0.5 });
    stop();
  });

  it('a problem that kept it from starting is withdrawn by an edit, and its toast by the next attempt', async () => {
    const stop = followDocuments();
    const refused = train();
    (await asked('create')).answer(false);
    await refused;
    expect(runOf(tab).message?.code).toBe('no');
    expect(useToasts.getState().toasts.some(({ tone }) => tone === 'bad')).toBe(true);
    useDocuments.getState().edit((document) => setSetting(document, 'sgd1', 'nesterov', true));
    expect(runOf(tab).message).toBeNull();
    void train();
    await begun();
    expect(useToasts.getState().toasts.some(({ tone }) => tone === 'bad')).toBe(false);
    stop();
  });

  it('asks for the device that was chosen, and tells of the CPU where that came instead', async () => {
    usePreferences.getState().setDevice('webgpu');
    void train();
    const { request, answer } = await asked('create');
    expect(request.device).toBe('webgpu');
    const problem = diagnostic('no-gpu', {}, { reason: 'no GPU was found', remedy: 'Install one' });
    answer(true, { device: plainDevice, problem });
    (await asked('watch')).answer();
    await vi.waitFor(() => expect(runOf(tab).on).toEqual({ choice: 'webgpu', device: plainDevice }));
    expect(useToasts.getState().toasts.map(({ lines }) => lines)).toEqual([
      [
        'There is no WebGPU here (no GPU was found): the CPU trains instead. Install one, or choose Auto as the device.',
      ],
    ]);
    // And of a GPU that fails in mid-run.
    const failed = diagnostic('gpu-failed', {}, { reason: 'It is gone.', where: 'on the CPU', remedy: 'Try again' });
    const told = { device: { ...plainDevice, threads: 2 }, problem: failed };
    const run = request.run ?? 0;
    line().port.post({ kind: 'transition', session: tab, run, transition: { type: 'device', told } });
    await vi.waitFor(() => expect(runOf(tab).on?.device.threads).toBe(2));
    expect(useToasts.getState().toasts.at(-1)?.lines).toEqual([
      'The GPU failed (It is gone). The run continues on the CPU. Try again.',
    ]);
    usePreferences.getState().setDevice('auto');
  });

  it('stays where it is when another device is chosen; over, it gives way to one that is there', async () => {
    const adapter = { name: 'a GPU', isSoftware: false, mostBytes: 2 ** 30, keepsNan: true };
    useGpu.setState({ report: { adapter } });
    void train();
    const first = await begun();
    become(tab, first, 'paused', 3);
    await arrived();
    usePreferences.getState().setDevice('webgpu');
    void train();
    // In the middle, it goes on.
    (await asked('train')).answer();
    become(tab, first, 'finished', 10);
    await arrived();
    // Auto takes the CPU for so small a network, which is where it was.
    usePreferences.getState().setDevice('cpu');
    void train();
    (await asked('train')).answer();
    await arrived();
    become(tab, first, 'finished', 20);
    await arrived();
    usePreferences.getState().setDevice('webgpu');
    void train();
    const second = await begun({ device: { name: 'webgpu', simd: 'none', threads: 1, adapter } });
    expect(runOf(tab).on?.device.name).toBe('webgpu');
    // A reset leads to the initial weights; of another device, to a new session.
    become(tab, second, 'paused', 1);
    void reset();
    (await asked('reset')).answer();
    await vi.waitFor(() => expect(runOf(tab)).toMatchObject({ state: 'idle', on: { choice: 'webgpu' } }));
    usePreferences.getState().setDevice('auto');
    void reset();
    (await asked('close')).answer();
    expect(runOf(tab)).toMatchObject({ trained: null, on: null });
  });
});
