import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { type GivenWeights, stateName, weightsByAddress } from '../../engine/program/given_weights.ts';
import { Session } from '../../engine/session/session.ts';
import type { StoredTensor } from '../../engine/tensor/safetensors/decode.ts';

const stored = (values: StoredTensor['values'], dtype: StoredTensor['dtype'] = 'F32'): StoredTensor => ({
  dtype,
  shape: [values.length],
  values,
});

describe('given weights', () => {
  it('are found by the names of a state_dict, whatever the width of their floats', () => {
    const parameters = [
      { address: 'net/loop#2/linear1.bias', shape: [1] },
      { address: 'w.value', shape: [2] },
    ];
    const tensors = new Map([
      ['w.value', stored(Float32Array.of(1, 2))],
      ['net.loop#2.linear1.bias', stored(Float32Array.of(3), 'BF16')],
    ]);
    expect(weightsByAddress(parameters, { file: 'f', tensors })).toEqual(
      new Map([
        ['net/loop#2/linear1.bias', Float32Array.of(3)],
        ['w.value', Float32Array.of(1, 2)],
      ]),
    );
  });

  it('of quite another network are told in brief', () => {
    const parameters = Array.from({ length: 9 }, (_, i) => ({ address: `a${i}.weight`, shape: [1] }));
    const found = weightsByAddress(parameters, { file: 'f', tensors: new Map([['b', stored(Float32Array.of(1))]]) });
    expect(found instanceof Map ? [] : found.map(({ message }) => message)).toEqual([
      'f lacks parameters that the document has: a0.weight, a1.weight, a2.weight, a3.weight, a4.weight, a5.weight, … (9)',
      'f holds what is no parameter of the document: b',
    ]);
  });

  it('leave all other random numbers as they are: those of a run begun with its own drawn weights are the same', async () => {
    const { document } = openDocument('spiral');
    if (document === undefined) return expect.fail('there is no such example');
    // The order of the samples is drawn after the weights.
    const run = { ...document.run, steps: 8, batchSize: 7 };
    const trained = async (weights?: GivenWeights) => {
      const { session, diagnostics } = await Session.create(
        { ...document, run },
        { backend: createReferenceBackend(), files: nodeFiles('.'), ...(weights === undefined ? {} : { weights }) },
      );
      if (session === undefined) return expect.fail(JSON.stringify(diagnostics));
      const initial = session.program.parameters.map(({ address, shape }) => {
        const array = session.parameter(address) ?? expect.fail(address);
        const values = session.backend.readSync(array);
        return [stateName(address), { dtype: 'F32', shape, values }] as const;
      });
      const losses: number[] = [];
      session.onStep = (_step, loss) => losses.push(loss);
      session.run();
      session.close();
      return { losses, initial };
    };
    const { losses, initial } = await trained();
    expect(new Set(losses).size).toBe(8);
    expect((await trained({ file: 'f', tensors: new Map(initial) })).losses).toEqual(losses);
    const zeros = initial.map(
      ([name, one]) => [name, { ...one, values: new Float32Array(one.values.length) }] as const,
    );
    expect((await trained({ file: 'f', tensors: new Map(zeros) })).losses[0]).toBeCloseTo(Math.log(3), 6);
  });
});
