import { describe, expect, it } from 'vitest';
import { defaultContext } from '../../engine/autograd/context.ts';
import { Tensor } from '../../engine/autograd/tensor.ts';
import type { CodeValue } from '../../engine/export/script.ts';
import { operation, whole } from '../../engine/export/typescript/expressions.ts';
import * as engine from '../../engine/index.ts';
import { operations } from '../../engine/ops/index.ts';
import { materialise } from './material.ts';
import { leaf, titleOf } from './op_case.ts';

/** Runs an expression of exported code on these tensors. */
function run(text: string, inputs: readonly Tensor[]): unknown {
  const names = inputs.map((_, i) => `x${i}`);
  return new Function(...Object.keys(engine), ...names, `return ${text};`)(...Object.values(engine), ...inputs);
}

const bitsOf = (x: Tensor) => [x.shape, x.dtype, [...x.data()].map((one) => (Object.is(one, -0) ? '-0' : String(one)))];

/** As TypeScript writes it, every operation does what its record says: new ones, too. */
for (const record of operations.values())
  describe(record.name, () => {
    for (const one of record.cases)
      it(`${titleOf(record, one)}: the same value, to the bit`, () => {
        const context = defaultContext();
        const inputs = materialise(record, one).inputs.map((x) => leaf(context, x, false));
        const operands = inputs.map(({ shape, dtype }, i) => ({
          ...whole(`x${i}`),
          value: { shape, dtype } satisfies CodeValue,
        }));
        const { text } = operation(record.name, operands, one.attrs ?? {});
        const [expected] = context.apply(record, inputs, one.attrs ?? {});
        const made = run(text, inputs);
        if (!(made instanceof Tensor) || expected === undefined) expect.fail(`${text} is no tensor`);
        expect(bitsOf(made), text).toEqual(bitsOf(expected));
      });
  });
