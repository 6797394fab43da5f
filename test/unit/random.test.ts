import { describe, expect, it } from 'vitest';
import { random } from '../../engine/index.ts';
import { PythonRandom } from '../../engine/random/python.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

const rounded = (values: Float32Array, digits: number): number[] =>
  Array.from(values, (x) => Number(x.toFixed(digits)));

/** Values anyone can see by typing the call into Python. */
describe('the first draws of well-known seeds', () => {
  it('torch.manual_seed(0): randn of five and of sixteen begin differently', () => {
    expect(rounded(new TorchGenerator(0).randn(5).subarray(0, 3), 4)).toEqual([1.541, -0.2934, -2.1788]);
    expect(rounded(new TorchGenerator(0).randn(16).subarray(0, 3), 4)).toEqual([-1.1258, -1.1524, -0.2506]);
  });

  it('torch.manual_seed(1234)', () => {
    expect(rounded(new TorchGenerator(1234).rand(2), 6)).toEqual([0.028979, 0.401899]);
    expect([...new TorchGenerator(1234).randint(0, 100, 6)]).toEqual([75, 71, 6, 65, 16, 64]);
    expect([...new TorchGenerator(1234).randperm(6)]).toEqual([3, 2, 4, 5, 1, 0]);
  });

  it('random.seed(0)', () => {
    const stream = new PythonRandom(0);
    expect(Array.from({ length: 8 }, () => stream.randint(4, 6))).toEqual([5, 5, 4, 5, 6, 5, 5, 5]);
  });

  it('torch takes the low 32 bits of a seed, Python all of its magnitude', () => {
    expect(new TorchGenerator(2n ** 32n + 7n).rand(4)).toEqual(new TorchGenerator(7).rand(4));
    expect(new PythonRandom(2n ** 32n + 7n).random()).not.toBe(new PythonRandom(7).random());
    expect(new PythonRandom(-7).random()).toBe(new PythonRandom(7).random());
  });
});

describe('the module random', () => {
  it('is one stream, that of Python’s module after random.seed(7)', () => {
    random.seed(7);
    // print(random.randint(0, 3), random.random(), random.randint(-5, 5))
    expect(random.randint(0, 3)).toBe(2);
    const state = random.getState();
    const drawn = [random.random(), random.randint(-5, 5)];
    expect(drawn).toEqual([0.9478653606090632, 1]);
    random.setState(state);
    expect([random.random(), random.randint(-5, 5)]).toEqual(drawn);
  });
});
