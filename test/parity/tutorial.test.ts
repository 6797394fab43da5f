import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { emptyDocument, type GraphDocument, type Mode } from '../../engine/graph/document.ts';
import { lowerDocument } from '../../engine/program/lower.ts';
import { Schedules } from '../../engine/program/schedule.ts';
import { PythonRandom } from '../../engine/random/python.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';
import { Iteration } from '../../engine/session/iteration.ts';
import { loadMaterial } from '../../engine/session/material.ts';
import { Session } from '../../engine/session/session.ts';
import { Weights } from '../../engine/session/weights.ts';
import { example } from '../example.ts';
import { backends } from './backends.ts';

interface Pass {
  readonly uses: readonly (readonly number[])[];
  readonly norms: readonly number[];
  readonly total: readonly number[] | null;
  readonly weight: readonly number[];
}
type Curve = readonly number[];
interface Goldens {
  readonly [id: string]: Curve | unknown;
  readonly 'dynamic-net': { readonly losses: Curve; readonly counts: Curve; readonly passes: readonly Pass[] };
  readonly nested: Curve;
}
const goldens: Goldens = JSON.parse(readFileSync(new URL('goldens/tutorial.json', import.meta.url), 'utf8'));
const curveOf = (name: string): Curve => {
  const golden = goldens[name];
  return Array.isArray(golden) ? golden : goldens['dynamic-net'].losses;
};

async function sessionOf(
  document: GraphDocument,
  steps: number,
  mode: Mode = document.run.mode,
  create: () => Backend = createReferenceBackend,
): Promise<Session> {
  const { epochs: _, ...run } = document.run;
  const { session, diagnostics } = await Session.create(
    { ...document, run: { ...run, mode, seed: 0, steps } },
    { backend: create(), files: nodeFiles('.') },
  );
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  return session;
}

async function lossesOf(
  document: GraphDocument,
  steps: number,
  mode?: Mode,
  create?: () => Backend,
): Promise<number[]> {
  const session = await sessionOf(document, steps, mode, create);
  const losses: number[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.run();
  return losses;
}

const furthest = (got: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs((got[i] ?? Number.NaN) - value) / Math.abs(value)));

/** Example, and the golden that it equals. */
const systems = [
  ['tensors-by-hand', 'tensors-by-hand'],
  ['autograd', 'autograd'],
  ['static-graph', 'autograd'],
  ['nn-sequential', 'nn-sequential'],
  ['optim-adam', 'optim-adam'],
  ['custom-function', 'custom-function'],
  ['custom-module', 'custom-module'],
  ['dynamic-net', 'dynamic-net'],
] as const;

describe.each(systems)('%s, beside PyTorch seeded alike', (id, golden) => {
  const expected = curveOf(golden);
  it.each(backends)(
    `on $backend every loss of ${expected.length} steps within 1e-4, and the same bits in both modes`,
    async ({ create }) => {
      const losses = await lossesOf(example(id), expected.length, 'dynamic', create);
      expect(losses).toHaveLength(expected.length);
      expect(furthest(losses, expected)).toBeLessThan(1e-4);
      expect(await lossesOf(example(id), expected.length, 'static', create)).toEqual(losses);
    },
  );
});

it('without ZeroGrad gradients accumulate over the passes, as in PyTorch, in both modes', async () => {
  const document = example('autograd');
  const forgetful = { ...document, nodes: document.nodes.filter(({ kind }) => kind !== 'ZeroGrad') };
  const expected = curveOf('autograd without zeroing');
  const losses = await lossesOf(forgetful, expected.length);
  expect(furthest(losses, expected)).toBeLessThan(1e-4);
  expect(await lossesOf(forgetful, expected.length, 'static')).toEqual(losses);
  expect(losses.at(-1)).not.toBeCloseTo((await lossesOf(document, expected.length)).at(-1) ?? 0, -2);
});

describe('dynamic-net', () => {
  const { counts, passes } = goldens['dynamic-net'];
  const weight = 'middle/middle_linear.weight';

  it('draws the counts that Python draws', async () => {
    const session = await sessionOf(example('dynamic-net'), counts.length);
    const drawn: number[] = [];
    session.onStep = () => drawn.push(session.loops.get('middle') ?? -1);
    session.run();
    expect(drawn).toEqual(counts);
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3]));
  });

  it('adds one contribution per use to the shared weight’s gradient, each equal to PyTorch’s; with none it stays as it is', async () => {
    const session = await sessionOf(example('dynamic-net'), passes.length);
    const read = () => session.backend.readSync(session.parameter(weight) ?? expect.fail('no such parameter'));
    for (const [step, pass] of passes.entries()) {
      const uses = await contributions(session, weight, counts[step] ?? 0);
      expect(uses.length).toBe(pass.uses.length);
      // Backward meets the last use first.
      for (const [i, use] of uses.toReversed().entries()) {
        expect(use.norm / (pass.norms[i] ?? 0)).toBeCloseTo(1, 4);
        expect(furthest(use.head, pass.uses[i] ?? [])).toBeLessThan(1e-3);
      }
      const before = read();
      session.run((cursor) => cursor.iteration > step);
      const gradient = session.view.inspect('middle#1/middle_linear').parameters?.weight?.gradient;
      expect(gradient === undefined).toBe(pass.total === null);
      if (pass.total === null) expect(read()).toEqual(before);
      expect(furthest([...read().slice(0, pass.weight.length)], pass.weight)).toBeLessThan(1e-4);
    }
  });
});

/** The contributions of one more pass to a parameter's gradient, in the order in which backward makes them; nothing is updated. */
async function contributions(session: Session, address: string, count: number) {
  const { program } = lowerDocument(session.document);
  if (program === undefined) throw new Error('it does not lower');
  const context = new Context(new Kernels(createReferenceBackend()));
  const generator = new TorchGenerator(0);
  const loaded = await loadMaterial(program, context.kernels.backend, nodeFiles('.'), generator, undefined);
  if ('diagnostics' in loaded) throw new Error('no data');
  const weights = new Weights(program, context, loaded.initial);
  weights.carry((name) => {
    const array = session.parameter(name);
    return array && { shape: array.shape, values: session.backend.readSync(array) };
  });
  const schedule = new Schedules(program).for([count]);
  const iteration = new Iteration({
    schedule,
    context,
    parameters: weights.parameters,
    data: loaded.material.train,
    take: (whole) => whole,
    dropout: generator,
  });
  for (const step of schedule.steps) iteration.forward(step);
  iteration.readLoss();
  iteration.startBackward();
  const found: { head: number[]; norm: number }[] = [];
  const leaf = weights.parameters.get(address)?.tensor;
  let position = 0;
  for (let entry = iteration.backward(); entry !== undefined; entry = iteration.backward()) {
    const [, contribution] = iteration.result(position++);
    if (entry.leaf !== leaf || contribution === undefined) continue;
    const values = context.kernels.backend.readSync(contribution);
    found.push({ head: [...values.slice(0, 8)], norm: Math.hypot(...values) });
  }
  return found;
}

/** What `nested` of goldens/tutorial.py trains. */
const nested: GraphDocument = {
  ...emptyDocument('nested'),
  nodes: [
    { id: 'x', kind: 'RandomTensor', settings: { shape: [16, 6] } },
    { id: 'y', kind: 'RandomTensor', settings: { shape: [16, 3] } },
    { id: 'outer', kind: 'Repeat', settings: { count: 'drawn', min: 1, max: 2 } },
    { id: 'layers', kind: 'Repeat', parent: 'outer', settings: { times: 2, weights: 'untied' } },
    { id: 'linear', kind: 'Linear', parent: 'layers', settings: { outFeatures: 6 } },
    { id: 'tanh', kind: 'Tanh', parent: 'layers', settings: {} },
    { id: 'add', kind: 'Add', parent: 'layers', settings: {} },
    { id: 'again', kind: 'Repeat', parent: 'outer', settings: { count: 'drawn', min: 0, max: 2 } },
    { id: 'shared', kind: 'Linear', parent: 'again', settings: { outFeatures: 6 } },
    { id: 'sigmoid', kind: 'Sigmoid', parent: 'again', settings: {} },
    { id: 'output', kind: 'Linear', settings: { outFeatures: 3 } },
    { id: 'loss', kind: 'MSELoss', settings: { reduction: 'sum' } },
    { id: 'adam', kind: 'Adam', settings: { lr: 0.01 } },
  ],
  wires: [
    { from: 'x.output', to: 'outer.start' },
    { from: 'outer.current', to: 'layers.start' },
    { from: 'layers.current', to: 'linear.input' },
    { from: 'linear.output', to: 'tanh.input' },
    { from: 'tanh.output', to: 'add.input' },
    { from: 'x.output', to: 'add.other' },
    { from: 'add.output', to: 'layers.next' },
    { from: 'layers.result', to: 'again.start' },
    { from: 'again.current', to: 'shared.input' },
    { from: 'shared.output', to: 'sigmoid.input' },
    { from: 'sigmoid.output', to: 'again.next' },
    { from: 'again.result', to: 'outer.next' },
    { from: 'outer.result', to: 'output.input' },
    { from: 'output.output', to: 'loss.input' },
    { from: 'y.output', to: 'loss.target' },
    { from: 'loss.loss', to: 'adam.loss' },
  ],
};

it.each(backends)(
  'loops within a drawn loop, untied and shared, fed from outside, equal hand-written PyTorch on $backend in both modes',
  async ({ create }) => {
    const losses = await lossesOf(nested, goldens.nested.length, 'dynamic', create);
    expect(furthest(losses, goldens.nested)).toBeLessThan(1e-4);
    expect(await lossesOf(nested, goldens.nested.length, 'static', create)).toEqual(losses);
  },
);

it('the counts of a loop come from Python’s stream, seeded as the run is', () => {
  const random = new PythonRandom(0);
  expect(Array.from({ length: goldens['dynamic-net'].counts.length }, () => random.randint(0, 3))).toEqual(
    goldens['dynamic-net'].counts,
  );
});
