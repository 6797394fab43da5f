import type { Backend, NDArray } from '../backends/backend.ts';
import { loadDataset } from '../data/catalogue.ts';
import { DataError } from '../data/data_error.ts';
import { type FileSource, type Rows, requireShapes } from '../data/dataset.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import type { Init } from '../nodes/builder.ts';
import type { DataSpec, ParameterSpec, Program, Slot } from '../program/program.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { numel } from '../tensor/shape.ts';

export type Split = 'train' | 'test';

/** The data of a run, on the backend: whole sets by the slot that receives their batches. */
export interface Material {
  /** Samples of each split; 0 where there is none. Undefined rows: values without an axis of samples. */
  readonly samples: Readonly<Record<Split, number>>;
  readonly train: ReadonlyMap<Slot, NDArray>;
  readonly test: ReadonlyMap<Slot, NDArray>;
}

/** Loads and draws the data in draw order. What cannot be used is told for every data node at once. */
export async function loadMaterial(
  program: Program,
  backend: Backend,
  files: FileSource,
  generator: TorchGenerator,
): Promise<{ material: Material } | { diagnostics: Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const rows = { train: new Map<Slot, Rows>(), test: new Map<Slot, Rows>() };
  for (const spec of program.data)
    try {
      for (const { slot, train, test } of await loadSpec(spec, files, generator)) {
        rows.train.set(slot, train);
        if (test !== undefined) rows.test.set(slot, test);
      }
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { code, message, hint } = error;
      diagnostics.push({ code, severity: 'error', node: spec.node, message, hint });
    }
  diagnostics.push(...labelProblems(program, [rows.train, rows.test]));
  if (diagnostics.length > 0) return { diagnostics };
  const upload = (split: ReadonlyMap<Slot, Rows>) =>
    new Map(
      [...split].map(([slot, { values, shape, dtype }]) => [slot, backend.upload(values, shape, dtype)] as const),
    );
  // A test needs rows for every input that the program reads.
  const complete = rows.test.size === rows.train.size;
  const count = (split: ReadonlyMap<Slot, Rows>) => split.values().next().value?.shape[0] ?? 0;
  return {
    material: {
      samples: { train: count(rows.train), test: complete ? count(rows.test) : 0 },
      train: upload(rows.train),
      test: complete ? upload(rows.test) : new Map(),
    },
  };
}

async function loadSpec(spec: DataSpec, files: FileSource, generator: TorchGenerator) {
  const { source, outputs } = spec;
  if (source.kind === 'randn')
    return outputs.map(({ slot, shape }) => ({
      slot,
      train: { dtype: 'f32', shape, values: generator.randn(numel(shape)) } as const,
      test: undefined,
    }));
  const loaded = await loadDataset(source.name, source.settings, files, generator);
  requireShapes(loaded, source.outputs);
  return outputs.flatMap(({ slot }, i) => {
    const output = loaded.outputs[i];
    return output === undefined ? [] : [{ slot, train: output.train, test: output.test }];
  });
}

/** Labels that no column of the scores stands for. */
function labelProblems(program: Program, splits: readonly ReadonlyMap<Slot, Rows>[]): Diagnostic[] {
  return program.metrics.flatMap(({ node, target, classes }) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const split of splits)
      for (const label of split.get(target)?.values ?? []) {
        low = Math.min(low, label);
        high = Math.max(high, label);
      }
    return low < 0 || high >= classes
      ? [
          diagnostic(
            'label-range',
            { node, port: 'target' },
            { low, high, classes, last: classes - 1, needed: high + 1 },
          ),
        ]
      : [];
  });
}

/** Draws the initial values of a parameter, as `torch.nn.init` does. */
export function drawParameter({ shape, init }: ParameterSpec, generator: TorchGenerator): Float32Array {
  const count = numel(shape);
  return drawing[init.kind](count, init, generator);
}

const drawing: {
  readonly [K in Init['kind']]: (count: number, init: Init, generator: TorchGenerator) => Float32Array;
} = {
  uniform: (count, init, generator) =>
    init.kind === 'uniform' ? generator.uniform(count, init.low, init.high) : generator.rand(count),
  normal: (count, _init, generator) => generator.randn(count),
  zeros: (count) => new Float32Array(count),
  ones: (count) => new Float32Array(count).fill(1),
};
