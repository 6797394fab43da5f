import { expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { DeviceNews } from '../../engine/cli/device_news.ts';
import { diagnostic } from '../../engine/graph/diagnostics.ts';

const named = (name: string) => ({
  ...createReferenceBackend(),
  device: {
    name: 'webgpu' as const,
    simd: 'none' as const,
    threads: 1,
    adapter: { name, isSoftware: false, keepsNan: true, mostBytes: 2 ** 30 },
  },
});
const failed = (where: string) => diagnostic('gpu-failed', {}, { reason: 'it was lost', where, remedy: 'Restart' });

it('the device is told with the first object, and with the first from another one, and why', () => {
  const news = new DeviceNews();
  const [gpu, again, cpu] = [named('A GPU'), named('A GPU'), createReferenceBackend()];
  const device = { device: 'webgpu', adapter: 'A GPU', isSoftware: false };
  expect(news.next(gpu)).toEqual(device);
  expect(news.next(gpu)).toEqual({});
  news.heard(failed('on the GPU, opened anew'), again);
  expect(news.next(again)).toEqual({ ...device, problem: failed('on the GPU, opened anew') });
  expect(news.next(again)).toEqual({});
  news.heard(failed('on the CPU'), cpu);
  expect(news.next(cpu)).toEqual({ device: 'cpu', simd: 'none', threads: 1, problem: failed('on the CPU') });
  expect(news.next(cpu)).toEqual({});
});
