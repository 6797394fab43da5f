import { expect, it } from 'vitest';
import { pick } from '../../engine/autograd/apply.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { operations } from '../../engine/ops/index.ts';
import { materialise, toNumber, type WrittenArray } from '../parity/material.ts';

const kernels = new Kernels(createReferenceBackend());
const array = ({ values, shape, dtype }: WrittenArray) => kernels.upload(values.map(toNumber), shape, dtype);
const stating = [...operations.values()].filter(({ reads }) => reads !== undefined);

it.each(stating)('a gradient of $name reads nothing besides what is said: NaN there changes nothing', (record) => {
  for (const one of record.cases) {
    const attrs = one.attrs ?? {};
    const { inputs, upstream } = materialise(record, one);
    const values = inputs.map(array);
    const outputs = record.forward(kernels, values, attrs);
    const saved = pick(record, values, outputs, []);
    for (const [i, reads] of record.reads?.slice(0, inputs.length).entries() ?? []) {
      const spoilt = Object.entries(saved).map(([name, value]) => [
        name,
        reads.some((read) => read === name) ? value : kernels.full(value.shape, Number.NaN),
      ]);
      const gradient = (kept: typeof saved) => {
        const needs = inputs.map((_, at) => at === i);
        const shapes = inputs.map(({ shape }) => shape);
        const found = record.backward?.(kernels, upstream.map(array), kept, attrs, needs, shapes)[i];
        return found && kernels.backend.readSync(found);
      };
      expect(gradient(saved)).toBeDefined();
      expect(gradient(Object.fromEntries(spoilt))).toEqual(gradient(saved));
    }
  }
});

it('says it of each input, and of what is saved', () => {
  expect(stating.length).toBeGreaterThan(0);
  for (const { name, reads = [], saves, cases } of stating) {
    expect(reads.length, name).toBe(Math.max(...cases.map(({ inputs }) => inputs.length)));
    expect(saves, name).toEqual(expect.arrayContaining(reads.flat()));
  }
});
