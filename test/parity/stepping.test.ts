import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument, Mode } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';
import { stepDone } from '../../engine/session/stepping.ts';
import type { LedgerRow } from '../../engine/session/summary.ts';
import { travel } from '../../engine/session/travel.ts';
import { example } from '../example.ts';
import { backends } from './backends.ts';
import { distance, relative, type Sketch, sketch } from './sketch.ts';
import { type Seen, watch } from './watched.ts';

type Sketches = Readonly<Record<string, Sketch>>;
interface Use {
  readonly at: string;
  readonly added: Sketch;
  readonly cosine: number;
  readonly sum: number;
}
/** What PyTorch has of an iteration, by the addresses of nodes and parameters. */
interface Golden {
  readonly iteration: number;
  /** Outputs, and the gradients of those that have one. */
  readonly values: Sketches;
  readonly gradients: Sketches;
  /** Norms of the `.grad` that the iteration began with. */
  readonly carried: Readonly<Record<string, number>>;
  readonly uses: Readonly<Record<string, readonly Use[]>>;
  readonly grads: Sketches;
  readonly updated: Readonly<
    Record<
      string,
      {
        readonly value: Sketch;
        readonly step: number;
        readonly moved: Sketch;
        readonly memory: Readonly<Record<string, number>>;
        readonly state: Sketches;
      }
    >
  >;
}
const goldens: Readonly<Record<string, readonly Golden[]>> = JSON.parse(
  readFileSync(new URL('goldens/stepping.json', import.meta.url), 'utf8'),
);
const goldensOf = (name: string): readonly Golden[] => goldens[name] ?? expect.fail(`no goldens of ${name}`);

const forgetful: GraphDocument = {
  ...example('autograd'),
  nodes: example('autograd').nodes.filter(({ kind }) => kind !== 'ZeroGrad'),
};

const insideLinear = (...addresses: string[]) => addresses.map((address) => `${address} matmul`);
const insideLoss = ['loss sub', 'loss mul'];
const twoLayers = [...insideLinear('model/linear1', 'model/linear2'), ...insideLoss];

interface System {
  readonly name: string;
  readonly document: GraphDocument;
  /** Its section in the goldens. */
  readonly golden: string;
  /** What lies inside a module of PyTorch's, which shows nothing of it. */
  readonly inside: readonly string[];
  /** Nodes that are plain numbers of Python's. */
  readonly numbers: readonly string[];
}
const system = (id: string, golden = id, inside: readonly string[] = [], numbers: readonly string[] = []): System => ({
  name: id,
  document: example(id),
  golden,
  inside,
  numbers,
});

const systems: readonly System[] = [
  system('tensors-by-hand', 'tensors-by-hand', [], ['two', 'zero']),
  system('autograd'),
  { ...system('autograd'), name: 'autograd without ZeroGrad', document: forgetful, golden: 'autograd without zeroing' },
  system('custom-function'),
  // TensorFlow in the tutorial, with the numbers of 2.1.
  system('static-graph', 'autograd'),
  system('nn-sequential', 'nn-sequential', twoLayers),
  system('optim-adam', 'optim-adam', twoLayers),
  system('custom-module', 'custom-module', twoLayers),
  system('dynamic-net', 'dynamic-net', [
    ...insideLinear('input_linear', 'middle/middle_linear', 'output_linear'),
    ...insideLoss,
  ]),
];

async function start(
  document: GraphDocument,
  mode: Mode,
  create: () => Backend = createReferenceBackend,
): Promise<Session> {
  const { session, diagnostics } = await Session.create(
    { ...document, run: { ...document.run, mode } },
    { backend: create(), files: nodeFiles('.'), history: 64 * 2 ** 20 },
  );
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  session.rememberAll(true);
  return session;
}

const goTo = async (session: Session, iteration: number) =>
  expect(await travel(session, { iteration, position: 0 }, () => false)).toBe('arrived');

/** Every golden has its counterpart, and every counterpart its golden; those further than `bound` from it. */
function far(seen: ReadonlyMap<string, Seen>, golden: Sketches, bound: number) {
  expect([...seen.keys()].toSorted()).toEqual(Object.keys(golden).toSorted());
  return Object.entries(golden).flatMap(([address, expected]) => {
    const one = seen.get(address);
    const distant = one === undefined ? Infinity : distance(sketch(one), expected);
    return distant <= bound ? [] : [{ address, distant }];
  });
}

const VALUE = 1e-5;
const GRADIENT = 1e-4;

const cases = systems.flatMap((one) =>
  (['dynamic', 'static'] as const).flatMap((mode) => backends.map((backend) => ({ ...one, mode, ...backend }))),
);

describe.each(cases)(
  '$name in $mode mode on $backend, stepped through beside PyTorch',
  ({ document, golden, mode, create, ...of }) => {
    const passes = goldensOf(golden);

    it('has the same value and gradient of every node’s output, and the same weights after the update', async () => {
      const session = await start(document, mode, create);
      const inside = new Set<string>();
      for (const pass of passes) {
        await goTo(session, pass.iteration);
        const seen = watch(session);
        for (const entry of seen.inside) inside.add(entry);
        const { values, gradients } = seen;
        for (const number of of.numbers) expect(values.delete(number)).toBe(true);
        expect(far(values, pass.values, VALUE)).toEqual([]);
        expect(far(gradients, { ...pass.gradients, ...pass.grads }, GRADIENT)).toEqual([]);
        expect(
          far(
            weightsOf(session),
            mapValues(pass.updated, ({ value }) => value),
            VALUE,
          ),
        ).toEqual([]);
      }
      expect([...inside].toSorted()).toEqual(of.inside.toSorted());
    });

    it('adds the same contributions to the gradient of every parameter, one for each use, and they make up `.grad`', async () => {
      const session = await start(document, mode, create);
      for (const { iteration, uses, carried } of passes) {
        await goTo(session, iteration);
        const { added, gradients } = watch(session);
        expect([...added.keys()].toSorted()).toEqual(Object.keys(uses).toSorted());
        for (const [parameter, expected] of Object.entries(uses)) {
          const actual = added.get(parameter) ?? [];
          expect(actual).toHaveLength(expected.length);
          for (const [i, use] of expected.entries())
            expect(distance(sketch(actual[i] ?? expect.fail()), use.added)).toBeLessThanOrEqual(GRADIENT);
          if (carried[parameter] === undefined) expect(sumOf(actual)).toEqual(gradients.get(parameter)?.values);
        }
      }
    });

    it('writes the same ledger of every parameter', async () => {
      const session = await start(document, mode, create);
      for (const pass of passes) {
        await goTo(session, pass.iteration + 1);
        for (const { address } of session.program.parameters) expectLedger(session, address, pass);
      }
    });

    it('shows at the update the same memory of gradients, the same step and the same values', async () => {
      const session = await start(document, mode, create);
      for (const pass of passes) {
        await goTo(session, pass.iteration + 1);
        const told = updatesOf(session);
        const skipped = Object.keys(pass.updated).filter((address) => isSkipped(session, address, pass));
        expect([...told.keys()].toSorted()).toEqual(Object.keys(pass.updated).toSorted());
        for (const [address, { value, moved, state }] of Object.entries(pass.updated)) {
          const { tensors = [] } = told.get(address) ?? {};
          if (skipped.includes(address)) {
            expect(tensors).toEqual([]);
            continue;
          }
          const made = tensors.filter(({ symbol }) => symbol !== 'g').map(({ tensor }) => tensor.ref);
          const seen = new Map(
            made.map((ref) => [ref.of === 'memory' ? ref.name : ref.of, session.view.elements(ref)]),
          );
          const wanted = { ...mapKeys(state, camelCase), step: moved, value };
          expect([...seen.keys()].toSorted()).toEqual(Object.keys(wanted).toSorted());
          for (const [name, expected] of Object.entries(wanted))
            expect(distance(sketch(seen.get(name) ?? expect.fail(name)), expected), name).toBeLessThanOrEqual(VALUE);
        }
      }
    });
  },
);

describe('dynamic-net', () => {
  const parameters = ['middle/middle_linear.weight', 'middle/middle_linear.bias'];

  it('is compared where its middle layer runs never, once, twice and three times', () => {
    const counts = goldensOf('dynamic-net').map(({ uses }) => uses['middle/middle_linear.weight']?.length ?? 0);
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each(['dynamic', 'static'] as const)(
    'a layer that never runs keeps its weights and their momentum, in %s mode',
    async (mode) => {
      const { iteration } =
        goldensOf('dynamic-net').find(({ uses }) => uses[parameters[0] ?? ''] === undefined) ?? expect.fail();
      const session = await start(example('dynamic-net'), mode);
      await goTo(session, iteration);
      const weights = weightsOf(session);
      const before = parameters.map((parameter) => session.view.ledger(parameter).at(-1));
      await goTo(session, iteration + 1);
      for (const [i, parameter] of parameters.entries()) {
        expect(weightsOf(session).get(parameter)).toEqual(weights.get(parameter));
        const [begun, skipped, ...more] = session.view.ledger(parameter);
        expect(begun).toEqual({ kind: 'none' });
        expect(skipped).toMatchObject({ kind: 'skipped', memory: memoryOf(before[i]) });
        expect(more).toEqual([]);
        // No gradient beside the value.
        const { weight, bias } = session.view.inspect('middle#1/middle_linear').parameters ?? {};
        expect([weight, bias].map((one) => Object.keys(one ?? {}))).toEqual([['value'], ['value']]);
      }
    },
  );
});

it.each(['dynamic', 'static'] as const)(
  'without ZeroGrad the ledger begins with what was left, at every stop, in %s mode',
  async (mode) => {
    const session = await start(forgetful, mode);
    const [first = expect.fail()] = goldensOf('autograd without zeroing');
    await goTo(session, 1);
    while (session.cursor.iteration === 1) {
      session.run(stepDone(session, 'entry'));
      for (const [address, { norm }] of Object.entries(first.grads))
        expect(session.view.ledger(address)[0]).toEqual({ kind: 'carried', norm: near(norm) });
    }
  },
);

function expectLedger(session: Session, parameter: string, { carried, uses, updated }: Golden): void {
  const { program } = session;
  const isOf = ({ parameters }: { readonly parameters: readonly string[] }) => parameters.includes(parameter);
  const writer = [...program.optimizers, ...program.updates].find(isOf);
  const cleared = program.zeroGrads.find(isOf);
  const left = carried[parameter];
  const golden = updated[parameter];
  const position = expect.any(Number);
  const memory = Object.entries(golden?.memory ?? {});
  const rows = session.view.ledger(parameter);
  expect(rows).toEqual([
    left === undefined ? { kind: 'none' } : { kind: 'carried', norm: near(left) },
    ...(uses[parameter] ?? []).map(({ at, added, cosine, sum }) => ({
      kind: 'added',
      position,
      address: at,
      norm: near(added.norm),
      cosine: near(cosine),
      sum: near(sum),
    })),
    {
      position,
      address: writer?.node,
      op: writer?.kind,
      memory: Object.fromEntries(memory.map(([name, norm]) => [camelCase(name), near(norm)])),
      // A parameter that an optimizer finds without a gradient is left alone.
      ...(isSkipped(session, parameter, { uses, carried })
        ? { kind: 'skipped' }
        : { kind: 'updated', step: near(golden?.step ?? Number.NaN) }),
    },
    ...(cleared === undefined ? [] : [{ kind: 'cleared', position, address: cleared.node }]),
  ]);
  const list = session.moment()?.entries.list ?? [];
  for (const row of rows)
    if (row.kind === 'added')
      expect(list[row.position]).toMatchObject({ op: 'accumulate', address: row.address, parameter });
}

/** A parameter that an optimizer finds without a gradient; an Update takes whatever is wired to it. */
const isSkipped = (session: Session, parameter: string, { uses, carried }: Pick<Golden, 'uses' | 'carried'>): boolean =>
  uses[parameter] === undefined &&
  carried[parameter] === undefined &&
  session.program.optimizers.some(({ parameters }) => parameters.includes(parameter));

/** What the entries of the update phase did to each parameter. */
const updatesOf = (session: Session) =>
  new Map(
    (session.moment()?.entries.list ?? [])
      .flatMap(({ op }, position) =>
        op === 'ZeroGrad' ? [] : (session.view.entry(position)?.update?.parameters ?? []),
      )
      .map((update) => [update.address, update]),
  );

const near = (expected: number) => expect.toSatisfy((actual: number) => relative(actual, expected) <= GRADIENT);

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const memoryOf = (row: LedgerRow | undefined) =>
  row?.kind === 'updated' ? row.memory : expect.fail('it was not updated');

const weightsOf = (session: Session): Map<string, Seen> =>
  new Map(
    session.program.parameters.map(({ address, shape }) => {
      const array = session.parameter(address) ?? expect.fail(`${address} is not there`);
      return [address, { shape, values: session.backend.readSync(array) }];
    }),
  );

/** Added one after the other, as they came. */
const sumOf = (all: readonly Seen[]) =>
  all.map(({ values }) => values).reduce((sum, values) => sum.map((x, i) => x + (values[i] ?? Number.NaN)));

const mapKeys = <T>(record: Readonly<Record<string, T>>, of: (key: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [of(key), value]));

const mapValues = <A, B>(record: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
