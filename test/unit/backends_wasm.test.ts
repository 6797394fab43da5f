import { describe, expect, it } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { Arena } from '../../engine/backends/reference/arena.ts';
import { LinearMemory } from '../../engine/backends/wasm/memory.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { adam } from '../../engine/optim/adam.ts';
import { draw } from '../parity/material.ts';

describe.each([{ shared: true }, { shared: false }])('memory, shared: $shared', ({ shared }) => {
  it('is the same after 1,000 iterations as after 10', () => {
    const k = new Kernels(createWasmBackend({ shared }));
    const context = new Context(k);
    const x = context.tensor(k.upload(draw(1, 12, -1, 1), [4, 3]));
    const w = context.tensor(k.upload(draw(2, 6, -1, 1), [2, 3]), { requiresGrad: true });
    const state = adam.state(k, w.value, {});
    const before = k.backend.memory();
    const blocks = new Set<unknown>();
    const train = (from: number, to: number) => {
      for (let i = from; i < to; i++)
        k.backend.scope(() => {
          const y = x.matmul(w, { transposeB: true }).gelu().softmax(1).max([1]);
          blocks.add(y.value.storage);
          y.sum().backward();
          const { grad } = w;
          if (grad !== null) k.backend.fuse(() => adam.step(k, w.value, grad.value, state, {}, i + 1));
          w.grad = null;
        });
    };
    train(0, 10);
    const used = blocks.size;
    train(10, 1000);
    expect(k.backend.memory()).toEqual(before);
    expect(blocks.size).toBe(used);
  });

  it('may grow in the middle of a computation: what was there stays', () => {
    const be = createWasmBackend({ shared });
    const first = be.upload(draw(3, 1000, -1, 1), [10, 100]);
    const values = be.readSync(first);
    for (let size = 1; size < 64; size *= 2) {
      const large = be.full([size, 1024, 64], 2);
      const sum = be.reduce('sum', be.binary('mul', large, 0.5), [0, 1], false);
      expect(be.readSync(sum)[63]).toBe(size * 1024);
      const rows = be.takeRows(be.permute(first, [1, 0]), [3, 1]);
      expect(be.readSync(rows)[0]).toBe(values[3]);
    }
    expect(be.readSync(first)).toEqual(values);
  });

  it('that is full is told of, after what waits to be used again was given back', () => {
    const memory = new LinearMemory(shared);
    const arena = new Arena(memory);
    memory.onFull = () => arena.drain();
    const GIGABYTE = 2 ** 28;
    const taken = [arena.make([GIGABYTE], 'f32'), arena.make([GIGABYTE], 'f32'), arena.make([GIGABYTE], 'f32')];
    expect(() => arena.make([GIGABYTE], 'f32')).toThrow('1024 MB more do not fit');
    for (const array of taken) arena.free(array);
    // Nothing of another size could be made if it waited for one of its own.
    expect(() => arena.make([GIGABYTE - 2 ** 10], 'f32')).not.toThrow();
  });
});

it('an array of another backend is refused, and one whose scope was closed', () => {
  const [one, other] = [createWasmBackend(), createWasmBackend()];
  const lost = one.scope(() => one.full([2, 2], 1));
  expect(() => one.unary('exp', lost)).toThrow('after its scope was closed');
  expect(() => one.matmul(one.full([2, 2], 1), lost, false, false)).toThrow('after its scope was closed');
  expect(() => other.unary('exp', { shape: [1], dtype: 'f32', storage: null })).toThrow('another backend');
});

it('what fails in the middle of one pass changes nothing, and leaves nothing behind', () => {
  const be = createWasmBackend();
  const [x, y] = [be.upload([1, 2, 3], [3]), be.upload([5, 5, 5], [3])];
  const before = be.memory();
  expect(() =>
    be.fuse(() => {
      be.assign(x, be.binary('mul', x, 2));
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect([...be.readSync(x)]).toEqual([1, 2, 3]);
  be.fuse(() => be.assign(y, be.binary('add', y, 1)));
  expect([...be.readSync(x), ...be.readSync(y)]).toEqual([1, 2, 3, 6, 6, 6]);
  expect(be.memory()).toEqual(before);
});
