import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kindFromOperation } from '../../engine/nodes/from_operation.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { noBody } from '../../engine/nodes/node.ts';
import { settingProblem } from '../../engine/nodes/settings.ts';
import { bceWithLogits } from '../../engine/ops/bceWithLogits.ts';
import { operations } from '../../engine/ops/index.ts';
import { optimizers } from '../../engine/optim/index.ts';

const kinds = [...nodeKinds.values()];

it('the generated files are as the sources say', () => {
  const generate = fileURLToPath(new URL('../../engine/generate.ts', import.meta.url));
  expect(() => execFileSync(process.execPath, [generate, '--check'])).not.toThrow();
});

it('has every kind that the first slice names', () => {
  const named = [
    'Linear',
    'Flatten',
    'Dropout',
    'Sequential',
    'ReLU',
    'Sigmoid',
    'Tanh',
    'GELU',
    'LeakyReLU',
    'Softmax',
  ];
  named.push(
    'LogSoftmax',
    'MSELoss',
    'L1Loss',
    'CrossEntropyLoss',
    'BCEWithLogitsLoss',
    'SGD',
    'Adam',
    'AdamW',
    'RMSprop',
    'Adagrad',
  );
  named.push('RandomTensor', 'XOR', 'TwoMoons', 'Spiral', 'NoisyLine', 'MNIST', 'IDXDataset');
  expect(named.filter((kind) => !nodeKinds.has(kind))).toEqual([]);
});

it('gives every operation of a node a kind of its own', () => {
  const nodes = [...operations.values()].filter((op) => op.node !== undefined);
  expect(new Set(nodes.map((op) => op.node?.kind)).size).toBe(nodes.length);
  for (const op of nodes) expect(nodeKinds.get(op.node?.kind ?? '')).toBe(kindFromOperation(op));
  expect(() => kindFromOperation(bceWithLogits)).toThrow('bceWithLogits is no node of its own');
});

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (_name, kind) => {
  it('says in both languages what it is, and its ports and settings hold together', () => {
    expect(kind.help.en.length).toBeGreaterThan(10);
    expect(kind.help.zh).toMatch(/\p{Script=Han}/u);
    for (const ports of [kind.inputs, kind.outputs]) expect(new Set(ports.map((p) => p.name)).size).toBe(ports.length);
    for (const port of [...kind.inputs, ...kind.outputs]) expect(port.name).toMatch(/^[a-z]\w*$/i);
    for (const setting of Object.values(kind.settings))
      expect(settingProblem(setting, setting.default)).toBeUndefined();
    for (const name of kind.summary ?? []) expect(kind.settings).toHaveProperty(name);
  });

  it('means nothing, and does not fail, while nothing is wired', () => {
    if (kind.inputs.length === 0 || kind.inputs.some((p) => p.optional === true)) return;
    if (operations.has(kind.kind) || [...operations.values()].some((op) => op.node?.kind === kind.kind)) return;
    const unused = new Proxy({}, { get: (_t, method) => expect.fail(`${String(method)} was called`) });
    expect(kind.lower(unused as never, {}, {}, noBody)).toEqual({});
  });
});

it.each(kinds.filter((k) => k.category === 'optimizer' && k.phase === undefined).map((k) => [k.kind, k] as const))(
  '%s has the settings of the rule of its name, with the same defaults',
  (name, kind) => {
    const { parameters, ...defaults } = Object.fromEntries(
      Object.entries(kind.settings).map(([key, setting]) => [key, setting.default]),
    );
    // The first argument of PyTorch's constructors: what to update, and by default all that reach the loss.
    expect(parameters).toBeNull();
    expect(defaults).toEqual({ ...optimizers.get(name)?.defaults });
  },
);
