import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromArray } from '../../engine/autograd/create.ts';
import { noGrad } from '../../engine/index.ts';
import { operations } from '../../engine/ops/index.ts';
import type { Attributes, OpRecord } from '../../engine/ops/op.ts';

/** A backward pass after an operand or the result of an operation has changed in place, in PyTorch. */
interface Case {
  readonly op: string;
  readonly attrs: Attributes;
  readonly expression: string;
  /** Which operands require a gradient. */
  readonly needs: readonly boolean[];
  readonly changed: number | 'output' | null;
  readonly outcome: 'refused' | readonly (readonly number[] | null)[];
}
const goldens: readonly Case[] = JSON.parse(readFileSync(new URL('goldens/in_place.json', import.meta.url), 'utf8'));
const OPERANDS = [
  [0.5, 1, 1.5, 2],
  [2, 0.25, 1, 3],
];

function outcomeOf(record: OpRecord, { attrs, needs, changed }: Case): Case['outcome'] {
  const inputs = needs.map((requiresGrad, i) => fromArray(OPERANDS[i] ?? [], [2, 2], { requiresGrad }));
  const result = inputs[0]?.context.apply(record, inputs, attrs)[0];
  const target = changed === 'output' ? result?.detach() : inputs[changed ?? -1];
  noGrad(() => target?.mul_(2));
  try {
    result?.sum().backward();
  } catch (error) {
    expect(String(error)).toContain('changed in place');
    return 'refused';
  }
  return inputs.map(({ grad }) => (grad === null ? null : [...grad.data()]));
}

/** PyTorch 1.13 keeps here what no gradient that is asked for reads, and refuses. */
const NEEDLESS: ReadonlySet<string> = new Set([
  'torch.pow(x0, x1), output changed, needs true,false',
  'torch.mean(x0, dim=()), 0 changed, needs true',
]);

describe('backward after a change in place', () => {
  it.each(goldens)('$expression, $changed changed, needs $needs: refused or right as in PyTorch', (one) => {
    const record = operations.get(one.op);
    if (record === undefined) throw new Error(`no operation ${one.op}`);
    const names = one.needs.map((_, i) => `x${i}`);
    expect(record.torch(names, one.attrs)).toBe(one.expression);
    const found = outcomeOf(record, one);
    const { outcome } = one;
    if (NEEDLESS.has(`${one.expression}, ${one.changed} changed, needs ${one.needs}`)) {
      expect(outcome).toBe('refused');
      expect(found).toEqual(outcomeOf(record, { ...one, changed: null }));
    } else if (found === 'refused' || outcome === 'refused') expect(found).toBe(outcome);
    else expect(found).toEqual(outcome.map((gradient) => gradient?.map((x) => expect.closeTo(x, 5)) ?? null));
  });
});
