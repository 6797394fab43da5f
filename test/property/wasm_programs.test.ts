import { describe, it } from 'vitest';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { expectSamePrograms } from './same_programs.ts';

describe('random programs on the CPU end as on the reference backend', () => {
  const backend = createWasmBackend();

  it('made ready as plans', () => expectSamePrograms(backend, 'planned'));
  it('fused', () => expectSamePrograms(backend, 'fused'));
});
