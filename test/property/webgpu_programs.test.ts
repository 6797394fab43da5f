import { describe, it } from 'vitest';
import { webgpu } from '../parity/webgpu.ts';
import { expectSamePrograms } from './same_programs.ts';

describe.skipIf(webgpu === undefined)('random programs on WebGPU end as on the reference backend', () => {
  const backend = webgpu as NonNullable<typeof webgpu>;

  it('made ready as plans', () => expectSamePrograms(backend, 'planned'), 1_800_000);
  it('fused', () => expectSamePrograms(backend, 'fused'), 1_800_000);
});
