import { describe, expect, it } from 'vitest';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { operations } from '../../engine/ops/index.ts';
import { trained } from '../parity/exported.ts';
import { readBeforeWritten } from '../parity/exported_written_cases.ts';
import { materialise, toNumber } from '../parity/material.ts';

describe('the update phase reads everything before anything is written', () => {
  it.each(readBeforeWritten.map((document) => [document.name, document] as const))(
    '%s: the order of the Updates and the mode make no difference',
    async (_, document) => {
      const losses = await trained(document);
      const isUpdate = ({ kind }: { readonly kind: string }) => kind === 'Update';
      const reordered = [
        ...document.nodes.filter((node) => !isUpdate(node)),
        ...document.nodes.filter(isUpdate).toReversed(),
      ];
      expect(await trained({ ...document, nodes: reordered })).toEqual(losses);
      expect(await trained({ ...document, run: { ...document.run, mode: 'static' } })).toEqual(losses);
    },
  );
});

it('no operation gives back its input itself, unless its record says so', () => {
  const kernels = new Kernels(createReferenceBackend());
  let compared = 0;
  const passing = [...operations.values()].filter((record) =>
    record.cases.some((one) => {
      const given = materialise(record, one).inputs.map(({ shape, values, dtype }) =>
        kernels.upload(values.map(toNumber), shape, dtype),
      );
      compared++;
      return record.forward(kernels, given, one.attrs ?? {}).some((made) => given.includes(made));
    }),
  );
  expect(compared).toBeGreaterThan(200);
  expect(passing.filter(({ mayPassOn }) => mayPassOn !== true).map(({ name }) => name)).toEqual([]);
});
