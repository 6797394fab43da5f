import { describe, expect, it } from 'vitest';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { emptyDocument, type GraphDocument, type Mode } from '../../engine/graph/document.ts';
import { NUMBERS_PER_SAMPLE } from '../../engine/session/samples.ts';
import { Session } from '../../engine/session/session.ts';
import type { NodeTelemetry } from '../../engine/session/summary.ts';

/** So wide a layer has weights and gradients of more numbers than a sample speaks of. */
const WIDE = 600;
const LAYERS = ['first', 'second', 'third'];

/** Three wide layers, one after the other, and an optimizer. */
function layers(mode: Mode): GraphDocument {
  const document = emptyDocument('wide');
  const tensor = (id: string) => ({ id, kind: 'RandomTensor', settings: { shape: [1, WIDE] } });
  const chain = ['x', ...LAYERS];
  return {
    ...document,
    run: { ...document.run, mode, steps: 100 },
    nodes: [
      tensor('x'),
      tensor('y'),
      ...LAYERS.map((id) => ({ id, kind: 'Linear', settings: { outFeatures: WIDE } })),
      { id: 'loss', kind: 'MSELoss', settings: {} },
      { id: 'sgd', kind: 'SGD', settings: {} },
    ],
    wires: [
      ...LAYERS.map((id, i) => ({ from: `${chain[i]}.output`, to: `${id}.input` })),
      { from: 'third.output', to: 'loss.input' },
      { from: 'y.output', to: 'loss.target' },
      { from: 'loss.loss', to: 'sgd.loss' },
    ],
  };
}

async function start(mode: Mode): Promise<Session> {
  const { session } = await Session.create(layers(mode), {
    backend: createWasmBackend(),
    files: { read: () => Promise.reject(new Error('there are no files')) },
  });
  return session ?? expect.fail('it does not start');
}

/** The nodes that a sample at the end of the next iteration tells of. */
function next(session: Session): string[] {
  const { iteration } = session.cursor;
  while (session.cursor.iteration === iteration) session.advance('iteration');
  const sample = session.telemetry();
  for (const [node, telemetry] of Object.entries(sample)) expect(telemetry).toEqual(session.view.inspect(node));
  return Object.keys(sample);
}

const numbers = ({ output, gradient, parameters = {} }: NodeTelemetry): number =>
  [output, gradient, ...Object.values(parameters).flatMap((one) => [one.value, one.gradient])].reduce(
    (sum, one) => sum + (one?.count ?? 0),
    0,
  );

describe.each(['dynamic', 'static'] as const)('samples of a run in %s mode', (mode) => {
  it('speak of what has many numbers in turn, and are whole where the run stands still', async () => {
    const session = await start(mode);
    const watched = ['x', ...LAYERS, 'loss'];
    session.watch(watched);
    session.start();
    const turns = Array.from({ length: 6 }, () => next(session));
    expect(turns).toEqual([['x'], ['first'], ['second'], ['third'], ['loss', 'x'], ['first']]);
    expect(numbers(session.view.inspect('first'))).toBeGreaterThan(NUMBERS_PER_SAMPLE);
    expect(session.isToldWhole).toBe(false);
    session.pause();
    expect(Object.keys(session.telemetry()).toSorted()).toEqual(watched.toSorted());
    for (const node of watched) expect(session.telemetry()[node]).toEqual(session.view.inspect(node));
    expect(session.isToldWhole).toBe(true);
    session.close();
  });

  it('begin with a node that nobody has watched before', async () => {
    const session = await start(mode);
    session.watch(LAYERS);
    session.start();
    expect([next(session), next(session)]).toEqual([['first'], ['second']]);
    session.watch([...LAYERS, 'loss', 'y']);
    expect(next(session)).toEqual(['loss', 'y']);
    expect(next(session)).toEqual(['third']);
    session.watch(['second', 'first']);
    expect([next(session), next(session), next(session)]).toEqual([['first'], ['second'], ['first']]);
    session.close();
  });

  it('are whole every time where all have few numbers', async () => {
    const session = await start(mode);
    session.watch(['x', 'y', 'loss', 'first']);
    session.watch(['x', 'y', 'loss']);
    session.start();
    for (let i = 0; i < 3; i++) expect(next(session).toSorted()).toEqual(['loss', 'x', 'y']);
    session.reset();
    // Nothing has been computed yet, which a card says, too.
    expect(session.telemetry()).toEqual({ x: {}, y: {}, loss: {} });
    session.close();
  });
});
