import { describe, expect, it } from 'vitest';
import { document, file, gradloom } from './command.ts';

describe('stepping', () => {
  it('steps over what is not finite: a norm that JSON has no number for is null, and the count says why', () => {
    const path = file(
      'log.gradloom.json',
      document(
        [
          ['w', 'Parameter', { shape: [4] }],
          ['zero', 'Constant', { value: 0 }],
          ['mul', 'Mul', {}],
          ['log', 'Log', {}],
          ['sum', 'Sum', {}],
          ['sgd', 'SGD', {}],
        ],
        [
          ['w.value', 'mul.input'],
          ['zero.output', 'mul.other'],
          ['mul.output', 'log.input'],
          ['log.output', 'sum.input'],
          ['sum.output', 'sgd.loss'],
        ],
      ),
    );
    const { lines, status } = gradloom('step', path, '--json');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.find(({ op }) => op === 'mul')).not.toHaveProperty('nonFinite');
    expect(entries.find(({ op }) => op === 'log')).toMatchObject({ output: [4], norm: null, nonFinite: 4 });
    expect(status).toBe(1);
    expect(gradloom('step', path).stdout).toMatch(/ log .* norm ∞ {2}NaN or ∞ 4\n/);
  });

  it('steps through an iteration: each entry with its place, all it makes, and the parameter it adds to', () => {
    const { lines } = gradloom('step', 'dynamic-net', '--iteration', '2', '--json');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => i));
    expect(new Set(entries.map(({ iteration }) => iteration))).toEqual(new Set([2]));
    for (const { output, norm, outputs } of entries)
      expect(outputs[0] ?? null).toEqual(outputs[0] && { shape: output, norm });
    const product = entries.find(({ phase, op }) => phase === 'backward' && op === 'matmul');
    expect(product.outputs).toEqual([
      { shape: [64, 100], norm: expect.any(Number) },
      { shape: [10, 100], norm: expect.any(Number) },
    ]);
    const added = entries.find(({ parameter }) => parameter === 'output_linear.weight');
    expect(added.op).toBe('accumulate');
    const text = gradloom('step', 'dynamic-net', '--iteration', '2').lines;
    expect(text[added.index]).toContain('output_linear.weight.grad');
  });

  it('compares an iteration with the reference after it was stepped through: a line for each node, and one for all', () => {
    const { lines, status } = gradloom('step', 'dynamic-net', '--compare');
    expect(status).toBe(0);
    expect(lines.at(-1)).toMatch(
      /^CPU · .*\. All \d+ operations agree with the reference to 0\.0001 of the largest element\.$/,
    );
    expect(lines.find((line) => line.startsWith('middle#2/middle_linear'))).toMatch(/ agrees +6 compared {2}/);
    const json = gradloom('step', 'dynamic-net', '--compare', '--json').lines.map((line) => JSON.parse(line));
    const entries = json.filter((line) => 'index' in line).length;
    const [all, nodes] = [json.at(-1), json.slice(entries, -1)];
    expect(all).toMatchObject({ iteration: 0, skipped: 0, isWithin: true, tolerance: 1e-4 });
    expect(nodes.reduce((sum, node) => sum + node.compared, 0)).toBe(all.compared);
    expect(nodes.map((node) => node.address)).toContain('middle#2/middle_linear');
  });
});
