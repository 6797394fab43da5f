import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { MOST_PLANS } from '../../engine/graph/check.ts';
import type { DocumentNode, GraphDocument, Mode } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';
import { startPoolThread } from '../../engine/threads/start.ts';
import { settingsOf } from '../parity/optim_cases.ts';
import { networks } from './networks.ts';
import { runs } from './runs.ts';

/** Iterations in one go, from a plan with fused work, against entries one by one: not a bit may differ. */

/** Calls that compute. */
const COMPUTING = ['unary', 'binary', 'where', 'reduce', 'matmul', 'gather', 'scatterAdd', 'reshape', 'copy'] as const;

interface Counted {
  readonly backend: Backend;
  /** Plans made ready, and calls that were made one by one. */
  readonly counts: { plans: number; calls: number };
}
function counting(): Counted {
  const backend = createWasmBackend();
  const counts = { plans: 0, calls: 0 };
  const plan: Backend['plan'] = (work) => {
    counts.plans++;
    return backend.plan?.(work) ?? expect.fail('the backend makes no plans');
  };
  const counted = { ...backend, plan };
  for (const name of COMPUTING) {
    const call: (...given: never[]) => unknown = backend[name];
    Object.assign(counted, {
      [name]: (...given: never[]) => {
        counts.calls++;
        return call(...given);
      },
    });
  }
  return { backend: counted, counts };
}

async function sessionOf(document: GraphDocument, mode: Mode, backend: Backend): Promise<Session> {
  const options = { backend, files: nodeFiles('.') };
  const { session, diagnostics } = await Session.create({ ...document, run: { ...document.run, mode } }, options);
  return session ?? expect.fail(JSON.stringify(diagnostics));
}

/** Parameters, and all values and gradients of the last pass, as numbers. */
function standOf(session: Session) {
  const read = (array: Parameters<Backend['readSync']>[0] | undefined) => array && [...session.backend.readSync(array)];
  const moment = session.moment() ?? expect.fail('nothing ran');
  const { schedule } = moment.pass;
  const slots = schedule.steps.flatMap(({ outputs }) => outputs);
  return {
    weights: session.program.parameters.map(({ address }) => read(session.parameter(address))),
    values: slots.map((slot) => read(moment.pass.value(slot))),
    gradients: slots.map((slot) => read(moment.gradient(slot))),
    parameters: session.program.parameters.map(({ slot }) => read(moment.gradient(slot))),
  };
}

interface Ended extends ReturnType<typeof standOf> {
  readonly losses: readonly number[];
}
async function ended(
  document: GraphDocument,
  mode: Mode,
  by: 'entry' | 'iteration',
  { backend }: Pick<Counted, 'backend'> = counting(),
  change: (session: Session) => void = () => undefined,
): Promise<Ended> {
  const session = await sessionOf(document, mode, backend);
  const losses: number[] = [];
  session.onStep = (_, loss) => {
    losses.push(loss);
    change(session);
  };
  session.start();
  while (session.advance(by));
  expect(session.failure).toBeUndefined();
  return { losses, ...standOf(session) };
}

/** Told by name alone: what differs may be long. */
function expectSame(one: object, other: object): void {
  const told = new Map(Object.entries(one).map(([name, value]) => [name, JSON.stringify(value)]));
  const names = Object.entries(other).flatMap(([name, value]) =>
    told.get(name) === JSON.stringify(value) ? [] : [name],
  );
  expect(names).toEqual([]);
}

const example = (id: string): GraphDocument => openDocument(id).document ?? expect.fail(`no ${id}`);
const steps = (document: GraphDocument, count: number): GraphDocument => {
  const { epochs: _, ...run } = document.run;
  return { ...document, run: { ...run, steps: count } };
};

/** Points of a spiral in batches of 70, the last of each epoch smaller, through dropout. */
function classifier(optimizer: DocumentNode): GraphDocument {
  const spiral = example('spiral');
  const nodes = spiral.nodes.filter(({ id }) => id !== 'adam');
  const wires = spiral.wires.filter(({ from, to }) => from !== 'tanh2.output' && to !== 'adam.loss');
  return {
    ...spiral,
    nodes: [...nodes, { id: 'drop', kind: 'Dropout', settings: { p: 0.25 } }, optimizer],
    wires: [
      ...wires,
      { from: 'tanh2.output', to: 'drop.input' },
      { from: 'drop.output', to: 'output.input' },
      { from: 'loss.loss', to: `${optimizer.id}.loss` },
    ],
    run: { mode: 'static', seed: 1, steps: 14, batchSize: 70 },
  };
}

it('random networks of nested blocks: the same losses, weights, values and gradients', async () => {
  let planned = 0;
  await fc.assert(
    fc.asyncProperty(networks, async (random) => {
      const document = steps(random, 8);
      const counted = counting();
      const whole = await ended(document, 'static', 'iteration', counted);
      expectSame(whole, await ended(document, 'static', 'entry'));
      expectSame(whole, await ended(document, 'dynamic', 'entry'));
      planned += counted.counts.plans;
    }),
    runs(40, 1500),
  );
  expect(planned).toBeGreaterThan(40);
}, 1_800_000);

describe.each(Object.entries(settingsOf))('%s', (kind, all) => {
  it.each(all)('with %j, minibatches, dropout and labels', async (settings) => {
    const { initialAccumulatorValue: _, ...given } = settings;
    const document = classifier({ id: 'opt', kind, settings: given });
    const counted = counting();
    const whole = await ended(document, 'static', 'iteration', counted);
    expectSame(whole, await ended(document, 'dynamic', 'entry'));
    // One for batches of 70 and one for the last of an epoch.
    expect(counted.counts.plans).toBe(2);
  });
});

describe.each(['static', 'auto'] as const)('%s mode', (mode) => {
  it.each([
    'tensors-by-hand',
    'autograd',
    'custom-function',
    'optim-adam',
    'custom-module',
    'dynamic-net',
    'static-graph',
  ])('%s', async (id) => {
    const document = steps(example(id), 12);
    const counted = counting();
    expectSame(await ended(document, mode, 'iteration', counted), await ended(document, 'dynamic', 'entry'));
    expect(counted.counts.plans).toBeGreaterThan(0);
  });

  it('where a loop can run in more ways than plans are kept, the others run afresh', async () => {
    const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      x: { shape: [4, 6] },
      y: { shape: [4, 2] },
      input_linear: { inFeatures: 6, outFeatures: 3 },
      middle: { count: 'drawn', min: 0, max: 199 },
      middle_linear: { inFeatures: 3, outFeatures: 3 },
      output_linear: { inFeatures: 3, outFeatures: 2 },
    };
    const net = steps(example('dynamic-net'), 150);
    const document = {
      ...net,
      nodes: net.nodes.map((node) => ({ ...node, settings: small[node.id] ?? node.settings })),
    };
    const counted = counting();
    let captured = 0;
    const whole = await ended(document, mode, 'iteration', counted, (session) => {
      captured = session.view.captured().length;
    });
    expect(captured).toBe(MOST_PLANS);
    expect(counted.counts.plans).toBeGreaterThan(0);
    expectSame(whole, await ended(document, 'dynamic', 'entry'));
  });
});

it('what is set in the middle of a run is in force from the next iteration on, also where it changes what is computed', async () => {
  const document = classifier({ id: 'opt', kind: 'SGD', settings: { lr: 0.1 } });
  const change = (session: Session) => {
    const { iteration } = session.cursor;
    if (iteration === 5) expect(session.set('opt', 'lr', 0.05)).toBeUndefined();
    if (iteration === 9) expect(session.set('opt', 'momentum', 0.9)).toBeUndefined();
  };
  const whole = await ended(document, 'static', 'iteration', counting(), change);
  expectSame(whole, await ended(document, 'dynamic', 'entry', counting(), change));
  expect(whole.losses).not.toEqual((await ended(document, 'static', 'iteration')).losses);
});

it('one may step in the middle of it, go on, and go back', async () => {
  const document = steps(example('dynamic-net'), 20);
  const expected = await ended(document, 'dynamic', 'entry');
  const session = await sessionOf(document, 'static', createWasmBackend());
  const losses: number[] = [];
  session.onStep = (_, loss) => losses.push(loss);
  session.start();
  for (let i = 0; session.advance(i % 50 < 25 ? 'iteration' : 'entry'); i++);
  expectSame({ losses, ...standOf(session) }, expected);
});

describe('threads', () => {
  const shared = createWasmBackend({ threads: 3, startThread: startPoolThread, wide: () => true });
  beforeAll(() => vi.waitUntil(() => shared.threads === 3, { timeout: 30_000 }), 30_000);
  afterAll(() => shared.close());

  // Their first layers are shared in parts, and what follows a product is done of each part as soon as it is there.
  it.each([
    ['nn-sequential', 30],
    ['optim-adam', 30],
    ['dynamic-net', 60],
  ])('do not change a bit of %s', async (id, count) => {
    const document = steps(example(id), count);
    const whole = await ended(document, 'static', 'iteration', { backend: shared });
    expectSame(whole, await ended(document, 'dynamic', 'entry'));
  });
});

it('what works element by element on a product, its bias or its gradient is done with it: of 23 launches 16 are left', async () => {
  const backend = createWasmBackend();
  let kernels = 0;
  const plan: Backend['plan'] = (work) => {
    const made = backend.plan?.(work) ?? expect.fail('the backend makes no plans');
    kernels = made.kernels;
    return made;
  };
  await ended(steps(example('nn-sequential'), 5), 'static', 'iteration', { backend: { ...backend, plan } });
  expect(kernels).toBe(16);
});

it('in an iteration that was made ready nothing is asked of the backend but to run it, and no memory is taken', async () => {
  const counted = counting();
  const session = await sessionOf(steps(example('optim-adam'), 1_000), 'static', counted.backend);
  session.start();
  const until = (iteration: number) => {
    while (session.cursor.iteration < iteration && session.advance('iteration'));
  };
  until(3);
  const calls = counted.counts.calls;
  const memory = session.backend.memory();
  until(100);
  expect(counted.counts).toEqual({ plans: 1, calls });
  expect(session.backend.memory()).toEqual(memory);
});

it('a loss that is not finite ends the run before anything is updated, with its values to look at', async () => {
  const node = { id: 'opt', kind: 'SGD', settings: { lr: 1e38 } };
  const fails = async (mode: Mode, by: 'entry' | 'iteration') => {
    const session = await sessionOf(classifier(node), mode, createWasmBackend());
    session.start();
    while (session.advance(by));
    expect(session.failure?.code).toBe('loss-not-finite');
    return { at: session.cursor, position: session.position, ...standOf(session) };
  };
  expectSame(await fails('static', 'iteration'), await fails('dynamic', 'entry'));
});

it('settings that change again and again take no memory: what was noted for those before is given back', async () => {
  const backend = createWasmBackend();
  const session = await sessionOf(classifier({ id: 'opt', kind: 'SGD', settings: { lr: 0.1 } }), 'static', backend);
  session.start(4_000);
  const change = (until: number) => {
    while (session.cursor.iteration < until && session.advance('iteration'))
      if (session.position === 0)
        session.set('opt', 'lr', 0.01 + 0.001 * (Math.floor(session.cursor.iteration / 20) % 2));
  };
  change(300);
  const reserved = backend.reserved;
  change(4_000);
  expect(session.cursor.iteration).toBe(4_000);
  expect(backend.reserved).toBe(reserved);
});

it('a plan that does not fit into memory is replayed by calls, and leaves nothing behind', async () => {
  const document = steps(example('optim-adam'), 6);
  const expected = await ended(document, 'dynamic', 'entry');
  let failed = 0;
  const backend = createWasmBackend();
  const plan: Backend['plan'] = (work) => {
    const before = backend.memory();
    const large = { shape: [2 ** 30], dtype: 'f32' } as const;
    const lookedAt = new Set([...work.lookedAt, work.table.length]);
    try {
      return backend.plan?.({ ...work, table: [...work.table, large], lookedAt }) ?? expect.fail('no plan');
    } finally {
      failed++;
      expect(backend.memory()).toEqual(before);
    }
  };
  expectSame(await ended(document, 'static', 'iteration', { backend: { ...backend, plan } }), expected);
  expect(failed).toBe(1);
});
