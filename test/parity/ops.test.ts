import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { operations } from '../../engine/ops/index.ts';
import { backends, backendsAndGpu } from './backends.ts';
import { expectClose } from './closeness.ts';
import { expectGradients, leaf } from './gradients.ts';
import { materialise, type Written } from './material.ts';

interface GoldenArray {
  readonly shape: readonly number[];
  readonly values: readonly Written[];
}
interface Golden {
  readonly expression: string;
  readonly output: GoldenArray;
  readonly grads?: readonly (GoldenArray | null)[];
}
const goldens: Record<string, Golden[]> = JSON.parse(
  readFileSync(new URL('goldens/ops.json', import.meta.url), 'utf8'),
);

/**
 * Values whose zeros PyTorch signs now so, now otherwise: `gelu` of one −0 is −0, of several, which oneDNN computes, 0;
 * which of a tied 0 and −0 `amax` returns depends on the vector lanes they fall into.
 */
const ZERO_OF_EITHER_SIGN: ReadonlySet<string> = new Set(['gelu', 'max']);

for (const record of operations.values())
  describe(record.name, () => {
    const written = goldens[record.name] ?? [];
    it('has a golden for each of its cases', () => {
      const expressions = record.cases.map((one) =>
        record.torch(
          one.inputs.map((_, i) => `x${i}`),
          one.attrs ?? {},
        ),
      );
      expect(written.map((golden) => golden.expression)).toEqual(expressions);
      expect(record.cases.length).toBeGreaterThan(2);
    });

    for (const [i, one] of record.cases.entries()) {
      const { inputs, upstream } = materialise(record, one);
      const title = `case ${i}: ${written[i]?.expression} of ${inputs.map((x) => `[${x.shape}]`).join(', ')}`;

      it.each(backendsAndGpu)(`${title}: value and gradients are PyTorch's on $backend`, ({ create, slack }) => {
        const golden = written[i];
        if (golden === undefined) throw new Error('no golden: run goldens/make.py');
        const context = new Context(new Kernels(create()));
        const leaves = inputs.map((x) => leaf(context, x, record.backward !== undefined));
        const [output] = context.apply(record, leaves, one.attrs);
        expect(output?.shape).toEqual(golden.output.shape);
        expectClose(output?.data(), golden.output.values, 1e-5 * slack, ZERO_OF_EITHER_SIGN.has(record.name));
        if (golden.grads === undefined || output === undefined) return;
        const seed = leaf(context, upstream[0] ?? { shape: [], dtype: 'f32', values: [] }, false);
        output.backward({ gradient: seed });
        for (const [j, grad] of golden.grads.entries()) {
          if (grad === null) expect(leaves[j]?.grad ?? null).toBeNull();
          else {
            expect(leaves[j]?.grad?.shape).toEqual(grad.shape);
            expectClose(leaves[j]?.grad?.data(), grad.values, 1e-4);
          }
        }
      });

      if (record.backward !== undefined && one.gradcheck !== false)
        it.each(backends)(`${title}: the gradient is the finite difference on $backend`, ({ create }) =>
          expectGradients(create(), (xs) => xs[0]?.context.apply(record, xs, one.attrs) ?? [], inputs),
        );
    }
  });
