import { describe, expect, it } from 'vitest';
import { type Breakpoint, type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import type { StepKind } from '../../engine/session/stepping.ts';
import type { RunState } from '../../engine/session/summary.ts';
import { Engine } from '../e2e/engine.ts';

const never = () => false;
const kinds: readonly StepKind[] = ['entry', 'into', 'out', 'phase', 'iteration'];

/** A parameter of four goes through operations of these kinds to a sum, whose optimizer is SGD. */
function chain(
  ops: readonly (DocumentNode & { readonly other?: number })[],
  { lr = 0.1, ...run }: Partial<GraphDocument['run']> & { readonly lr?: number } = {},
): GraphDocument {
  const nodes: DocumentNode[] = [{ id: 'w', kind: 'Parameter', settings: { shape: [4] } }];
  const wires: { from: string; to: string }[] = [];
  let last = 'w.value';
  for (const { other, ...node } of ops) {
    nodes.push(node);
    wires.push({ from: last, to: `${node.id}.input` });
    last = `${node.id}.output`;
    if (other === undefined) continue;
    nodes.push({ id: `${node.id}_other`, kind: 'Constant', settings: { value: other } });
    wires.push({ from: `${node.id}_other.output`, to: `${node.id}.other` });
  }
  nodes.push({ id: 'sum', kind: 'Sum', settings: {} }, { id: 'sgd', kind: 'SGD', settings: { lr } });
  wires.push({ from: last, to: 'sum.input' }, { from: 'sum.output', to: 'sgd.loss' });
  const whole = { mode: 'dynamic', seed: 0, steps: 5, losses: ['sum.output'], ...run } as const;
  return { ...emptyDocument('chain'), nodes, wires, run: whole };
}
const node = (id: string, kind: string, other?: number) => ({
  id,
  kind,
  settings: {},
  ...(other === undefined ? {} : { other }),
});

/** The slope of the root at zero is infinite: weights become NaN, without a word of the loss. */
const rootOfZero = [node('mul', 'Mul', 0), node('sqrt', 'Sqrt')];
/** The same slope, of which a ReLU lets nothing pass. */
const masked = [node('minus', 'Mul', -1), node('square', 'Mul', 0), node('relu', 'ReLU'), node('sqrt', 'Sqrt')];
/** It is infinite at once, and so is the loss. */
const logOfZero = [node('mul', 'Mul', 0), node('log', 'Log')];

async function run(document: GraphDocument, breakpoints: readonly Breakpoint[] = []) {
  const engine = await Engine.of(document, breakpoints);
  const { debug, session } = engine;
  const states: RunState[] = [];
  debug.onState = (state) => states.push(state);
  /** The entry that was done last, and what is told of it. */
  const stop = () => {
    const { reason, iteration, position, fault } = debug.report();
    const { phase, address, op } = session.moment()?.entries.list[(debug.tape()?.done ?? 0) - 1] ?? {};
    return { at: `${phase} ${address} ${op}`, reason, iteration, position, fault };
  };
  return { engine, debug, session, states, stop };
}

const slope = { cause: { en: 'the slope of the square root at zero, which is infinite' } };

describe('the first NaN', { timeout: 60_000 }, () => {
  it.each(kinds)('ends a step of the kind %s, though nothing is said by the loss of its iteration', async (kind) => {
    for (const mode of ['dynamic', 'static'] as const) {
      const { engine, stop, session } = await run(chain(rootOfZero, { mode }));
      let now = stop();
      while (now.fault === undefined && session.cursor.iteration < 2) {
        await engine.step(kind);
        now = stop();
      }
      expect(now).toMatchObject({ at: 'backward sqrt sqrt', reason: 'nonFinite', iteration: 0 });
      expect(now.fault).toMatchObject({ iteration: 0, value: '∞', count: 4, causes: [slope] });
    }
  });

  it('ends a journey ahead and a free run, in whose last iteration too', async () => {
    const journey = await run(chain(rootOfZero));
    await journey.engine.step('entry');
    await journey.debug.travel({ iteration: 1, position: 0 }, never);
    expect(journey.stop()).toMatchObject({ at: 'backward sqrt sqrt', reason: 'nonFinite', fault: { causes: [slope] } });
    const free = await run(chain(rootOfZero, { steps: 1 }));
    await free.engine.train();
    expect(free.stop()).toMatchObject({ at: 'backward sqrt sqrt', reason: 'nonFinite', iteration: 0 });
    expect(free.states).toEqual(['running', 'paused']);
    await free.engine.train();
    expect(free.states.at(-1)).toBe('finished');
  });

  it('is found before a breakpoint that the run met behind it', async () => {
    const { engine, stop } = await run(chain(rootOfZero), [{ parameter: 'w.value' }]);
    await engine.train();
    expect(stop()).toMatchObject({ at: 'backward sqrt sqrt', reason: 'nonFinite' });
    await engine.train();
    expect(stop()).toMatchObject({ at: 'backward mul accumulate', reason: 'breakpoint', fault: undefined });
  });

  it('that goes no further is met by whoever steps, in each iteration; a free run does not look for it', async () => {
    const { engine, states } = await run(chain(masked));
    await engine.train();
    expect(states).toEqual(['running', 'finished']);
    const stepped = await run(chain(masked));
    for (const iteration of [0, 1]) {
      await stepped.engine.step('iteration');
      expect(stepped.stop()).toMatchObject({ at: 'backward sqrt sqrt', iteration, fault: { causes: [slope] } });
      await stepped.engine.step('iteration');
      expect(stepped.stop()).toMatchObject({ reason: 'step', iteration: iteration + 1, position: 0 });
    }
    // To what has been there already one simply goes.
    await stepped.debug.travel({ iteration: 1, position: 0 }, never);
    expect(stepped.stop()).toMatchObject({ reason: 'step', iteration: 1, position: 0, fault: undefined });
  });

  it('is told as one steps onto it, and a step on goes on', async () => {
    const { engine, stop, states } = await run(chain(logOfZero));
    for (let i = 0; i < 3; i++) await engine.step('entry');
    expect(stop()).toMatchObject({ at: 'forward log log', reason: 'nonFinite', fault: { value: '−∞', count: 4 } });
    await engine.step('entry');
    expect(stop()).toMatchObject({ at: 'forward sum sum', reason: 'step', fault: undefined });
    await engine.step('back');
    expect(stop()).toMatchObject({ at: 'forward log log', reason: 'nonFinite', fault: { count: 4 } });
    await engine.step('entry');
    await engine.step('entry');
    expect(states.at(-1)).toBe('failed');
  });
});

describe('going on from a NaN', { timeout: 60_000 }, () => {
  it('of the backward pass leads to the failure that follows, from which one can go back', async () => {
    const { engine, debug, stop, states, session } = await run(chain(rootOfZero));
    await engine.train();
    expect(stop()).toMatchObject({ at: 'backward sqrt sqrt', iteration: 0 });
    await engine.train();
    expect(states.at(-1)).toBe('failed');
    expect(session.failure?.code).toBe('loss-not-finite');
    expect(stop()).toMatchObject({ at: 'forward sum sum', iteration: 1, fault: undefined });
    expect(debug.tape()?.entries.length).toBeGreaterThan(0);

    await engine.step('back');
    expect(states.at(-1)).toBe('paused');
    expect(stop()).toMatchObject({ at: 'forward sqrt sqrt', iteration: 1, fault: undefined });
    await engine.step('entry');
    await engine.step('entry');
    expect(states.at(-1)).toBe('failed');
    // Who goes back before it meets it again.
    await debug.travel({ iteration: 0, position: 2 }, never);
    await engine.train();
    expect(stop()).toMatchObject({ at: 'backward sqrt sqrt', iteration: 0, fault: { causes: [slope] } });
  });

  it('does nothing of this where the watch is off', async () => {
    const { engine, debug, stop, states } = await run(chain(rootOfZero));
    debug.breakAt([], false);
    await engine.step('iteration');
    expect(stop()).toMatchObject({ iteration: 1, position: 0, reason: 'step', fault: undefined });
    await engine.train();
    expect(states.at(-1)).toBe('failed');
  });
});

describe('the causes of a NaN', { timeout: 60_000 }, () => {
  const causes = async (document: GraphDocument) => {
    const { engine, stop } = await run(document);
    await engine.train();
    const { fault, at } = stop();
    return { at, causes: fault?.causes };
  };

  it('name no overflow where nothing large went in, and no loss that did not rise', async () => {
    expect((await causes(chain(rootOfZero))).causes).toMatchObject([{ kind: 'hazard' }]);
    expect((await causes(chain(logOfZero))).causes).toMatchObject([{ kind: 'hazard' }]);
    // The smallest number that float32 has: not zero.
    expect(await causes(chain([node('div', 'Div', 1e-45)]))).toEqual({ at: 'forward div div', causes: [] });
  });

  it('begin with a learning rate of 1e30: the step itself, or the weights it has made', async () => {
    const step = await causes(chain([node('mul', 'Mul', 1e10)], { lr: 1e30 }));
    expect(step.at).toBe('update sgd SGD');
    expect(step.causes?.[0]).toMatchObject({ kind: 'learning-rate', lr: 1e30, gradient: expect.closeTo(1e10, -5) });
    const weights = await causes(chain([node('exp', 'Exp'), node('minus', 'Mul', -1)], { lr: 1e30 }));
    expect(weights.at).toBe('forward exp exp');
    expect(weights.causes).toMatchObject([{ kind: 'learning-rate', weights: {} }, { kind: 'hazard' }]);
  });

  it('say where an input holds it already', async () => {
    const { engine, debug, stop } = await run(chain(rootOfZero));
    debug.breakAt([], false);
    await engine.step('iteration');
    debug.breakAt([], true);
    await engine.train();
    expect(stop()).toMatchObject({ at: 'forward mul mul', fault: { causes: [{ kind: 'given', input: 0, count: 4 }] } });
  });
});
