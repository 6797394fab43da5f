import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromArray, ones } from '../../engine/autograd/create.ts';
import { nn, type Tensor } from '../../engine/index.ts';
import { toNumber, type WrittenArray } from './material.ts';

interface Printed extends WrittenArray {
  readonly name: string;
  readonly printed: string;
}
const goldens: {
  readonly tensors: readonly Printed[];
  readonly leaves: readonly Printed[];
  readonly results: readonly Printed[];
  readonly parameter: string;
  readonly modules: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(new URL('goldens/printed.json', import.meta.url), 'utf8'));

/** PyTorch's words as they are here. */
const WORDS = [
  [/\bTrue\b/g, 'true'],
  [/\bFalse\b/g, 'false'],
  [/torch\.int32/g, 'i32'],
  [/torch\.bool/g, 'bool'],
  [/size=\((.*)\)(?=[,)])/g, 'size=[$1]'],
  [/grad_fn=<(\w+Backward)\d*>/g, 'gradFn=<$1>'],
  [/_([a-z])/g, (_: string, letter: string) => letter.toUpperCase()],
] as const;
const here = (text: string): string =>
  WORDS.reduce((read, [theirs, ours]) => read.replace(theirs, ours as string), text);

const made = ({ values, shape, dtype }: Printed, requiresGrad = false): Tensor =>
  fromArray(values.map(toNumber), shape, { dtype, requiresGrad });

describe('a tensor prints what PyTorch prints of it', () => {
  it.each(goldens.tensors)('$name', (one) => {
    expect(String(made(one))).toBe(here(one.printed));
  });
  it.each(goldens.leaves)('$name that requires a gradient', (one) => {
    expect(String(made(one, true))).toBe(here(one.printed));
  });
  it.each(goldens.results)('$name, multiplied', (one) => {
    expect(String(made(one, true).mul(1))).toBe(here(one.printed));
  });
  it('a parameter', () => {
    expect(String(new nn.Parameter(ones([2])))).toBe(here(goldens.parameter));
  });
});

class Net extends nn.Module {
  readonly inputLinear = new nn.Linear(1000, 100);
  readonly weight = new nn.Parameter(ones([2]));
  readonly layers = new nn.ModuleList<nn.Module>([
    new nn.Linear(2, 2, { bias: false }),
    new nn.ReLU(),
    new nn.Sequential(new nn.Tanh(), new nn.Softmax(1)),
  ]);
  readonly none = new nn.Sequential();
  readonly leaky = new nn.LeakyReLU();
  readonly last = new nn.LogSoftmax(-1);
  override forward(x: Tensor): Tensor {
    return x;
  }
}
class Own extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
  protected override extraRepr(): string {
    return 'gain=2';
  }
}
class Wrapped extends Own {
  readonly inner = new Own();
}

it.each([Net, Own, Wrapped])('a module prints what PyTorch prints of it: %o', (Made) => {
  const expected = here(goldens.modules[Made.name] ?? '');
  expect(String(new Made())).toBe(expected);
  expect(inspect(new Made())).toBe(expected);
});
