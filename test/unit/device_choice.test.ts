import { describe, expect, it } from 'vitest';
import { DeviceFailure, type FailureKind } from '../../engine/backends/device_failure.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { ABSENCE } from '../../engine/backends/webgpu/absence.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { needOf } from '../../engine/graph/check.ts';
import { type DeviceChoice, judgeGpu, mayGain, WORTH_A_GPU } from '../../engine/graph/device.ts';
import { type Diagnostic, type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import { lookForGpu, type Machine, RunDevice } from '../../engine/session/device.ts';
import { Session } from '../../engine/session/session.ts';
import { phrasesZh } from '../../renderer/text/diagnostics_zh.ts';

describe('auto', () => {
  const real = { isSoftware: false, mostBytes: 2 ** 30 };
  const large = { flops: WORTH_A_GPU, bytes: 2 ** 20 };

  it.each([
    ['a large network gains from a real GPU', large, real, 'gains'],
    ['a small one does not', { ...large, flops: WORTH_A_GPU - 1 }, real, 'small'],
    ['a GPU that the CPU imitates is none', large, { ...real, isSoftware: true }, 'software'],
    ['there may be none', large, undefined, 'none'],
    ['half of what it holds is taken for safe', { ...large, bytes: 2 ** 29 }, real, 'gains'],
    ['more than that is not', { ...large, bytes: 2 ** 29 + 1 }, real, 'full'],
  ] as const)('%s', (_, need, gpu, verdict) => expect(judgeGpu(need, gpu)).toBe(verdict));

  it('looks for a GPU only where one could be taken', () => {
    expect([0, WORTH_A_GPU - 1, WORTH_A_GPU].map((flops) => mayGain({ flops, bytes: 0 }))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

/** `x` of 4 × 3, these nodes and wires, and the mean square of what is wired to `loss`. */
function network(nodes: readonly DocumentNode[], ...wires: readonly (readonly [from: string, to: string])[]) {
  const empty = emptyDocument('work');
  const x: DocumentNode = { id: 'x', kind: 'RandomTensor', settings: { shape: [4, 3] } };
  return {
    ...empty,
    nodes: [x, ...nodes, { id: 'loss', kind: 'MSELoss', settings: {} }],
    wires: [...wires, ['x.output', 'loss.target'] as const].map(([from, to]) => ({ from, to })),
    run: { ...empty.run, steps: 1 },
  } satisfies GraphDocument;
}

const linear = (id: string, outFeatures: number, parent?: string): DocumentNode => ({
  id,
  kind: 'Linear',
  settings: { outFeatures },
  ...(parent === undefined ? {} : { parent }),
});

async function flopsOf(document: GraphDocument): Promise<number> {
  const checked = await new TracedFunctions().check(document);
  expect(checked.diagnostics).toEqual([]);
  return needOf(checked).flops;
}

const twoLayers = network(
  [linear('a', 5), linear('b', 3)],
  ['x.output', 'a.input'],
  ['a.output', 'b.input'],
  ['b.output', 'loss.input'],
);

describe('the work of a forward pass', () => {
  it('is a product and a sum for each pair of numbers that its matrices multiply', async () => {
    expect(await flopsOf(twoLayers)).toBe(2 * 4 * (3 * 5 + 5 * 3));
  });

  it('counts a loop as often as it can run', async () => {
    const loop: DocumentNode = { id: 'loop', kind: 'Repeat', settings: { count: 'drawn', min: 0, max: 7 } };
    const found = network(
      [loop, linear('a', 3, 'loop')],
      ['x.output', 'loop.start'],
      ['loop.current', 'a.input'],
      ['a.output', 'loop.next'],
      ['loop.result', 'loss.input'],
    );
    expect(await flopsOf(found)).toBe(7 * 2 * 4 * 3 * 3);
  });

  it('looks into functions of the user’s own, and at what is transposed', async () => {
    const source = `function forward(ctx, x) { return x.matmul(x.transpose(0, 1).matmul(x)); }
      function backward(ctx, g) { return null; }`;
    const own: DocumentNode = { id: 'own', kind: 'CustomFunction', settings: { source } };
    const found = network([own], ['x.output', 'own.x'], ['own.output', 'loss.input']);
    expect(await flopsOf(found)).toBe(2 * (3 * 4 * 3 + 4 * 3 * 3));
  });
});

describe('the device of a run', () => {
  const machine = { createCpu: createReferenceBackend };
  const large = { flops: WORTH_A_GPU, bytes: 0 };

  function deviceOf(choice: DeviceChoice, more: Partial<Machine> = {}) {
    const told: Diagnostic[] = [];
    return { told, device: new RunDevice(choice, { ...machine, ...more }, (problem) => told.push(problem)) };
  }

  it('says why there is no GPU, and what helps, only to those who asked for one', async () => {
    const asked = deviceOf('webgpu');
    expect((await asked.device.open(large)).device.name).toBe('cpu');
    expect(asked.told).toMatchObject([{ code: 'no-gpu', severity: 'warning' }]);
    expect(asked.told[0]?.message).toContain(ABSENCE.surroundings);
    for (const choice of ['auto', 'cpu'] as const) {
      const { told, device } = deviceOf(choice);
      expect((await device.open(large)).device.name).toBe('cpu');
      expect(told).toEqual([]);
    }
  });

  it('is no GPU, and none is looked for, where none would be taken', async () => {
    let looks = 0;
    const startGpu = () => {
      looks++;
      throw new Error(ABSENCE.adapter);
    };
    await deviceOf('cpu', { startGpu }).device.open(large);
    await deviceOf('auto', { startGpu }).device.open({ ...large, flops: 1 });
    expect(looks).toBe(0);
    await deviceOf('auto', { startGpu }).device.open(large);
    expect(looks).toBe(1);
    expect(await lookForGpu({ startGpu })).toMatchObject({ absence: { values: { reason: ABSENCE.adapter } } });
  });

  it('is opened again where it was lost, once, and is the CPU where it is full, silent, or lost for good', async () => {
    const looksAfter = async (kinds: readonly FailureKind[]) => {
      let looks = 0;
      const startGpu = () => {
        looks++;
        throw new Error(ABSENCE.adapter);
      };
      const { told, device } = deviceOf('webgpu', { startGpu });
      for (const kind of kinds)
        expect((await device.renew(new DeviceFailure(kind, `it is ${kind}`))).device.name).toBe('cpu');
      expect(told.map(({ message }) => message)).toEqual(
        kinds.map((kind) => `The GPU failed (it is ${kind}). The run continues on the CPU`),
      );
      return looks;
    };
    expect(await looksAfter(['lost', 'lost'])).toBe(1);
    expect(await looksAfter(['full', 'lost'])).toBe(0);
    expect(await looksAfter(['silent'])).toBe(0);
  });

  it('is told what the run asks of it, once the document is checked and nothing is wrong', async () => {
    const asked: number[] = [];
    const backend = async ({ flops }: { readonly flops: number }) => {
      asked.push(flops);
      return createReferenceBackend();
    };
    const options = { backend, files: nodeFiles('.') };
    expect((await Session.create(twoLayers, options)).diagnostics).toBeUndefined();
    expect((await Session.create({ ...twoLayers, wires: [] }, options)).session).toBeUndefined();
    expect(asked).toEqual([2 * 4 * (3 * 5 + 5 * 3)]);
  });

  it('tells the reasons and remedies in Chinese, too', async () => {
    for (const reason of [...Object.values(ABSENCE), 'whatever a driver says']) {
      const startGpu = () => {
        throw new Error(reason);
      };
      const found = await lookForGpu({ startGpu });
      const values = 'absence' in found ? found.absence.values : {};
      expect(phrasesZh.has(String(values?.remedy)), reason).toBe(true);
    }
    for (const reason of Object.values(ABSENCE)) expect(phrasesZh.has(reason), reason).toBe(true);
  });
});
