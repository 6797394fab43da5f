import { describe, expect, it, vi } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { Arena } from '../../engine/backends/arena.ts';
import type { Backend, NDArray } from '../../engine/backends/backend.ts';
import type { Call, PlannedOperand } from '../../engine/backends/calls.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { Library } from '../../engine/backends/wasm/library.ts';
import { LinearMemory } from '../../engine/backends/wasm/memory.ts';
import { Pool } from '../../engine/backends/wasm/pool.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { adam } from '../../engine/optim/adam.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { startPoolThread } from '../../engine/threads/start.ts';
import { draw as drawn } from '../parity/material.ts';

describe.each([{ shared: true }, { shared: false }])('memory, shared: $shared', ({ shared }) => {
  it('is the same after 1,000 iterations as after 10', () => {
    const k = new Kernels(createWasmBackend({ shared }));
    const context = new Context(k);
    const x = context.tensor(k.upload(drawn(1, 12, -1, 1), [4, 3]));
    const w = context.tensor(k.upload(drawn(2, 6, -1, 1), [2, 3]), { requiresGrad: true });
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
    const first = be.upload(drawn(3, 1000, -1, 1), [10, 100]);
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

describe('above 2 GB of memory', () => {
  /** Takes so much that what comes after it stands where an address as a signed number is negative; nobody touches it. */
  const reserve = (be: Backend) =>
    be.plan?.({ sections: [[]], table: [{ shape: [2 ** 29], dtype: 'f32' }], lookedAt: new Set([0]), cells: 0 });
  const draw = (be: Backend, shape: Shape, seed: number) => be.upload(drawn(seed, numel(shape), -1, 1), shape);
  /** A product that is shared, with what follows it, and an update. */
  const compute = (be: Backend, run: (be: Backend, x: NDArray, w: NDArray) => NDArray) => {
    const [x, w] = [draw(be, [200, 300], 5), draw(be, [100, 300], 6)];
    return [be.readSync(run(be, x, w)), be.readSync(w)];
  };
  const atOnce = (be: Backend, x: NDArray, w: NDArray) => {
    const y = be.unary('tanh', be.matmul(x, w, false, true));
    be.assign(w, be.binary('sub', w, be.binary('mul', be.matmul(y, x, true, false), 0.1)));
    return y;
  };
  const planned = (be: Backend, x: NDArray, w: NDArray) => {
    const at = (place: number) => ({ at: place });
    const step = (call: Call, inputs: PlannedOperand[], output: number | undefined) => ({ call, inputs, output });
    const work = be.plan?.({
      sections: [
        [
          step({ call: 'matmul', transposeA: false, transposeB: true }, [x, w], 0),
          step({ call: 'unary', op: 'tanh' }, [at(0)], 1),
          step({ call: 'matmul', transposeA: true, transposeB: false }, [at(1), x], 2),
          step({ call: 'binary', op: 'mul' }, [at(2), 0.1], 3),
          step({ call: 'binary', op: 'sub' }, [w, at(3)], 4),
          step({ call: 'assign' }, [w, at(4)], undefined),
        ],
      ],
      table: [
        [200, 100],
        [200, 100],
        [100, 300],
        [100, 300],
        [100, 300],
      ].map((shape) => ({ shape, dtype: 'f32' })),
      lookedAt: new Set([1]),
      cells: 0,
    });
    if (work === undefined) throw new Error('this backend plans nothing');
    work.run(0);
    return work.array(1);
  };

  it.each([
    { threads: 1, run: atOnce },
    { threads: 1, run: planned },
    { threads: 2, run: atOnce },
    { threads: 2, run: planned },
  ])('the bits are those below it: $threads threads, $run.name', async ({ threads, run }) => {
    const be = createWasmBackend({ threads, startThread: startPoolThread });
    await vi.waitUntil(() => be.threads === threads, { timeout: 30_000 });
    reserve(be);
    expect(be.reserved).toBeGreaterThan(2 ** 31);
    expect(compute(be, run)).toEqual(compute(createWasmBackend(), atOnce));
    if (threads > 1)
      await vi.waitUntil(() => {
        compute(be, run);
        return be.partsByOthers > 0;
      });
    be.close();
  });
});

it('a kernel that fails in the thread that calls leaves the pool fit for the next', async () => {
  const memory = new LinearMemory(true);
  const library = new Library(memory);
  const pool = new Pool(memory, library, 1, startPoolThread);
  await vi.waitUntil(() => pool.size === 2, { timeout: 30_000 });
  const block = memory.take('i32', 16).address;
  const dividing = library.kernel('dividing', ({ body }, at) => {
    const word = body.load('i32.load', at, 0);
    body.store('i32.store', at, body.op('i32.div_u', word, word), 4);
  });
  memory.words[block >> 2] = 0;
  // Whoever is first may have taken all parts.
  for (let i = 0; i < 20; i++)
    expect(() => pool.run(dividing, block, 8)).toThrow(/divide by zero|a thread that shares the work failed/);
  memory.words[block >> 2] = 7;
  for (let i = 0; i < 20; i++) pool.run(dividing, block, 8);
  expect(memory.words[(block >> 2) + 1]).toBe(1);
  pool.close();
});

it('a thread that fails ends the work with an error, and nobody waits for it', async () => {
  const memory = new LinearMemory(true);
  const library = new Library(memory);
  const pool = new Pool(memory, library, 1, startPoolThread);
  await vi.waitUntil(() => pool.size === 2, { timeout: 30_000 });
  const kernel = library.kernel('nothing', () => undefined);
  // What the other thread is to compile is no code.
  library.sourceOf(kernel).bytes.fill(0);
  const block = memory.take('i32', 16).address;
  await expect(
    vi.waitUntil(() => {
      pool.run(kernel, block, 60_000);
      return false;
    }),
  ).rejects.toThrow('a thread that shares the work failed');
  pool.close();
});

it('plans of about the same sizes have the same memory', () => {
  const be = createWasmBackend();
  const plan = (rows: number) => {
    const x = be.full([rows, 100], 2);
    const at = (place: number) => ({ at: place });
    return be.plan?.({
      sections: [
        [
          { call: { call: 'unary', op: 'neg' }, inputs: [x], output: 0 },
          { call: { call: 'reduce', op: 'sum', axes: [1], keepDims: false }, inputs: [at(0)], output: 1 },
        ],
      ],
      table: [
        { shape: [rows, 100], dtype: 'f32' },
        { shape: [rows], dtype: 'f32' },
      ],
      lookedAt: new Set([0, 1]),
      cells: 0,
    });
  };
  const { bytes } = be.memory();
  const works = [1000, 900, 700].map(plan);
  for (const work of works) work?.run(0);
  expect(be.readSync(works[0]?.array(1) ?? be.full([0], 0))[0]).toBe(-200);
  expect(be.memory().bytes - bytes).toBe(4 * ((1000 + 900 + 700) * 100 + 1000 * 101));
});
