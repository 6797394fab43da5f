import { expect, it } from 'vitest';
import { diagnostic } from '../../../engine/graph/diagnostics.ts';
import { diagnosticsOf } from '../../../engine/protocol/refusal.ts';

it('hands on a diagnostic whole after its way between threads: place, words, and the values for other languages', () => {
  const thrown = diagnostic('batch-size', { node: 'xor1' }, { batch: 8, rows: 4 });
  expect(diagnosticsOf(structuredClone(thrown))).toEqual([thrown]);
  expect(diagnosticsOf(structuredClone(thrown))[0]?.values).toEqual({ batch: 8, rows: 4 });
  expect(diagnosticsOf(new Error('no'))).toMatchObject([{ code: 'engine.failed', message: 'no' }]);
});
