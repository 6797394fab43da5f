import { expect, test } from 'vitest';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { NodeTelemetry, Statistics } from '../../engine/protocol/messages.ts';
import { summaryLines } from '../../renderer/nodes/anatomy.ts';
import { formatFigure, formatSetting, formatShare } from '../../renderer/nodes/figures.ts';
import { histogramPath, signedBins } from '../../renderer/nodes/histogram.ts';
import { showsKind } from '../../renderer/nodes/measure.ts';
import { headlineOf, statText, tensorOf } from '../../renderer/nodes/paint.ts';
import { frameSummary, linesThatFit, summaryOf } from '../../renderer/nodes/summary.ts';

test.each([
  [0, '0'],
  [12.8612, '12.9'],
  [1203.4, '1,203'],
  [0.0852, '0.0852'],
  [-0.41, '−0.41'],
  [1.234e-7, '1.2e-7'],
  [2.5e8, '2.5e8'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('%f is printed as %s', (value, text) => expect(formatFigure(value)).toBe(text));

test('no number on a card is longer than its line, sign and letters included', () => {
  for (const size of [1e-12, 3.14159e-4, 0.0123456, 0.999, 9.99, 123.456, 12345, 999999, 1.5e9])
    for (const value of [size, -size])
      expect(formatFigure(value, Math.abs(value) < 0.1 ? 2 : 3).length).toBeLessThan(9);
});

test('a share never rounds something to nothing, nor nearly all to all', () => {
  expect(formatShare(51, 100)).toBe('51%');
  expect(formatShare(1, 6400)).toBe('<1%');
  expect(formatShare(6399, 6400)).toBe('>99%');
  expect(formatShare(0, 6400)).toBe('0%');
});

test('settings are printed as PyTorch users write them', () => {
  expect(formatSetting(1e-4, 'en')).toBe('1e-4');
  expect(formatSetting([64, 1000], 'en')).toBe('64×1000');
  expect(formatSetting(['w1', 'w2'], 'en')).toBe('w1, w2');
  expect(formatSetting(false, 'en')).toBe('off');
});

test('the tallest bin of a histogram fills its box, and empty bins keep a hairline', () => {
  const bars = [...histogramPath([0, 5, 10], 30, 17).matchAll(/v-([\d.]+)/g)].map((m) => Number(m[1]));
  expect(bars[0]).toBeCloseTo(0.6);
  expect(bars[2]).toBeCloseTo(16.6);
  expect(bars[1]).toBeCloseTo(8.6);
});

test('signed bins are split where their values change sign', () => {
  const { negative, positive } = signedBins([1, 2, 3, 4], -1, 1);
  expect(negative).toEqual([1, 2, 0, 0]);
  expect(positive).toEqual([0, 0, 3, 4]);
});

test('a bar of a signed histogram has one colour: the other part leaves its place empty', () => {
  const { negative, positive } = signedBins([1, 0, 0, 4], -1, 1);
  const bars = (bins: readonly number[]) => histogramPath(bins, 40, 10, 4, false).match(/M\S+/g) ?? [];
  expect(bars(negative)).toEqual(['M0.00']);
  expect(bars(positive)).toEqual(['M30.00']);
});

const statistics = (change: Partial<Statistics>): Statistics => ({
  shape: [10],
  count: 10,
  min: 1,
  max: 2,
  mean: 3,
  std: 4,
  norm: 5,
  zeros: 6,
  nonFinite: 0,
  low: 0,
  high: 1,
  bins: [],
  ...change,
});

test('each name shows its own statistic: none are swapped', () => {
  const all = statistics({});
  expect((['min', 'max', 'mean', 'std', 'norm'] as const).map((name) => statText(name, all, false, 'en'))).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
  expect(statText('std', all, true, 'en')).toBe('σ 4');
  expect(statText('norm', all, true, 'en')).toBe('‖g‖ 5');
  expect(statText('zeros', all, true, 'en')).toBe('60% zero');
});

test('a path names its tensor, parameters and their gradients included', () => {
  const value = statistics({ mean: 1 });
  const gradient = statistics({ mean: 2 });
  const telemetry: NodeTelemetry = { output: value, gradient, parameters: { weight: { value, gradient } } };
  expect(tensorOf(telemetry, 'output')).toBe(value);
  expect(tensorOf(telemetry, 'gradient')).toBe(gradient);
  expect(tensorOf(telemetry, 'weight.value')).toBe(value);
  expect(tensorOf(telemetry, 'weight.gradient')).toBe(gradient);
  expect(tensorOf(telemetry, 'bias.gradient')).toBeUndefined();
});

test('a loss shows its value, a ReLU its zeros, all else its spread', () => {
  const headline = (kind: string) => {
    const record = nodeKinds.get(kind);
    return record && headlineOf(record);
  };
  expect([headline('MSELoss'), headline('ReLU'), headline('Linear')]).toEqual(['mean', 'zeros', 'std']);
});

test('before a run a layer says its sizes, inferred ones included', () => {
  const linear = nodeKinds.get('Linear');
  expect(linear && summaryOf(linear, { outFeatures: 128 }, 784, 'en')).toEqual(['784 → 128']);
  expect(linear && summaryOf(linear, {}, undefined, 'en')).toEqual(['? → 10']);
});

test('what stands for a setting of a module is called by that, never by a size that flows in', () => {
  const [linear, repeat] = [nodeKinds.get('Linear'), nodeKinds.get('Repeat')];
  const settings = { inFeatures: { param: 'dIn' }, outFeatures: { param: 'h' } };
  expect(linear && summaryOf(linear, settings, 1000, 'en')).toEqual(['dIn → h']);
  expect(repeat && frameSummary(repeat, { times: { param: 'n' } }, 'en')).toBe('n times, weights shared');
  expect(repeat && frameSummary(repeat, { times: 1 }, 'en')).toBe('once, weights shared');
  expect(repeat && frameSummary(repeat, { times: 1 }, 'zh')).toBe('1 次，共享权重');
});

test('settings and words of a card come in the language of the app', () => {
  const lines = (kind: string, settings: Record<string, unknown>, language: 'en' | 'zh') => {
    const record = nodeKinds.get(kind);
    return record && summaryOf(record, settings, undefined, language);
  };
  expect(lines('XOR', {}, 'en')).toEqual(['repeats 1, noise 0']);
  expect(lines('XOR', {}, 'zh')).toEqual(['重复次数 1, 噪声 0']);
  expect(lines('Sum', {}, 'en')).toEqual(['axes all', 'keepDims off']);
  expect(lines('Sum', {}, 'zh')?.join()).toMatch(/全部.*关/);
  expect(statText('zeros', statistics({}), true, 'zh')).toBe('60% 为零');
});

test('a card has room for the settings of a new node, and for a line per file', () => {
  for (const kind of nodeKinds.values()) {
    if (kind.block) continue;
    const lines = summaryOf(kind, {}, undefined, 'en').length;
    expect(summaryLines(kind), kind.kind).toBeGreaterThanOrEqual(lines);
  }
  const idx = nodeKinds.get('IDXDataset');
  const files = { images: 'train-images-idx3-ubyte.gz', labels: 'l.gz' };
  expect(idx && summaryOf(idx, files, undefined, 'en')).toEqual([`images ${files.images}`, 'labels l.gz']);
});

test('lines that do not fit share the last one', () => {
  expect(linesThatFit(['a', 'b', 'c'], 2)).toEqual(['a', 'b, c']);
  expect(linesThatFit(['a'], 2)).toEqual(['a']);
});

test('a kind is shown where it says more than the label and has room to', () => {
  expect(showsKind('hidden', 'Linear')).toBe(true);
  expect(showsKind('loss', 'BCEWithLogitsLoss')).toBe(true);
  expect(showsKind('bcewithlogitsloss1', 'BCEWithLogitsLoss')).toBe(false);
  expect(showsKind('a label of many words', 'Linear')).toBe(false);
  expect(showsKind('隐藏层的线性变换', 'Linear')).toBe(false);
});
