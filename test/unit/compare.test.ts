import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createCpuBackend } from '../../engine/backends/cpu.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { type DocumentNode, emptyDocument, type GraphDocument, type Mode } from '../../engine/graph/document.ts';
import type { Comparison } from '../../engine/session/comparison.ts';
import { Session } from '../../engine/session/session.ts';

function example(id: string, mode: Mode = 'dynamic'): GraphDocument {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  return { ...document, run: { ...document.run, mode } };
}

/** `a.output > b.input`; the last node is the loss, if it is not said otherwise. */
function network(nodes: readonly DocumentNode[], wires: readonly string[], losses?: readonly string[]): GraphDocument {
  const empty = emptyDocument('network');
  const [last] = nodes.filter(({ kind }) => kind !== 'SGD').slice(-1);
  return {
    ...empty,
    nodes,
    wires: wires.map((text) => {
      const [from = '', to = ''] = text.split(' > ');
      return { from, to };
    }),
    run: { ...empty.run, mode: 'dynamic', steps: 5, losses: losses ?? [`${last?.id}.output`] },
  };
}

const node = (id: string, kind: string, settings: DocumentNode['settings'] = {}): DocumentNode => ({
  id,
  kind,
  settings,
});

async function open(document: GraphDocument, backend: Backend, history = 64 * 2 ** 20): Promise<Session> {
  const { session, diagnostics } = await Session.create(document, { backend, files: nodeFiles('.'), history });
  if (session === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return session;
}

/** So many iterations in one go where there is a plan. */
function train(session: Session, iterations: number): Session {
  session.start();
  while (session.cursor.iteration < iterations && session.advance('iteration'));
  session.pause();
  return session;
}

function compare(session: Session): Comparison {
  const next = session.view.compare();
  for (;;) {
    const step = next?.();
    if (step === undefined) throw new Error('there is nothing to compare');
    if (step.done === true) return step.value;
  }
}

const apart = ({ nodes }: Comparison) => nodes.filter(({ isWithin }) => !isWithin).map(({ address }) => address);

/** A backend of ours, but for what `wrong` does. */
const faulty = (wrong: (sound: Backend) => Partial<Backend>): Backend => {
  const sound = createCpuBackend();
  // A plan is played without the calls that it was made of.
  const { plan: _, ...calls } = sound;
  return { ...calls, ...wrong(sound) };
};

/** Multiplies matrices a hundredth too large. */
const wrongProducts = () =>
  faulty((sound) => ({ matmul: (...operands) => sound.binary('mul', sound.matmul(...operands), 1.01) }));

const shipped = [
  'autograd',
  'custom-function',
  'custom-module',
  'dynamic-net',
  'nn-sequential',
  'optim-adam',
  'spiral',
  'static-graph',
  'tensors-by-hand',
  'xor',
];

describe('WebAssembly beside the reference', () => {
  it.each(shipped.flatMap((id) => (['dynamic', 'static'] as const).map((mode) => [id, mode] as const)))(
    'agrees in every entry of %s, %s',
    async (id, mode) => {
      const session = train(await open(example(id, mode), createCpuBackend()), 3);
      const found = compare(session);
      expect(apart(found)).toEqual([]);
      expect(found).toMatchObject({ iteration: 2, skipped: 0, isWithin: true });
      const operations = session.moment()?.entries.list.filter(({ attrs }) => attrs !== undefined);
      expect(found.compared).toBeGreaterThanOrEqual(operations?.length ?? Number.NaN);
      expect(found.worst?.apart).toBeLessThan(1e-5);
    },
  );

  it('agrees in every iteration of a loop, each under its own address', async () => {
    const session = train(await open(example('dynamic-net'), createCpuBackend()), 1);
    const found = compare(session);
    expect(session.loops.get('middle')).toBe(3);
    const inLoop = found.nodes.map(({ address }) => address).filter((address) => address.startsWith('middle'));
    expect(inLoop).toEqual([1, 2, 3].flatMap((i) => [`middle#${i}/middle_linear`, `middle#${i}/middle_relu`]));
    expect(found.isWithin).toBe(true);
  });

  it('leaves the run as it is', async () => {
    const [looked, other] = await Promise.all([1, 2].map(() => open(example('xor', 'static'), createCpuBackend())));
    if (looked === undefined || other === undefined) throw new Error('xor does not open');
    train(looked, 3);
    compare(looked);
    expect(train(looked, 6).loss).toBe(train(other, 6).loss);
  });
});

describe('what is compared', () => {
  it('is what is done so far, wherever the session stands', async () => {
    const session = await open(example('xor'), createCpuBackend());
    const counts: number[] = [];
    for (const phase of ['forward', 'loss', 'backward', 'update'] as const) {
      session.run(({ phase: now }) => now === phase);
      session.run(() => true);
      const { compared, skipped, isWithin } = compare(session);
      expect([phase, skipped, isWithin]).toEqual([phase, 0, true]);
      counts.push(compared);
    }
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBeLessThan(counts[1] ?? 0);
    expect(counts[2]).toBeLessThan(counts[3] ?? 0);
  });

  it('is nothing before the first iteration', async () => {
    expect((await open(example('xor'), createCpuBackend())).view.compare()).toBeUndefined();
  });

  it('leaves out what reads weights that are no longer known', async () => {
    const session = train(await open(example('xor'), createCpuBackend(), 0), 2);
    const { nodes, skipped, isWithin } = compare(session);
    expect(isWithin).toBe(true);
    const byAddress = new Map(nodes.map((one) => [one.address, one]));
    expect(byAddress.get('hidden')?.skipped).toBeGreaterThan(0);
    expect(byAddress.get('loss')?.skipped).toBe(0);
    expect(skipped).toBeGreaterThan(0);
  });

  it('leaves out a dropout, whose mask nobody keeps', async () => {
    const document = network(
      [
        node('x', 'RandomTensor', { shape: [6, 4] }),
        node('linear', 'Linear', { outFeatures: 3 }),
        node('dropout', 'Dropout', { p: 0.5 }),
        node('mean', 'Mean'),
        node('sgd', 'SGD', { lr: 0.1 }),
      ],
      [
        'x.output > linear.input',
        'linear.output > dropout.input',
        'dropout.output > mean.input',
        'mean.output > sgd.loss',
      ],
    );
    const { nodes, isWithin } = compare(train(await open(document, createCpuBackend()), 2));
    expect(isWithin).toBe(true);
    const left = nodes.filter(({ skipped }) => skipped > 0);
    expect(left).toEqual([{ address: 'dropout', compared: 0, skipped: 2, isWithin: true }]);
  });

  it('holds the sum of several losses and its gradient', async () => {
    const document = network(
      [
        node('x', 'RandomTensor', { shape: [6, 4] }),
        node('linear', 'Linear', { outFeatures: 3 }),
        node('mean', 'Mean'),
        node('sum', 'Sum'),
        node('sgd', 'SGD', { lr: 0.1 }),
      ],
      ['x.output > linear.input', 'linear.output > mean.input', 'linear.output > sum.input', 'mean.output > sgd.loss'],
      ['mean.output', 'sum.output'],
    );
    const { nodes, skipped, isWithin } = compare(train(await open(document, createCpuBackend()), 2));
    expect([skipped, isWithin]).toEqual([0, true]);
    // Forward and backward, what it adds to the gradient of the Linear, and the sum forward and backward.
    expect(nodes.find(({ address }) => address === 'mean')?.compared).toBe(5);
  });
});

describe('a backend that is wrong in one operation', () => {
  it.each(['xor', 'dynamic-net', 'tensors-by-hand'])('is found at exactly the nodes that use it: %s', async (id) => {
    const session = train(await open(example(id), wrongProducts()), 1);
    const found = compare(session);
    const multiply = session.moment()?.entries.list.filter(({ op }) => op === 'matmul');
    expect(apart(found).sort()).toEqual([...new Set(multiply?.map(({ address }) => address))].sort());
    expect(found.isWithin).toBe(false);
    expect(found.worst).toMatchObject({ op: 'matmul', nonFinite: 0 });
    expect(found.worst?.apart).toBeCloseTo(0.01, 3);
  });

  it('is found in static mode, too', async () => {
    const session = train(await open(example('xor', 'static'), wrongProducts()), 3);
    expect(apart(compare(session))).toEqual(['hidden', 'output']);
  });

  it('is found where it makes a number of what is none', async () => {
    const document = network(
      [node('x', 'RandomTensor', { shape: [50] }), node('sqrt', 'Sqrt'), node('mean', 'Mean')],
      ['x.output > sqrt.input', 'sqrt.output > mean.input'],
    );
    const lenient = faulty((sound) => ({
      unary: (op, x) => sound.unary(op, op === 'sqrt' ? sound.binary('maximum', x, 0) : x),
    }));
    const session = await open(document, lenient);
    session.run(({ phase }) => phase === 'loss');
    const negative = session.view.elements({ of: 'value', slot: 0 })?.values.filter((value) => value < 0).length;
    expect(compare(session)).toMatchObject({
      isWithin: false,
      worst: { address: 'sqrt', op: 'sqrt', apart: Number.POSITIVE_INFINITY, nonFinite: negative },
    });
  });
});

describe('the scale of a difference', () => {
  it('is that of the terms where they cancel', async () => {
    const document = network(
      [
        node('x', 'RandomTensor', { shape: [1000] }),
        node('mean', 'Mean'),
        node('difference', 'Sub'),
        node('rest', 'Sum'),
      ],
      [
        'x.output > mean.input',
        'x.output > difference.input',
        'mean.output > difference.other',
        'difference.output > rest.input',
      ],
    );
    // Elements that add up to nothing but rounding, and a backend that adds them up otherwise.
    const single = faulty((sound) => ({
      reduce(op, x, axes, keepDims) {
        if (op !== 'sum' || axes.length < x.shape.length) return sound.reduce(op, x, axes, keepDims);
        let sum = 0;
        for (const value of sound.readSync(x)) sum = Math.fround(sum + value);
        return sound.full(keepDims ? x.shape.map(() => 1) : [], sum);
      },
    }));
    const session = train(await open(document, single), 1);
    const exact = train(await open(document, createReferenceBackend()), 1);
    expect(Math.abs((session.loss ?? 0) - (exact.loss ?? 0))).toBeGreaterThan(0.1 * Math.abs(exact.loss ?? 0));
    expect(compare(session).isWithin).toBe(true);
  });
});

describe('a large product', () => {
  it('is done in pieces, to the bit what it is at once', async () => {
    const document = network(
      [
        node('x', 'RandomTensor', { shape: [300, 400] }),
        node('linear', 'Linear', { outFeatures: 300 }),
        node('mean', 'Mean'),
        node('sgd', 'SGD', { lr: 0.1 }),
      ],
      ['x.output > linear.input', 'linear.output > mean.input', 'mean.output > sgd.loss'],
    );
    const session = train(await open(document, createReferenceBackend()), 1);
    const next = session.view.compare();
    let pauses = 0;
    let step = next?.();
    for (; step !== undefined && step.done !== true; step = next?.()) pauses++;
    const found = step?.done === true ? step.value : undefined;
    expect(found).toMatchObject({ isWithin: true, worst: { apart: 0 } });
    // Two products of 36 million multiplications each, in three pieces.
    expect(pauses - (found?.compared ?? 0)).toBe(6);
  });
});
