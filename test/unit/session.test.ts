import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { type DocumentNode, emptyDocument, type GraphDocument, type RunSettings } from '../../engine/graph/document.ts';
import type { Cursor, Phase } from '../../engine/session/cursor.ts';
import { iterationDone } from '../../engine/session/cursor.ts';
import { pump } from '../../engine/session/pump.ts';
import { Session } from '../../engine/session/session.ts';
import type { Evaluation } from '../../engine/session/summary.ts';

const node = (id: string, kind: string, settings = {}): DocumentNode => ({ id, kind, settings });

/** Spiral → Linear → Tanh → Dropout → Linear → CrossEntropyLoss → Adam. */
function classifier(run: Partial<RunSettings> = {}, settings: Record<string, object> = {}): GraphDocument {
  const chain = ['data.x', 'hidden.input', 'hidden.output', 'tanh.input', 'tanh.output', 'dropout.input'];
  chain.push(
    'dropout.output',
    'output.input',
    'output.output',
    'loss.input',
    'data.labels',
    'loss.target',
    'loss.loss',
    'adam.loss',
  );
  return {
    ...emptyDocument('classifier'),
    nodes: [
      node('data', 'Spiral', { samplesPerClass: 20, testFraction: 0.2, ...settings.data }),
      node('hidden', 'Linear', { outFeatures: 8 }),
      node('tanh', 'Tanh'),
      node('dropout', 'Dropout', { p: 0.2 }),
      node('output', 'Linear', { outFeatures: 3, ...settings.output }),
      node('loss', 'CrossEntropyLoss'),
      node('adam', 'Adam', { lr: 0.01, ...settings.adam }),
    ],
    wires: Array.from({ length: chain.length / 2 }, (_, i) => ({
      from: chain[2 * i] ?? '',
      to: chain[2 * i + 1] ?? '',
    })),
    run: { mode: 'dynamic', seed: 3, epochs: 4, batchSize: 10, ...run },
  };
}

async function start(document: GraphDocument) {
  const backend = createReferenceBackend();
  const created = await Session.create(document, { backend, files: nodeFiles('.') });
  if (created.session === undefined) throw new Error(created.diagnostics.map((d) => d.message).join('\n'));
  const session = created.session;
  const losses: number[] = [];
  const evaluations: Evaluation[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.onEvaluation = (result) => evaluations.push(result);
  return { session, backend, losses, evaluations };
}

describe('a session', () => {
  it('gives the same bits however it is advanced: in one go, by the pump, entry by entry, or paused in between', async () => {
    const whole = await start(classifier());
    whole.session.run();
    expect(whole.session.state).toBe('finished');
    expect(whole.losses).toHaveLength(4 * 5);

    const pumped = await start(classifier());
    await pump(pumped.session, { paused: () => false });
    expect(pumped.losses).toEqual(whole.losses);

    const stepped = await start(classifier());
    while (stepped.session.state !== 'finished') stepped.session.run(() => true);
    expect(stepped.losses).toEqual(whole.losses);
    expect(stepped.evaluations).toEqual(whole.evaluations);
  });

  it('passes the phases in order and stops where a predicate says so', async () => {
    const { session } = await start(classifier());
    const phases: Phase[] = [];
    session.start();
    for (const done = iterationDone(session); ; ) {
      phases.push(session.cursor.phase);
      session.advance();
      if (done(session.cursor, { phase: 'batch', address: '', name: '' })) break;
    }
    expect([...new Set(phases)]).toEqual(['batch', 'forward', 'loss', 'backward', 'update']);
    const at: Cursor = session.run((_cursor, entry) => entry.address === 'tanh' && entry.phase === 'forward');
    expect(at).toMatchObject({ iteration: 1, phase: 'forward' });
    expect(session.state).toBe('paused');
  });

  it('evaluates both splits after every epoch without moving the random streams', async () => {
    const { session, evaluations, losses } = await start(classifier());
    session.run();
    expect(evaluations.map((e) => [e.epoch, e.split])).toEqual(
      [0, 1, 2, 3].flatMap((epoch) => [
        [epoch, 'train'],
        [epoch, 'test'],
      ]),
    );
    // 48 rows to train on, 12 to test on.
    for (const { split, accuracy } of evaluations)
      expect((accuracy ?? -1) * (split === 'train' ? 48 : 12) + 1e-9).toBeCloseTo(
        Math.round((accuracy ?? -1) * (split === 'train' ? 48 : 12)),
        6,
      );
    expect(losses.every(Number.isFinite)).toBe(true);
    session.run((cursor) => cursor.phase === 'evaluate');
    const before = session.generator.state();
    session.run((cursor) => cursor.phase === 'batch');
    expect(evaluations).toHaveLength(10);
    expect(session.generator.state()).toEqual(before);
  });

  it('computes the evaluation with dropout off: its loss is that of the same weights without the layer', async () => {
    const once = async (p: number) => {
      const document = classifier({ epochs: 1, batchSize: 1000 });
      const nodes = document.nodes.map((n) => {
        if (n.id === 'data') return { ...n, settings: { samplesPerClass: 20 } };
        if (n.id === 'adam') return { ...n, settings: { lr: 0 } };
        return n.id === 'dropout' ? { ...n, settings: { p } } : n;
      });
      const { session, evaluations, losses } = await start({
        ...document,
        nodes,
        run: { ...document.run, batchSize: 60 },
      });
      session.run();
      return { loss: losses[0], evaluation: evaluations[0]?.loss };
    };
    const with50 = await once(0.5);
    const without = await once(0);
    expect(with50.evaluation).toBeCloseTo(without.evaluation ?? 0, 6);
    expect(without.loss).toBeCloseTo(without.evaluation ?? 0, 6);
    expect(with50.loss).not.toBeCloseTo(without.loss ?? 0, 4);
  });

  it('keeps its memory flat', async () => {
    const { session, backend } = await start(classifier({ epochs: 40 }));
    const seen = new Set<number>();
    const end = (cursor: Cursor) => cursor.phase === 'batch' && cursor.iteration % 5 === 2;
    for (let i = 0; i < 20; i++) {
      session.run(end);
      seen.add(backend.memory().bytes);
    }
    expect(seen.size).toBe(1);
    session.close();
    expect(backend.memory().arrays).toBe(0);
  });

  it('trains on after the end, and Reset gives the first run again', async () => {
    const { session, losses } = await start(classifier());
    session.run();
    const first = [...losses];
    session.run();
    expect(losses).toHaveLength(2 * first.length);
    session.reset();
    expect(session.cursor).toEqual({ iteration: 0, phase: 'batch', entry: 0 });
    session.run();
    expect(losses.slice(2 * first.length)).toEqual(first);
  });

  it('applies a live setting from the next iteration on and refuses others', async () => {
    const { session } = await start(classifier());
    session.run((cursor) => cursor.iteration === 1 && cursor.phase === 'forward');
    expect(session.set('adam', 'lr', 0)).toBeUndefined();
    expect(session.settingsOf('adam')?.lr).toBe(0.01);
    session.run(iterationDone(session));
    const before = session.backend.readSync(session.parameter('hidden.weight') ?? session.backend.full([], 0));
    session.run(iterationDone(session));
    const after = session.backend.readSync(session.parameter('hidden.weight') ?? session.backend.full([], 1));
    expect(after).toEqual(before);
    expect(session.changes).toEqual([{ iteration: 2, node: 'adam', setting: 'lr', value: 0 }]);
    expect(session.set('adam', 'lr', -1)?.code).toBe('invalid-setting');
    expect(session.set('hidden', 'outFeatures', 3)?.code).toBe('invalid-setting');
  });

  it('logs the settings that a reset kept at iteration 0, so that the log replays the run', async () => {
    const { session, losses } = await start(classifier());
    session.run((cursor) => cursor.iteration === 2);
    session.set('adam', 'lr', 0.5);
    session.set('adam', 'lr', 0.03);
    session.set('adam', 'beta1', 0.5);
    session.reset();
    expect(session.changes).toEqual([
      { iteration: 0, node: 'adam', setting: 'lr', value: 0.03 },
      { iteration: 0, node: 'adam', setting: 'beta1', value: 0.5 },
    ]);
    losses.length = 0;
    session.run();

    const replay = await start(classifier());
    for (const { node, setting, value } of session.changes) replay.session.set(node, setting, value);
    replay.session.run();
    expect(replay.losses).toEqual(losses);
    session.reset();
    expect(session.changes).toHaveLength(2);
  });

  it('stops where a step throws, says at which and why, and runs again after Reset', async () => {
    const { session } = await start(classifier());
    let isFull = true;
    session.onStep = (step) => {
      if (isFull && step === 3) throw new Error('no space is left');
    };
    session.run();
    expect(session.state).toBe('failed');
    expect(session.failure).toMatchObject({
      code: 'run-failed',
      message: expect.stringContaining('no space is left'),
    });
    isFull = false;
    session.reset();
    session.run();
    expect(session.state).toBe('finished');
  });

  it('stops at a loss that is no number, says at which step, and runs again after Reset', async () => {
    const { session } = await start(classifier({}, { adam: { lr: 1e38 } }));
    session.run();
    expect(session.state).toBe('failed');
    expect(session.failure).toMatchObject({
      code: 'loss-not-finite',
      node: 'loss',
      message: expect.stringMatching(/step \d/),
    });
    session.reset();
    expect(session.state).toBe('idle');
    expect(session.failure).toBeUndefined();
    expect(session.advance()).toBe(true);
  });

  it('refuses labels that have no score, with the layer to change in the remedy', async () => {
    const created = await Session.create(classifier({}, { output: { outFeatures: 2 } }), {
      backend: createReferenceBackend(),
      files: nodeFiles('.'),
    });
    expect(created.diagnostics).toMatchObject([
      { code: 'label-range', node: 'loss', port: 'target', hint: expect.stringContaining('3 outputs') },
    ]);
  });

  it('pauses the pump where it stands: no entry is done after it was asked to', async () => {
    const { session, losses } = await start(classifier({ epochs: 40 }));
    let entries = 0;
    let atPause = -1;
    const until = () => ++entries < 0;
    await pump(session, {
      until,
      paused: () => {
        atPause = entries;
        return true;
      },
    });
    expect(session.state).toBe('paused');
    expect(entries).toBe(atPause);
    await pump(session, { paused: () => false });
    const whole = await start(classifier({ epochs: 40 }));
    whole.session.run();
    expect(losses).toEqual(whole.losses);
  });

  it('summarises what the watched nodes held, and their gradients, from the values that trained', async () => {
    const { session, backend } = await start(classifier());
    session.watch(['hidden', 'loss']);
    session.run(iterationDone(session));
    const { hidden, loss } = session.telemetry();
    expect(loss?.output?.mean).toBe(session.loss);
    expect(loss?.gradient?.mean).toBe(1);
    expect(hidden?.output?.shape).toEqual([10, 8]);
    const weight = backend.readSync(session.parameter('hidden.weight') ?? backend.full([], 0));
    expect(hidden?.parameters?.weight?.value.max).toBe(Math.max(...weight));
    expect(hidden?.parameters?.weight?.gradient?.norm).toBeGreaterThan(0);
    // The bias adds to every row of the output, so its gradient is the column sums of the output's.
    expect(hidden?.parameters?.bias?.gradient?.mean).toBeCloseTo((hidden?.gradient?.mean ?? 0) * 10, 6);
  });

  it('goes on to the end the document names after single iterations, and as far once more after that', async () => {
    const { session } = await start(classifier({ steps: 10 }));
    session.start(1);
    while (session.advance());
    expect(session.cursor.iteration).toBe(1);
    expect(session.run().iteration).toBe(10);
    expect(session.run().iteration).toBe(20);
  });

  it('carries weights into a session of the edited document by address and shape, and resets to its own', async () => {
    const trained = await start(classifier());
    trained.session.run();
    const edited = await start(classifier({}, { output: { bias: false } }));
    const values = (of: Session, address: string) => {
      const array = of.parameter(address);
      return array === undefined ? undefined : [...of.backend.readSync(array)];
    };
    const drawn = values(edited.session, 'hidden.weight');
    const before = edited.backend.memory();
    expect(edited.session.keepWeights(trained.session)).toEqual([]);
    expect(edited.backend.memory()).toEqual(before);
    for (const address of ['hidden.weight', 'hidden.bias', 'output.weight'])
      expect(values(edited.session, address)).toEqual(values(trained.session, address));
    edited.session.reset();
    expect(values(edited.session, 'hidden.weight')).toEqual(drawn);

    const wider = await start(classifier({}, { data: { classes: 4 }, output: { outFeatures: 4 } }));
    const own = values(wider.session, 'output.weight');
    expect(wider.session.keepWeights(trained.session)).toEqual(['output.weight', 'output.bias']);
    expect(values(wider.session, 'output.weight')).toEqual(own);
  });

  const network = (
    nodes: readonly DocumentNode[],
    wires: readonly (readonly [string, string])[],
    run: Partial<RunSettings>,
  ): GraphDocument => ({
    ...emptyDocument('network'),
    nodes,
    wires: wires.map(([from, to]) => ({ from, to })),
    run: { mode: 'dynamic', seed: 0, ...run },
  });

  it('evaluates a test split that is larger than the training split', async () => {
    const { session, evaluations } = await start(
      network(
        [
          node('data', 'NoisyLine', { samples: 100, testFraction: 0.6 }),
          node('line', 'Linear', { outFeatures: 1 }),
          node('loss', 'MSELoss'),
          node('sgd', 'SGD', { lr: 0 }),
        ],
        [
          ['data.x', 'line.input'],
          ['line.output', 'loss.input'],
          ['data.y', 'loss.target'],
          ['loss.loss', 'sgd.loss'],
        ],
        { steps: 2 },
      ),
    );
    session.run();
    expect(session.failure).toBeUndefined();
    expect(evaluations.map((e) => e.split)).toEqual(['train', 'test']);
    expect(evaluations[0]?.loss).toBe(session.loss);
    expect(evaluations[1]?.loss).not.toBe(session.loss);
  });

  it('gives a tensor without samples whole to every batch and both splits, wherever it stands among the data', async () => {
    for (const nodes of [
      [node('offset', 'RandomTensor', { shape: [1, 3] }), node('data', 'Spiral', { testFraction: 0.2 })],
      [node('data', 'Spiral', { testFraction: 0.2 }), node('offset', 'RandomTensor', { shape: [1, 3] })],
    ]) {
      const { session, backend, evaluations } = await start(
        network(
          [
            ...nodes,
            node('line', 'Linear', { outFeatures: 3 }),
            node('add', 'Add'),
            node('loss', 'CrossEntropyLoss'),
            node('sgd', 'SGD', { lr: 0 }),
          ],
          [
            ['data.x', 'line.input'],
            ['line.output', 'add.input'],
            ['offset.output', 'add.other'],
            ['add.output', 'loss.input'],
            ['data.labels', 'loss.target'],
            ['loss.loss', 'sgd.loss'],
          ],
          { steps: 1 },
        ),
      );
      session.run();
      expect(session.failure).toBeUndefined();
      expect(evaluations.map((e) => e.split)).toEqual(['train', 'test']);
      expect(evaluations[0]?.loss).toBe(session.loss);
      // Every sample counted: 240 to train on, 60 to test on.
      expect((evaluations[1]?.accuracy ?? 0.5 / 60) * 60).toBeCloseTo(
        Math.round((evaluations[1]?.accuracy ?? 0) * 60),
        6,
      );
      session.close();
      expect(backend.memory().arrays).toBe(0);
    }
  });
});
