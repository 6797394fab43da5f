import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tensorFunctions } from '../../engine/functions/methods.ts';
import * as api from '../../engine/index.ts';
import { operations } from '../../engine/ops/index.ts';
import { collectImports } from '../runner/layers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isMethod = (name: string) => name in api.Tensor.prototype;

describe('the public API', () => {
  it('has a method for every operation but those that only a module is made of', () => {
    expect([...operations.keys()].filter((name) => !isMethod(name))).toEqual(['bceWithLogits']);
  });

  it('has whatever a function of the user’s own may call, as a method or free', () => {
    const free: object = { ...api, ...api.nn.functional };
    const missing = tensorFunctions.filter(({ name }) => !isMethod(name) && !(name in free));
    expect(missing).toEqual([]);
  });

  it('needs no package', async () => {
    const imports = (await collectImports(root)).filter(({ typeOnly }) => !typeOnly);
    const reached = new Set(['engine/index.ts']);
    for (const file of reached)
      for (const { from, kind, target } of imports) if (from === file && kind === 'file') reached.add(target);
    expect(reached.size).toBeGreaterThan(100);
    const packages = imports.filter(({ from, kind }) => kind === 'package' && reached.has(from));
    // Where there is a disk to read from.
    expect(packages.map(({ from, target }) => `${from} ${target}`)).toEqual([
      'engine/data/address_of.ts node:url',
      'engine/data/read_url.ts node:fs/promises',
    ]);
  });
});
