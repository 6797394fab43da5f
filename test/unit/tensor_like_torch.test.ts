import { expect, it } from 'vitest';
import { tensor } from '../../engine/index.ts';

it('masks and labels beside floats are floats in a product', async () => {
  const weight = tensor([
    [0.25, 0.5],
    [0.125, 1],
  ]);
  const mask = tensor([
    [true, false],
    [true, true],
  ]);
  const labels = tensor(
    [
      [2, 0],
      [1, 3],
    ],
    { dtype: 'i32' },
  );
  const products = [
    mask.matmul(weight),
    weight.matmul(mask),
    labels.matmul(weight),
    mask.matmul(weight, { transposeB: true }),
  ];
  expect(await Promise.all(products.map(async (one) => [...(await one.read())]))).toEqual([
    [0.25, 0.5, 0.375, 1.5],
    [0.75, 0.5, 1.125, 1],
    [0.5, 1, 0.625, 3.5],
    [0.25, 0.125, 0.75, 1.125],
  ]);
  expect(products.map(({ dtype }) => dtype)).toEqual(['f32', 'f32', 'f32', 'f32']);
});

it('an empty list of axes stands for all of them, as in PyTorch', async () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const found = await Promise.all(
    [x.sum([]), x.mean([]), x.max([])].map(async (one) => [one.shape, ...(await one.read())]),
  );
  expect(found).toEqual([
    [[], 10],
    [[], 2.5],
    [[], 4],
  ]);
});

it('backward takes a gradient by its place, as in PyTorch, or by its name', async () => {
  const gradient = tensor([1, 3]);
  for (const given of [gradient, { gradient }]) {
    const w = tensor([1, 1], { requiresGrad: true });
    w.mul(2).backward(given);
    expect([...((await w.grad?.read()) ?? [])]).toEqual([2, 6]);
  }
});
