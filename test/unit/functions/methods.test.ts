import { describe, expect, it } from 'vitest';
import { Tensor } from '../../../engine/autograd/tensor.ts';
import { completions, tensorFunctions } from '../../../engine/functions/methods.ts';
import { functionProblem, problemTable, problemText } from '../../../engine/functions/problems.ts';
import { operations } from '../../../engine/ops/index.ts';

describe('what a custom function may do', () => {
  it('is what Tensor does, under the same names and in the same order', () => {
    const methods = tensorFunctions.filter(({ as }) => as.includes('method')).map(({ name }) => name);
    const inside = ['constructor', 'with', 'lift', 'apply', 'change'];
    // What reads numbers, tells of them, or is no operation.
    const others = ['item', 'data', 'read', 'backward', 'takeRows', 'argmax', 'float', 'flatten', 'toString', 'toJSON'];
    const own = Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype))
      .filter(([name, { value }]) => typeof value === 'function' && ![...inside, ...others].includes(name))
      .filter(([name]) => !name.endsWith('_'))
      .map(([name]) => name);
    expect([...methods].sort()).toEqual(own.sort());
    for (const { name, op, parameters, as } of tensorFunctions) {
      const method: unknown = as.includes('method') ? Reflect.get(Tensor.prototype, name) : undefined;
      const required = parameters.filter((p) => p.default === undefined).length - 1;
      if (typeof method === 'function') expect([name, method.length]).toEqual([name, required]);
      expect(operations.has(op) || ['full', 'same', 'oneHot'].includes(op), name).toBe(true);
    }
  });

  it('is completed with a signature and a line in both languages', () => {
    const named = (name: string) => completions.filter((c) => c.name === name).map((c) => `${c.of}: ${c.signature}`);
    expect(named('clamp')).toEqual(['tensor: clamp(min, max = null)']);
    expect(named('where')).toEqual(['tensor: where(condition, other)', 'free: where(condition, input, other)']);
    expect(named('exp')).toEqual(['tensor: exp()', 'free: exp(input)']);
    expect(named('savedTensors')).toEqual(['ctx: savedTensors']);
    for (const { name, help } of completions) {
      expect(help.en, name).toMatch(/^\S.*\.$/);
      expect(help.zh, name).toMatch(/^\S.*。$/);
    }
  });
});

describe('problems', () => {
  it('speak both languages, of the same things', () => {
    const named = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const { message, hint } of Object.values(problemTable)) {
      expect(named(message.zh)).toEqual(named(message.en));
      expect(named(hint.zh)).toEqual(named(hint.en));
    }
  });
  it('are put into words by code and values', () => {
    const problem = functionProblem('gradient-count', { got: '2', expected: '1' }, { line: 7 });
    expect(problem).toMatchObject({ line: 7, message: 'backward returns one gradient per input: 1, not 2' });
    expect(problemText(problem, 'zh').message).toBe('backward 应为每个输入返回一个梯度：1 个，而不是 2 个');
  });
});
