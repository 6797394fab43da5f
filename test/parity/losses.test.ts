import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromArray } from '../../engine/autograd/create.ts';
import { BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss } from '../../engine/nn/losses.ts';
import { expectClose } from './closeness.ts';
import { lossCases } from './loss_cases.ts';
import { toNumber, type Written, type WrittenArray } from './material.ts';

const classes = { MSELoss, L1Loss, CrossEntropyLoss, BCEWithLogitsLoss };
const goldens: { readonly loss: readonly Written[]; readonly grad: readonly Written[] }[] = JSON.parse(
  readFileSync(new URL('goldens/losses.json', import.meta.url), 'utf8'),
);
const leaf = ({ shape, dtype, values }: WrittenArray, requiresGrad: boolean) =>
  fromArray(values.map(toNumber), shape, { dtype, requiresGrad });

it('has a golden for each case', () => expect(goldens.length).toBe(lossCases.length));

it.each(lossCases.map((one, i) => ({ ...one, i })))(
  '$kind ($reduction) of [$input.shape]: value and gradient are PyTorch’s, case $i',
  ({ kind, reduction, input, target, upstream, i }) => {
    const x = leaf(input, true);
    const loss = new classes[kind]({ reduction }).forward(x, leaf(target, false));
    loss.backward(upstream && { gradient: leaf(upstream, false) });
    expect(loss.shape).toEqual(upstream?.shape ?? []);
    expectClose(loss.data(), goldens[i]?.loss ?? [], 1e-5);
    expectClose(x.grad?.data(), goldens[i]?.grad ?? [], 1e-4);
  },
);
