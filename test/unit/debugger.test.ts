import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { keyOf } from '../../engine/graph/breakpoints.ts';
import { type Breakpoint, type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';
import type { RunState } from '../../engine/session/summary.ts';
import { plantedNaN } from '../e2e/engine.ts';
import { example } from '../example.ts';

const never = () => false;

async function debug(document: GraphDocument, list: readonly Breakpoint[] = []) {
  const created = await Session.create(document, {
    backend: createReferenceBackend(),
    files: nodeFiles('.'),
    history: 64 * 2 ** 20,
  });
  if (created.session === undefined) throw new Error(created.diagnostics.map((d) => d.message).join('\n'));
  const debug = new Debugger(created.session);
  const states: RunState[] = [];
  debug.onState = (state) => states.push(state);
  created.session.onStep = (step, loss) => debug.finished(step, loss);
  debug.breakAt(list, true);
  const train = async () => {
    created.session.start();
    await debug.train(never);
    return debug.report();
  };
  /** The entry that was done last, and the one that comes next. */
  const around = () => {
    const tape = debug.tape();
    const [done, next] = [tape?.entries[(tape.done ?? 0) - 1], tape?.entries[tape?.done ?? 0]];
    return [done && `${done.phase} ${done.address} ${done.op}`, next && `${next.phase} ${next.address} ${next.op}`];
  };
  return { session: created.session, debug, train, around, states };
}

/** `dynamic-net` at seed 0 draws 3, 3, 0, 2, … */
const dynamicNet = example('dynamic-net');

describe('a breakpoint', { timeout: 60_000 }, () => {
  it('on a node stops before or after it, forward and backward, in every iteration of its loop', async () => {
    const before: Breakpoint = { node: 'middle/middle_linear', pass: 'forward', when: 'before' };
    const { train, around } = await debug(dynamicNet, [
      before,
      { node: 'middle/middle_relu', pass: 'backward', when: 'after' },
    ]);
    const seen: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      expect(await train()).toMatchObject({ reason: 'breakpoint', iteration: 0 });
      seen.push(around());
    }
    const forward = [1, 2, 3].map((k) => [
      k === 1 ? 'forward input_relu clamp' : `forward middle#${k - 1}/middle_relu clamp`,
      `forward middle#${k}/middle_linear matmul`,
    ]);
    const backward = [3, 2, 1].map((k) => [
      `backward middle#${k}/middle_relu accumulate`,
      `backward middle#${k}/middle_linear add`,
    ]);
    expect(seen).toEqual([...forward, ...backward]);
  });

  it('on a wire stops before what passes is read', async () => {
    const stops = async (wire: string) => {
      const { train, around } = await debug(dynamicNet, [{ wire }]);
      await train();
      return around()[1];
    };
    expect(await stops('x.output→input_linear.input')).toBe('forward input_linear matmul');
    expect(await stops('input_relu.output→middle.start')).toBe('forward middle#1/middle_linear matmul');
    expect(await stops('middle.current→middle/middle_linear.input')).toBe('forward middle#1/middle_linear matmul');
    expect(await stops('middle/middle_linear.output→middle/middle_relu.input')).toBe(
      'forward middle#1/middle_relu clamp',
    );
    expect(await stops('middle/middle_relu.output→middle.next')).toBe('forward middle#2/middle_linear matmul');
    expect(await stops('middle.result→output_linear.input')).toBe('forward output_linear matmul');
    expect(await stops('loss.loss→sgd.loss')).toBe('update sgd SGD');
  });

  it('on a parameter stops at every contribution to its gradient', async () => {
    const { train, around, debug: one } = await debug(dynamicNet, [{ parameter: 'middle/middle_linear.weight' }]);
    const seen: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const { hits } = await train();
      seen.push([
        around()[0],
        hits['parameter middle/middle_linear.weight'],
        one.session.view.ledger('middle/middle_linear.weight').length,
      ]);
    }
    expect(seen).toEqual([
      ['backward middle#3/middle_linear accumulate', 1, 2],
      ['backward middle#2/middle_linear accumulate', 2, 3],
      ['backward middle#1/middle_linear accumulate', 3, 4],
    ]);
  });

  it('on a block stops as its iterations begin, or one of them', async () => {
    const every = await debug(dynamicNet, [{ block: 'middle' }]);
    await every.train();
    expect(every.around()[1]).toBe('forward middle#1/middle_linear matmul');
    await every.train();
    expect(every.around()[1]).toBe('forward middle#2/middle_linear matmul');
    const second = await debug(dynamicNet, [{ block: 'middle', iteration: 2 }]);
    await second.train();
    expect(second.around()[1]).toBe('forward middle#2/middle_linear matmul');
    await second.train();
    expect(second.around()[1]).toBe('backward middle#2/middle_relu clamp');
  });

  it.each<Breakpoint>([
    { node: 'sgd', pass: 'forward', when: 'before' },
    { node: 'sgd', pass: 'forward', when: 'after' },
    { node: 'input_linear', pass: 'backward', when: 'after' },
    { parameter: 'input_linear.weight' },
    { wire: 'loss.loss→sgd.loss' },
  ])('stops once in an iteration also where one phase ends and the next begins: %o', async (breakpoint) => {
    const { train, debug: one } = await debug(dynamicNet, [breakpoint]);
    const { position } = await train();
    for (const iteration of [1, 2, 3]) {
      const stop = await train();
      expect(stop.iteration).toBe(iteration + (position === 0 ? 1 : 0));
      expect(stop.hits[keyOf(breakpoint)]).toBe(iteration + 1);
      expect(stop.position === 0).toBe(position === 0);
    }
    // Who went back meets it again.
    const { iteration, position: at } = one.report();
    await one.step('back', never);
    expect(await train()).toMatchObject({ iteration, position: at, reason: 'breakpoint' });
  });

  it('meets a rising loss again after a step back', async () => {
    const rising: Breakpoint = { node: 'loss', pass: 'forward', when: 'before', condition: { of: 'risingLoss' } };
    const at = { node: 'sgd', pass: 'forward', when: 'before', condition: { of: 'risingLoss' } } as const;
    const { train, debug: one } = await debug(dynamicNet, [rising, at]);
    const first = await train();
    await one.travel({ iteration: first.iteration, position: 1 }, never);
    expect(await train()).toMatchObject({ iteration: first.iteration, position: first.position });
  });

  it('on data stops when the batch is there', async () => {
    const { train, around } = await debug(dynamicNet, [{ node: 'x', pass: 'forward', when: 'after' }]);
    expect(await train()).toMatchObject({ iteration: 0, position: 1 });
    expect(around()[0]).toBe('batch  batch');
  });

  it('stops where its condition holds, from the hit on that it names, and not when disabled', async () => {
    const at = { node: 'loss', pass: 'forward', when: 'after' } as const;
    const low = await debug(dynamicNet, [{ ...at, condition: { of: 'max', below: 630 } }]);
    const { iteration } = await low.train();
    const losses: number[] = [];
    const free = await debug(dynamicNet);
    free.session.onStep = (_step, loss) => losses.push(loss);
    free.session.start(20);
    await free.debug.train(never);
    expect(iteration).toBe(losses.findIndex((loss) => loss < 630));
    expect(low.debug.report().breakpoints).toEqual([
      { breakpoint: { ...at, condition: { of: 'max', below: 630 } }, value: losses[iteration] },
    ]);

    const rising = await debug(dynamicNet, [{ ...at, condition: { of: 'risingLoss' } }]);
    const stop = await rising.train();
    expect(stop.iteration).toBe(losses.findIndex((loss, i) => loss > (losses[i - 1] ?? Number.POSITIVE_INFINITY)));
    const [value, before] = [losses[stop.iteration], losses[stop.iteration - 1]];
    expect(stop.breakpoints).toMatchObject([{ value, before }]);

    const third = await debug(dynamicNet, [{ ...at, hits: 3 }]);
    expect(await third.train()).toMatchObject({ iteration: 2, hits: { [keyOf(at)]: 3 } });

    const disabled = await debug({ ...dynamicNet, run: { ...dynamicNet.run, steps: 3 } }, [{ ...at, disabled: true }]);
    expect(await disabled.train()).toMatchObject({ reason: 'end', iteration: 3, hits: { [keyOf(at)]: 0 } });
  });

  it('goes on counting while others come, go and change; itself changed, it counts anew', async () => {
    const weight: Breakpoint = { parameter: 'middle/middle_linear.weight' };
    const relu: Breakpoint = { node: 'input_relu', pass: 'forward', when: 'after' };
    const { debug: one, train } = await debug(dynamicNet, [relu, weight]);
    for (let i = 0; i < 3; i++) await train();
    const hits = () => one.report().hits;
    expect(hits()).toEqual({ [keyOf(relu)]: 1, [keyOf(weight)]: 2 });
    const wire: Breakpoint = { wire: 'x.output→input_linear.input' };
    one.breakAt([weight, wire], true);
    expect(hits()).toEqual({ [keyOf(weight)]: 2, [keyOf(wire)]: 0 });
    one.breakAt([relu, { ...weight, disabled: true, hits: 5 }], true);
    expect(hits()).toEqual({ [keyOf(relu)]: 0, [keyOf(weight)]: 2 });
    one.breakAt([{ ...weight, condition: { of: 'nonFinite' } }], true);
    expect(hits()).toEqual({ [keyOf(weight)]: 0 });
    one.breakAt([relu], true);
    await train();
    expect(hits()).toEqual({ [keyOf(relu)]: 1 });
    one.reset();
    expect(hits()).toEqual({ [keyOf(relu)]: 0 });
  });

  it('on a block in a block stops as each of its iterations begins, or at the k-th in each round of the outer one', async () => {
    const nested = repeated();
    const stops = async (breakpoint: Breakpoint) => {
      const { train, around } = await debug(nested, [breakpoint]);
      const seen: string[] = [];
      for (let stop = await train(); stop.iteration === 0 && stop.reason === 'breakpoint'; stop = await train())
        seen.push(around()[1] ?? '');
      return seen;
    };
    const mul = (pass: string) => (outer: number, inner: number) => `${pass} outer#${outer}/inner#${inner}/scale mul`;
    const [ahead, back] = [mul('forward'), mul('backward')];
    expect(await stops({ block: 'outer/inner' })).toEqual([
      ...[ahead(1, 1), ahead(1, 2), ahead(1, 3), ahead(2, 1), ahead(2, 2), ahead(2, 3)],
      ...[back(2, 3), back(2, 2), back(2, 1), back(1, 3), back(1, 2), back(1, 1)],
    ]);
    expect(await stops({ block: 'outer/inner', iteration: 2 })).toEqual([
      ahead(1, 2),
      ahead(2, 2),
      back(2, 2),
      back(1, 2),
    ]);
    // The outer one does not stop as the inner one goes round.
    expect(await stops({ block: 'outer' })).toEqual([ahead(1, 1), ahead(2, 1), back(2, 3), back(1, 3)]);
    expect(await stops({ block: 'outer', iteration: 2 })).toEqual([ahead(2, 1), back(2, 3)]);
  });
});

describe('a step', { timeout: 60_000 }, () => {
  it('goes one entry, into the next block, out of it, to the end of a phase and of the iteration, and back', async () => {
    const { debug: one, around, states } = await debug(dynamicNet);
    await one.step('entry', never);
    expect(around()[0]).toBe('batch  batch');
    await one.step('entry', never);
    expect(around()[0]).toBe('forward input_linear matmul');
    await one.step('into', never);
    expect(around()[0]).toBe('forward middle#1/middle_linear matmul');
    await one.step('into', never);
    expect(around()[0]).toBe('forward middle#2/middle_linear matmul');
    await one.step('out', never);
    expect(around()[0]).toBe('forward output_linear matmul');
    await one.step('phase', never);
    expect(around()[1]).toBe('loss loss loss');
    await one.step('back', never);
    expect(around()[1]).toBe('forward loss sum');
    await one.step('iteration', never);
    expect(one.report()).toMatchObject({ iteration: 1, position: 0, reason: 'step' });
    await one.step('back', never);
    expect(around()[1]).toBe('update sgd SGD');
    await one.travel({ iteration: 0, position: 0 }, never);
    expect(one.report()).toMatchObject({ iteration: 0, position: 0 });
    await one.step('back', never);
    expect(one.report()).toMatchObject({ iteration: 0, position: 0, reason: 'historyEnds' });
    expect(states.filter((state) => state !== 'running')).toEqual(states.filter((state) => state === 'paused'));
  });
});

describe('a step into and out of blocks', { timeout: 60_000 }, () => {
  const visited = async (document: GraphDocument, kind: 'into' | 'out', from = 0) => {
    const { debug: one, around } = await debug(document);
    if (from > 0) await one.travel({ iteration: 0, position: from }, never);
    const seen: string[] = [];
    for (let stop = one.report(); stop.iteration === 0 && seen.length < 50; stop = one.report()) {
      await one.step(kind, never);
      seen.push(around()[0] ?? '');
    }
    return seen;
  };

  it('goes into every iteration of a loop, forward and backward', async () => {
    const at = (pass: string, op: string) => (k: number) => `${pass} middle#${k}/middle_${op}`;
    expect(await visited(dynamicNet, 'into')).toEqual([
      ...[1, 2, 3].map(at('forward', 'linear matmul')),
      ...[3, 2, 1].map(at('backward', 'relu clamp')),
      'update sgd SGD',
    ]);
  });

  it('goes into every iteration of a loop in a loop, and out of one round at a time', async () => {
    const mul = (pass: string) => (at: string) => `${pass} outer#${at[0]}/inner#${at[1]}/scale mul`;
    expect(await visited(repeated(), 'into')).toEqual([
      ...['11', '12', '13', '21', '22', '23'].map(mul('forward')),
      ...['23', '22', '21', '13', '12', '11'].map(mul('backward')),
      'update sgd SGD',
    ]);
    // From the second round of three in the first of two: into the second, then out of all.
    expect((await visited(repeated(), 'out', 3)).slice(0, 2)).toEqual([
      'forward outer#2/inner#1/scale mul',
      'forward sum sum',
    ]);
  });

  it('into is one entry where an iteration has no block', async () => {
    const { debug: one, around } = await debug(example('xor'));
    await one.step('into', never);
    expect(around()[0]).toBe('batch  batch');
    await one.step('into', never);
    expect(one.report()).toMatchObject({ iteration: 0, position: 2 });
  });
});

describe('an update', { timeout: 60_000 }, () => {
  it('by hand and ZeroGrad tell their formula, and of each parameter its tensors before and after', async () => {
    const { session, debug: one } = await debug(example('autograd'));
    const told = (op: string) => {
      const position = session.moment()?.entries.list.findIndex((entry) => entry.op === op) ?? -1;
      const { lines = [], parameters = [] } = session.view.entry(position)?.update ?? {};
      const tensors = parameters.map(({ address, tensors }) => [
        address,
        ...tensors.map(({ symbol, tensor }) => `${symbol}${tensor.statistics === undefined ? '' : ' is there'}`),
      ]);
      return { lines, tensors };
    };
    const isAt = (op: string) => one.tape()?.entries[one.tape()?.done ?? 0]?.op === op;
    while (!isAt('Update')) await one.step('entry', never);
    const lines = ['W \\leftarrow W - \\eta\\, g'];
    expect(told('Update')).toEqual({ lines, tensors: [['w1.value', 'g', '\\Delta W', 'W']] });
    await one.step('entry', never);
    const there = ['g is there', '\\Delta W is there', 'W is there'];
    expect(told('Update')).toEqual({ lines, tensors: [['w1.value', ...there]] });
    while (!isAt('ZeroGrad')) await one.step('entry', never);
    const gradients = (is: string) => ['w1.value', 'w2.value'].map((address) => [address, `\\bar W${is}`]);
    const clearing = ['\\bar W \\leftarrow \\text{none}'];
    expect(told('ZeroGrad')).toEqual({ lines: clearing, tensors: gradients(' is there') });
    await one.step('entry', never);
    expect(told('ZeroGrad')).toEqual({ lines: clearing, tensors: gradients('') });
  });

  it('tells the step taken also where a breakpoint stopped in an iteration that no snapshot is of', async () => {
    const atLoss: Breakpoint = { node: 'loss', pass: 'forward', when: 'after', hits: 2 };
    const { session, debug: one, train } = await debug(example('optim-adam'), [atLoss]);
    expect(await train()).toMatchObject({ iteration: 1 });
    const before = session.backend.readSync(session.parameter('model/linear2.bias') ?? expect.fail());
    one.breakAt([], true);
    await one.step('iteration', never);
    const position = (one.tape()?.entries.length ?? 0) - 1;
    const { constants, tensors = [] } =
      session.view.entry(position)?.update?.parameters.find(({ address }) => address === 'model/linear2.bias') ?? {};
    expect(constants).toContainEqual(['t', 2]);
    const step = tensors.find(({ symbol }) => symbol === '\\Delta W')?.tensor.ref ?? expect.fail();
    const after = session.backend.readSync(session.parameter('model/linear2.bias') ?? expect.fail());
    expect([...(session.view.elements(step)?.values ?? [])]).toEqual([...after.map((x, i) => x - (before[i] ?? 0))]);
    expect(one.tensor(step, 0, 3)).toMatchObject({ shape: [10], values: { length: 3 } });
  });
});

describe('an update that nobody has watched', { timeout: 60_000 }, () => {
  const asked = async (mode: 'dynamic' | 'static', steps: number, midway: boolean) => {
    const document = example('optim-adam');
    const { session, debug: one, train } = await debug({ ...document, run: { ...document.run, mode, steps } });
    const address = 'model/linear2.bias';
    const read = () => session.backend.readSync(session.parameter(address) ?? expect.fail()).slice();
    const starts: ReturnType<typeof read>[] = [read()];
    let told = 0;
    session.onStep = () => {
      told++;
      starts.push(read());
    };
    await train();
    // The optimizer is the last entry: into the middle of an iteration with one done it cannot be led, so back to before it.
    if (midway) await one.step('back', never);
    const before = { cursor: session.cursor, loss: session.loss, values: read() };
    const position = (session.moment()?.entries.list.length ?? 0) - 1;
    const update = session.view.entry(position)?.update?.parameters.find((of) => of.address === address);
    const ref = update?.tensors.find(({ symbol }) => symbol === '\\Delta W')?.tensor.ref ?? expect.fail();
    const updated = session.view.ledger(address).find(({ kind }) => kind === 'updated');
    const after = { cursor: session.cursor, loss: session.loss, values: read() };
    expect(after).toEqual(before);
    expect(told).toBe(steps);
    return { statistics: update?.tensors.map(({ tensor }) => tensor.statistics?.norm), ref, updated, session, starts };
  };

  it.each(['dynamic', 'static'] as const)(
    'tells m, v and the step taken at the end of a run, and the ledger its length, in %s mode',
    async (mode) => {
      const { statistics, ref, updated, session, starts } = await asked(mode, 7, false);
      const [start, end] = starts.slice(-2);
      const step = end?.map((x, i) => x - (start?.[i] ?? Number.NaN)) ?? expect.fail();
      expect([...(session.view.elements(ref)?.values ?? [])]).toEqual([...step]);
      expect(statistics?.every((norm) => norm !== undefined && norm > 0)).toBe(true);
      expect(updated).toHaveProperty('step', expect.closeTo(Math.hypot(...step), 8));
      // Asked once more it need not run again, and it can go on.
      session.start(1);
      session.run();
      expect(session.cursor.iteration).toBe(8);
    },
  );

  it('tells no step before the update', async () => {
    const { ref, updated, session } = await asked('dynamic', 3, true);
    expect(session.view.elements(ref)).toMatchObject({ values: { length: 10 } });
    expect(updated).toBeUndefined();
  });
});

/** w goes through a loop of two rounds, in each of which it is multiplied by a weight three times. */
function repeated(): GraphDocument {
  const repeat = (id: string, times: number, parent?: string): DocumentNode => ({
    id,
    kind: 'Repeat',
    settings: { count: 'fixed', times },
    ...(parent === undefined ? {} : { parent }),
  });
  return {
    ...emptyDocument('nested'),
    nodes: [
      { id: 'w', kind: 'Parameter', settings: { shape: [3] } },
      { id: 'factor', kind: 'Parameter', settings: { shape: [3] } },
      repeat('outer', 2),
      repeat('inner', 3, 'outer'),
      { id: 'scale', kind: 'Mul', settings: {}, parent: 'inner' },
      { id: 'sum', kind: 'Sum', settings: {} },
      { id: 'sgd', kind: 'SGD', settings: { lr: 1e-6 } },
    ],
    wires: [
      { from: 'w.value', to: 'outer.start' },
      { from: 'outer.current', to: 'inner.start' },
      { from: 'inner.current', to: 'scale.input' },
      { from: 'factor.value', to: 'scale.other' },
      { from: 'scale.output', to: 'inner.next' },
      { from: 'inner.result', to: 'outer.next' },
      { from: 'outer.result', to: 'sum.input' },
      { from: 'sum.output', to: 'sgd.loss' },
    ],
    run: { mode: 'dynamic', seed: 0, steps: 2, losses: ['sum.output'] },
  };
}

/** x → … → sum, with a parameter that makes it learn. */
function chainOf(nodes: readonly DocumentNode[], wires: readonly [string, string][]): GraphDocument {
  const sgd: DocumentNode = { id: 'sgd', kind: 'SGD', settings: { lr: 0.1 } };
  return {
    ...emptyDocument('chain'),
    nodes: [...nodes, { id: 'loss', kind: 'Sum', settings: {} }, sgd],
    wires: [...wires, ['loss.output', 'sgd.loss'] as const].map(([from, to]) => ({ from, to })),
    run: { mode: 'dynamic', seed: 0, steps: 50, losses: ['loss.output'] },
  };
}
const linear: DocumentNode = { id: 'linear', kind: 'Linear', settings: { outFeatures: 4 } };
const data: DocumentNode = { id: 'x', kind: 'RandomTensor', settings: { shape: [6, 4] } };

describe('the watch for NaN', { timeout: 60_000 }, () => {
  it('stops at the first entry that made one, with the cause: a logarithm of zero or less', async () => {
    const document = chainOf(
      [data, linear, { id: 'log', kind: 'Log', settings: {} }],
      [
        ['x.output', 'linear.input'],
        ['linear.output', 'log.input'],
        ['log.output', 'loss.input'],
      ],
    );
    for (const mode of ['dynamic', 'static'] as const) {
      const { train, around, states } = await debug({ ...document, run: { ...document.run, mode } });
      const stop = await train();
      expect(around()[0]).toBe('forward log log');
      expect(stop).toMatchObject({
        reason: 'nonFinite',
        iteration: 0,
        fault: { value: 'NaN', causes: [{ kind: 'hazard', cause: { en: 'the logarithm of zero or less' }, input: 0 }] },
      });
      expect(stop.fault?.causes[0]).toMatchObject({ count: stop.fault?.count });
      expect(states.at(-1)).toBe('paused');
      // Told once; who goes on meets the failure.
      await train();
      expect(states.at(-1)).toBe('failed');
    }
  });

  it('names a division by zero, an overflow of exp, and a learning rate that is too high', async () => {
    const zero: DocumentNode = { id: 'zero', kind: 'Constant', settings: { value: 0 } };
    const divided = chainOf(
      [data, zero, linear, { id: 'div', kind: 'Div', settings: {} }],
      [
        ['x.output', 'linear.input'],
        ['linear.output', 'div.input'],
        ['zero.output', 'div.other'],
        ['div.output', 'loss.input'],
      ],
    );
    const division = await (await debug(divided)).train();
    expect(division.fault?.causes[0]).toMatchObject({ kind: 'hazard', cause: { en: 'a division by zero' }, input: 1 });

    const large: DocumentNode = { id: 'large', kind: 'Constant', settings: { value: 1000 } };
    const exploding = chainOf(
      [data, large, linear, { id: 'mul', kind: 'Mul', settings: {} }, { id: 'exp', kind: 'Exp', settings: {} }],
      [
        ['x.output', 'linear.input'],
        ['linear.output', 'mul.input'],
        ['large.output', 'mul.other'],
        ['mul.output', 'exp.input'],
        ['exp.output', 'loss.input'],
      ],
    );
    const overflow = await (await debug(exploding)).train();
    expect(overflow.fault?.causes[0]).toMatchObject({ kind: 'hazard', input: 0 });
    expect(overflow.fault?.causes[0]).toHaveProperty('cause.en', expect.stringContaining('overflow of exp'));

    const sections = example('nn-sequential');
    const nodes = sections.nodes.map((node) =>
      'lr' in node.settings ? { ...node, settings: { ...node.settings, lr: 1 } } : node,
    );
    const diverged = await (await debug({ ...sections, nodes })).train();
    expect(diverged.reason).toBe('nonFinite');
    expect(diverged.fault?.causes[0]).toMatchObject({ kind: 'learning-rate', lr: 1 });
  });

  it('does not blame the learning rate where the loss fell and something else explains it', async () => {
    const { train } = await debug(plantedNaN());
    const { fault } = await train();
    expect(fault?.iteration).toBeGreaterThan(10);
    expect(fault?.causes.map(({ kind }) => kind)).toEqual(['hazard']);
  });

  it('tells the sample of a minibatch that a NaN comes from', async () => {
    const document = chainOf(
      [data, linear, { id: 'log', kind: 'Log', settings: {} }],
      [
        ['x.output', 'linear.input'],
        ['linear.output', 'log.input'],
        ['log.output', 'loss.input'],
      ],
    );
    const { debug: one, train } = await debug({ ...document, run: { ...document.run, batchSize: 2 } });
    const { fault } = await train();
    expect(fault?.sample).toBe(one.session.rows?.[fault?.index[0] ?? -1]);
  });
});
