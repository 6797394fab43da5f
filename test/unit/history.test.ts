import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { DocumentNode, Mode } from '../../engine/graph/document.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { History } from '../../engine/session/history.ts';
import { Session } from '../../engine/session/session.ts';
import type { Snapshot } from '../../engine/session/snapshot.ts';
import { travel } from '../../engine/session/travel.ts';

const isSoak = process.env.GRADLOOM_SOAK !== undefined;
const MEGABYTE = 2 ** 20;
const never = () => false;

interface Start {
  readonly mode?: Mode;
  readonly history?: number;
  readonly backend?: Backend;
  readonly steps?: number;
  /** By node: what differs from the example. */
  readonly settings?: Readonly<Record<string, DocumentNode['settings']>>;
}

async function start(id: string, options: Start = {}) {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const {
    mode = document.run.mode,
    history = 256 * MEGABYTE,
    backend = createReferenceBackend(),
    steps = 1000,
    settings = {},
  } = options;
  const nodes = document.nodes.map((node) => ({ ...node, settings: { ...node.settings, ...settings[node.id] } }));
  const created = await Session.create(
    { ...document, nodes, run: { ...document.run, mode, steps } },
    { backend, files: nodeFiles('.'), history },
  );
  if (created.session === undefined) throw new Error(`${id} cannot be trained`);
  return created.session;
}

const weightsOf = (session: Session) =>
  session.program.parameters.map(({ address }) => {
    const array = session.parameter(address);
    return array && session.backend.readSync(array);
  });

/** A snapshot of `bytes` bytes, as a run without parameters but one has it. */
async function snapshots(bytes: number): Promise<(iteration: number) => Snapshot> {
  const parameters = new Map([['w.value', new Float32Array(bytes / 4)]]);
  const session = await start('xor');
  const [generator, random] = [session.generator.state(), session.random.state()];
  return (iteration) => ({
    iteration,
    epoch: 0,
    parameters,
    gradients: new Map(),
    writers: [],
    generator,
    random,
    batches: undefined,
  });
}

describe('a history', () => {
  it('is dense near the present, ever wider before it, and keeps to its budget', async () => {
    const snapshot = await snapshots(MEGABYTE);
    const history = new History(256 * MEGABYTE);
    for (let i = 0; i < 40_000; i++) if (history.wants(i, false)) history.add(snapshot(i));
    expect(history.bytes).toBeLessThanOrEqual(256 * MEGABYTE);
    // Anywhere in it at most 64 iterations have to be run again, and near the present at most 4.
    const earliest = history.earliest ?? Number.NaN;
    expect(40_000 - earliest).toBeGreaterThan(8_000);
    for (let i = earliest; i < 40_000; i++) expect(i - (history.nearest(i)?.iteration ?? Number.NaN)).toBeLessThan(64);
    for (let i = 39_990; i < 40_000; i++) expect(i - (history.nearest(i)?.iteration ?? Number.NaN)).toBeLessThan(4);
    expect(history.nearest(earliest - 1)).toBeUndefined();
  });

  it('remembers large networks less often, so that copying them costs nothing that counts', async () => {
    for (const [megabytes, apart] of [
      [1, 4],
      [3, 4],
      [10, 16],
      [60, 64],
      [200, 64],
    ] as const) {
      const snapshot = await snapshots(megabytes * MEGABYTE);
      const history = new History(256 * MEGABYTE);
      const taken: number[] = [];
      for (let i = 0; i < 1000; i++)
        if (history.wants(i, false)) {
          history.add(snapshot(i));
          taken.push(i);
        }
      expect(taken).toEqual(Array.from({ length: Math.ceil(1000 / apart) }, (_, i) => i * apart));
      expect(history.bytes).toBeLessThanOrEqual(256 * MEGABYTE);
      // While somebody steps, all are remembered all the same.
      expect(history.wants(1001, true)).toBe(true);
    }
  });

  it('keeps the last snapshot however small the budget, and forgets another future', async () => {
    const snapshot = await snapshots(MEGABYTE);
    const small = new History(1000);
    for (let i = 0; i < 9; i++) if (small.wants(i, true)) small.add(snapshot(i));
    expect([small.size, small.earliest]).toEqual([1, 8]);
    const history = new History(256 * MEGABYTE);
    for (let i = 0; i < 9; i++) history.add(snapshot(i));
    history.forgetAfter(4);
    expect([history.size, history.nearest(8)?.iteration]).toEqual([5, 4]);
    expect(new History(0).wants(0, true)).toBe(false);
  });

  it('goes back in a large network too, where snapshots lie far apart', async () => {
    const wide = { linear1: { outFeatures: 1200 }, linear2: { inFeatures: 1200 } };
    const session = await start('nn-sequential', { steps: 20, backend: createWasmBackend(), settings: wide });
    const weights = new Map<number, unknown>();
    session.run(({ iteration, phase }) => {
      if (phase === 'batch' && [5, 18].includes(iteration)) weights.set(iteration, weightsOf(session));
      return false;
    });
    // Of iterations 0 and 16: 10 MB each.
    expect(session.history.bytes / MEGABYTE).toBeCloseTo(18.5, 0);
    for (const iteration of [18, 5]) {
      expect(await travel(session, { iteration, position: 0 }, never)).toBe('arrived');
      expect(weightsOf(session)).toEqual(weights.get(iteration));
    }
  }, 60_000);

  // The full count is in the soak: every iteration of a long run can be gone back to within the default budget.
  const iterations = isSoak ? 1000 : 100;
  it(`reaches ${iterations} iterations of dynamic-net back`, async () => {
    const session = await start('dynamic-net', { steps: iterations });
    const weights = new Map<number, unknown>();
    session.run(({ iteration, phase }) => {
      if (phase === 'batch' && [1, 37].includes(iteration)) weights.set(iteration, weightsOf(session));
      return false;
    });
    weights.set(iterations, weightsOf(session));
    expect(session.history.earliest).toBe(0);
    expect(session.history.bytes).toBeLessThanOrEqual(256 * MEGABYTE);
    for (const iteration of [1, 37, iterations]) {
      expect(await travel(session, { iteration, position: 0 }, never)).toBe('arrived');
      expect(weightsOf(session)).toEqual(weights.get(iteration));
    }
  }, 120_000);
});

describe('a run that was stepped through', { timeout: 60_000 }, () => {
  const examples = [
    'autograd',
    'custom-function',
    'custom-module',
    'dynamic-net',
    'nn-sequential',
    'optim-adam',
    'static-graph',
    'tensors-by-hand',
  ];
  it.each(examples.flatMap((id) => (['dynamic', 'static'] as const).map((mode) => [id, mode] as const)))(
    '%s, back to the first iteration and forward again, is the one without a stop, in %s mode',
    async (id, mode) => {
      const steps = isSoak || id === 'dynamic-net' ? 20 : 5;
      const free = await start(id, { mode, history: 0, steps });
      const losses: number[] = [];
      free.onStep = (_step, loss) => losses.push(loss);
      free.run();

      const session = await start(id, { mode, steps });
      const told: number[] = [];
      session.onStep = (_step, loss) => told.push(loss);
      const one = new Debugger(session);
      for (let i = 0; i < steps; i++) await one.step('iteration', never);
      expect(told).toEqual(losses);
      expect(weightsOf(session)).toEqual(weightsOf(free));
      await one.travel({ iteration: 0, position: 0 }, never);
      const again: (number | undefined)[] = [];
      for (let i = 0; i < steps; i++) {
        await one.step('iteration', never);
        again.push(session.loss);
      }
      expect(again).toEqual(losses);
      expect(weightsOf(session)).toEqual(weightsOf(free));
      // What was run again was told once.
      expect(told).toEqual(losses);
    },
  );
});

/** Counts the calls that make arrays: the kernels that run. */
function counting(): { backend: Backend; count(): number } {
  let kernels = 0;
  const making = [
    'unary',
    'binary',
    'where',
    'reduce',
    'matmul',
    'gather',
    'scatterAdd',
    'permute',
    'broadcastTo',
    'slice',
    'takeRows',
    'copy',
    'full',
  ];
  const backend = new Proxy(createReferenceBackend(), {
    get(target, name) {
      if (making.includes(String(name))) kernels++;
      return Reflect.get(target, name);
    },
  });
  return { backend, count: () => kernels };
}

describe('a run that nobody steps through', { timeout: 60_000 }, () => {
  it.each([
    ['dynamic-net', 1270],
    ['optim-adam', 1468],
    ['tensors-by-hand', 380],
  ])('calls as many kernels as one that cannot be stepped: %s', async (id, kernels) => {
    const plain = counting();
    const without = await start(id, { history: 0, backend: plain.backend, steps: 20 });
    without.run();
    const watched = counting();
    const session = await start(id, { backend: watched.backend, steps: 20 });
    const one = new Debugger(session);
    one.breakAt([], true);
    session.start();
    await one.train(never);
    expect(session.state).toBe('finished');
    expect(watched.count()).toBe(plain.count());
    expect(plain.count()).toBe(kernels);
  });
});

it('snapshots are copied into the memory of those that were dropped', async () => {
  const backend = createWasmBackend();
  const fresh = new Set<unknown>();
  let copies = 0;
  const session = await start('dynamic-net', {
    backend: {
      ...backend,
      readSync(x, into) {
        const read = backend.readSync(x, into);
        if (x.shape.length === 2) {
          copies++;
          fresh.add(read.buffer);
        }
        return read;
      },
    },
    steps: 2000,
  });
  const before = copies;
  session.run();
  // Three weights and what momentum remembers of them, of every fourth iteration; one snapshot in 16 is kept for good.
  expect(copies - before).toBeGreaterThan(2900);
  expect(fresh.size).toBeLessThan((copies - before) / 5);
});
