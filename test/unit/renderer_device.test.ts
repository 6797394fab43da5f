import { describe, expect, it } from 'vitest';
import { plainDevice } from '../../engine/backends/reference/reference.ts';
import { WORTH_A_GPU } from '../../engine/graph/device.ts';
import { diagnostic } from '../../engine/graph/diagnostics.ts';
import { describe as described, formatOperations } from '../../renderer/device/words.ts';
import { deviceFor } from '../../renderer/stores/device.ts';
import { en } from '../../renderer/text/en.ts';
import { zh } from '../../renderer/text/zh.ts';

const real = { name: 'a GPU', isSoftware: false, mostBytes: 2 ** 30, keepsNan: true };
const software = { ...real, isSoftware: true };
const none = { absence: diagnostic('no-gpu', {}, { reason: 'no GPU was found', remedy: 'Install one' }) };
const small = { flops: 1, bytes: 1 };
const large = { flops: WORTH_A_GPU, bytes: 1 };

describe('what a choice comes to', () => {
  it.each([
    ['the CPU is the CPU', 'cpu', large, { adapter: real }, 'cpu'],
    ['auto leaves a small network on the CPU, whatever there is', 'auto', small, null, 'cpu'],
    ['auto has to look at the GPU for a large one', 'auto', large, null, undefined],
    ['auto takes a real one', 'auto', large, { adapter: real }, 'webgpu'],
    ['auto takes no imitation', 'auto', large, { adapter: software }, 'cpu'],
    ['auto goes without', 'auto', large, none, 'cpu'],
    ['a GPU that was asked for may be an imitation', 'webgpu', small, { adapter: software }, 'webgpu'],
    ['a GPU that was asked for may not be there', 'webgpu', small, none, 'cpu'],
    ['or may not have been looked for', 'webgpu', small, null, undefined],
  ] as const)('%s', (_, choice, need, report, device) => expect(deviceFor(choice, need, report)).toBe(device));
});

it('a device is described in the language of the reader, an imitation as what it is', () => {
  const gpu = { name: 'webgpu', simd: 'none', threads: 1, adapter: software } as const;
  expect(described(plainDevice, en)).toBe('CPU · plain TypeScript');
  expect(described({ ...plainDevice, simd: 'relaxed', threads: 2 }, zh)).toBe('CPU · 宽松 SIMD · 2 个线程');
  expect(described({ ...gpu, adapter: real }, en)).toBe('GPU · a GPU');
  expect(described(gpu, en)).toBe('GPU · a GPU · software adapter');
  expect(described(gpu, zh)).toBe('GPU · a GPU · 软件适配器');
});

it('work is told in words of the reader: a little to the digit, much in as many digits as say something', () => {
  const work = [0, 192, 9216, 3e6, 0.0131e9, 1e9, 12.34e9];
  const said = (language: 'en' | 'zh') => work.map((count) => formatOperations(count, language));
  expect(said('en')).toEqual(['0', '192', '9,216', '3 million', '13 million', '1 billion', '12 billion']);
  expect(said('zh')).toEqual(['0 次', '192 次', '9,216 次', '300 万次', '1300 万次', '10 亿次', '120 亿次']);
});
