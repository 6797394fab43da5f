import { expect, it } from 'vitest';
import { defaultContext } from '../../engine/autograd/context.ts';
import { type DeviceName, tensor, useDevice } from '../../engine/index.ts';

/** In this order: once there is a tensor there is no way back. */
it('chooses among devices until the first tensor is made, and says why not afterwards', async () => {
  const text = 'gpu';
  await expect(useDevice(text as DeviceName)).rejects.toThrow('use one of cpu, webgpu, reference');
  expect(await useDevice('reference')).toBe('CPU · plain TypeScript');
  expect(defaultContext().kernels.backend.name).toBe('reference');
  expect(await useDevice('cpu')).toMatch(/^CPU · /);
  const { backend } = defaultContext().kernels;
  expect(backend.name).toBe('wasm');
  const x = tensor([1, 2]);
  await expect(useDevice('reference')).rejects.toThrow('choose the device before the first one');
  expect([...x.add(1).data()]).toEqual([2, 3]);
  expect(defaultContext().kernels.backend).toBe(backend);
});
