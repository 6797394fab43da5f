import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { gradcheck } from '../../engine/autograd/gradcheck.ts';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { operations } from '../../engine/ops/index.ts';
import { backendsAndGpu } from './backends.ts';
import { materialise } from './material.ts';
import { caseDifference, expressionOf, type Goldens, leaf, titleOf } from './op_case.ts';

const goldens: Goldens = JSON.parse(readFileSync(new URL('goldens/ops.json', import.meta.url), 'utf8'));

for (const record of operations.values())
  describe(record.name, () => {
    const written = goldens[record.name] ?? [];
    it('has a golden for each of its cases', () => {
      const expressions = record.cases.map((one) => expressionOf(record, one));
      expect(written.map((golden) => golden.expression)).toEqual(expressions);
      expect(record.cases.length).toBeGreaterThan(2);
    });

    for (const [i, one] of record.cases.entries()) {
      const title = `case ${i}: ${titleOf(record, one)}`;

      it.each(backendsAndGpu)(`${title}: value and gradients are PyTorch's on $backend`, ({ create, slack }) => {
        expect(caseDifference(create(), record, one, written[i], slack)).toBeUndefined();
      });

      if (record.backward !== undefined && one.gradcheck !== false)
        it(`${title}: the gradient is the finite difference`, () => {
          const context = new Context(new Kernels(createReferenceBackend({ floatType: 'f64' })));
          const leaves = materialise(record, one).inputs.map((x) => leaf(context, x, true));
          const apply = (xs: readonly Tensor[]): Tensor => {
            const [output] = context.apply(record, xs, one.attrs);
            if (output === undefined) throw new Error('no output');
            return output;
          };
          expect(gradcheck(context, apply, leaves)).toMatchObject({ passed: true });
        });
    }
  });
