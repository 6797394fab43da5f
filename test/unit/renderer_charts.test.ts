import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decadeRange, decadeRules } from '../../renderer/charts/decades.ts';
import { chartOptions, labelRoom } from '../../renderer/charts/loss_options.ts';
import { LossSeries } from '../../renderer/stores/loss_series.ts';

test('a logarithmic axis has a handful of rules however small or far apart its ends are, over all that f32 holds', () => {
  const positive = fc.double({ min: 1e-45, max: 1e38, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const [low, high] = decadeRange(Math.min(a, b), Math.max(a, b));
      expect(low).toBeLessThanOrEqual(Math.min(a, b));
      expect(high).toBeGreaterThanOrEqual(Math.max(a, b));
      const rules = decadeRules(low, high);
      expect(rules.length).toBeGreaterThan(1);
      expect(rules.length).toBeLessThanOrEqual(7);
      expect(rules.every((rule) => rule >= low * 0.999 && rule <= high * 1.001)).toBe(true);
    }),
    { seed: 1 },
  );
});

test('one decade is ruled at 1, 2 and 5', () => {
  expect(decadeRules(...decadeRange(0.02, 0.09))).toEqual([0.01, 0.02, 0.05, 0.1]);
});

test('the last label below the chart has room beyond the last step, the more the longer it is', () => {
  expect([0, 16_000, 1_000_000].map(labelRoom)).toEqual([6, 20, 29]);
});

test('labels below the chart are whole steps, however few there are', () => {
  const incrs = chartOptions({ width: 400, height: 160, logarithmic: true }).axes?.[0]?.incrs;
  expect(Array.isArray(incrs) && incrs.every((step) => Number.isInteger(step))).toBe(true);
  expect(incrs).toEqual(expect.arrayContaining([1, 100, 5_000_000]));
});

test('a million losses stay a few thousand points that keep the shape, the early part and every spike', () => {
  const series = new LossSeries();
  const loss = (step: number) => (step === 123_457 ? 99 : 1 / (1 + step / 100));
  for (let step = 0; step < 1_000_000; step++) series.append(step, loss(step));
  expect(series.steps.length).toBeLessThanOrEqual(8_000);
  expect(series.values).toContain(99);
  expect(series.first).toBe(1);
  expect(series.last).toBe(loss(999_999));
  series.steps.forEach((step, i) => {
    expect(series.values[i]).toBe(loss(step));
    if (i > 0) expect(step - (series.steps[i - 1] ?? 0)).toBeLessThan(1024);
  });
  expect(series.steps[0]).toBe(0);
});

test('a short run keeps every loss, and a loss that is not a number', () => {
  const series = new LossSeries();
  const losses = [3, 2, Number.NaN];
  for (const [step, value] of losses.entries()) series.append(step, value);
  expect(series.values).toEqual(losses);
  series.clear();
  expect([series.steps, series.first]).toEqual([[], undefined]);
});
