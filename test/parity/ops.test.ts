import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operations } from '../../engine/ops/index.ts';
import { backends, backendsAndGpu } from './backends.ts';
import { expectGradients } from './gradients.ts';
import { materialise } from './material.ts';
import { caseDifference, expressionOf, type Goldens, titleOf } from './op_case.ts';

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
        it.each(backends)(`${title}: the gradient is the finite difference on $backend`, ({ create }) => {
          const { inputs } = materialise(record, one);
          expectGradients(create(), (xs) => xs[0]?.context.apply(record, xs, one.attrs) ?? [], inputs);
        });
    }
  });
