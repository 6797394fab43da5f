import type { Backend, NDArray } from '../backends/backend.ts';
import { loadDataset } from '../data/catalogue.ts';
import { dataErrorsOf } from '../data/data_error.ts';
import { type FileSource, type Rows, requireShapes } from '../data/dataset.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { drawInitial } from '../nn/init.ts';
import type { DataSpec, Program, Slot } from '../program/program.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { numel } from '../tensor/shape.ts';

export type Split = 'train' | 'test';

/** The data of a run, on the backend: whole sets by the slot that receives their batches. */
export interface Material {
  /** Samples of each split; 0 where there is none, or no value has an axis of samples. */
  readonly samples: Readonly<Record<Split, number>>;
  readonly train: ReadonlyMap<Slot, NDArray>;
  readonly test: ReadonlyMap<Slot, NDArray>;
  /** Slots whose axis 0 counts samples: they are cut into batches, the others are given whole. */
  readonly cut: ReadonlySet<Slot>;
}

/**
 * Loads and draws the data and the initial values of the parameters (by address), in draw order. What cannot be used is told for
 * every data node at once.
 */
export async function loadMaterial(
  program: Program,
  backend: Backend,
  files: FileSource,
  generator: TorchGenerator,
  batchSize: number | undefined,
): Promise<{ material: Material; initial: Map<string, Float32Array> } | { diagnostics: Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const rows = { train: new Map<Slot, Rows>(), test: new Map<Slot, Rows>() };
  const initial = new Map<string, Float32Array>();
  for (const spec of program.draws) {
    if ('init' in spec) {
      initial.set(spec.address, drawInitial(spec.shape, spec.init, generator));
      continue;
    }
    try {
      for (const { slot, train, test } of await loadSpec(spec, files, generator)) {
        rows.train.set(slot, train);
        if (test !== undefined) rows.test.set(slot, test);
      }
    } catch (error) {
      const errors = dataErrorsOf(error);
      if (errors === undefined) throw error;
      for (const { code, message, hint } of errors)
        diagnostics.push({ code, severity: 'error', node: spec.node, message, hint });
    }
  }
  for (const problem of labelProblems(program, [rows.train, rows.test])) diagnostics.push(problem);
  if (diagnostics.length > 0) return { diagnostics };
  const upload = (split: ReadonlyMap<Slot, Rows>) =>
    new Map(
      [...split].map(([slot, { values, shape, dtype }]) => [slot, backend.upload(values, shape, dtype)] as const),
    );
  const cut = sampled(program, batchSize);
  const sizes = (split: ReadonlyMap<Slot, Rows>) => [...cut].map((slot) => split.get(slot)?.shape[0]);
  const tested = sizes(rows.test);
  // A test needs rows for every input that has samples, and minibatches equally many; what has none serves both splits.
  const complete = tested.every((n) => n !== undefined && (batchSize === undefined || n === tested[0]));
  const train = upload(rows.train);
  const whole = [...train].filter(([slot]) => !cut.has(slot));
  return {
    initial,
    material: {
      samples: { train: sizes(rows.train)[0] ?? 0, test: complete ? (tested[0] ?? 0) : 0 },
      train,
      test: complete ? new Map([...upload(rows.test), ...whole]) : new Map(),
      cut,
    },
  };
}

/**
 * The slots with an axis of samples: every dataset's. A drawn tensor has one where minibatches are cut from it, or where it
 * has a row for each row of a dataset; otherwise it is a constant.
 */
function sampled({ data }: Program, batchSize: number | undefined): Set<Slot> {
  const outputs = (kind: DataSpec['source']['kind']) =>
    data.filter(({ source }) => source.kind === kind).flatMap((spec) => spec.outputs);
  const given = outputs('dataset');
  const rows = new Set(given.map(({ shape }) => shape[0]));
  const drawn = outputs('randn').filter(
    ({ shape }) => shape[0] !== undefined && (batchSize !== undefined || rows.has(shape[0])),
  );
  return new Set([...given, ...drawn].map(({ slot }) => slot));
}

async function loadSpec(spec: DataSpec, files: FileSource, generator: TorchGenerator) {
  const { source, outputs } = spec;
  if (source.kind !== 'dataset')
    return outputs.map(({ slot, shape }) => {
      const values = source.kind === 'randn' ? generator.randn(numel(shape)) : Float32Array.of(source.value);
      return { slot, train: { dtype: 'f32', shape, values } as const, test: undefined };
    });
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
