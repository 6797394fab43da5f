import { type Line, lines } from '../line.ts';
import type { ScriptParts } from '../writing/language.ts';
import { dataFilesOf, READ_IDX } from './data.ts';
import { docstring } from './words.ts';

/** What a script has around its parts. */
export interface Frame {
  /** A paragraph behind the notes. */
  readonly about: readonly string[];
  /** Of packages, beside PyTorch. */
  readonly imports: readonly string[];
  readonly functions: readonly string[];
  /** Before the seeds are set. */
  readonly start: readonly string[];
  /** When everything is drawn, before the optimizers. */
  readonly drawn: readonly string[];
  readonly end: readonly string[];
}

export const PLAIN: Frame = { about: [], imports: [], functions: [], start: [], drawn: [], end: [] };

interface Options extends Frame {
  readonly drawsCounts: boolean;
  readonly loadsWeights: boolean;
  /** Numbers from 0 to `samples`, in random order. */
  readonly permutation: string;
}

const batchesFunction = (permutation: string): readonly string[] => [
  'def batches(samples, size):',
  '    """Rows of minibatches without end, shuffled anew in every pass."""',
  '    while True:',
  `        yield from ${permutation}.split(size)`,
];

/** `train.py`: all of a script in one file. */
export function trainFile(
  { script, classes, setting, optimizers, training }: ScriptParts,
  { drawsCounts, loadsWeights, permutation, ...frame }: Options,
): Line[] {
  const { name, notes, seed, batches, count } = script;
  const reads = dataFilesOf(script).size > 0;
  const imports = [
    ...(drawsCounts ? ['import random'] : []),
    ...(reads ? ['import struct'] : []),
    ...(reads || loadsWeights ? ['from pathlib import Path'] : []),
  ];
  const packages = [
    'import torch',
    ...(loadsWeights ? ['from safetensors.torch import load_file'] : []),
    ...frame.imports,
  ];
  const { import: whole = [], from: parts = [] } = Object.groupBy(packages, (line) =>
    line.startsWith('from') ? 'from' : 'import',
  );
  const functions = [
    ...(reads ? ['', '', ...READ_IDX] : []),
    ...(batches !== undefined && 'steps' in count ? ['', '', ...batchesFunction(permutation)] : []),
    ...(frame.functions.length === 0 ? [] : ['', '', ...frame.functions]),
  ];
  const isPlain = classes.length === 0 && functions.length === 0;
  return [
    ...lines([...docstring([name, ...notes, ...frame.about]), '']),
    ...lines([...imports, ...(imports.length === 0 ? [] : ['']), ...whole, ...parts]),
    ...classes,
    ...lines([...functions, '', ...(isPlain ? [] : [''])]),
    ...lines(frame.start),
    ...lines([`torch.manual_seed(${seed})`, ...(drawsCounts ? [`random.seed(${seed})`] : []), '']),
    ...setting,
    ...lines(frame.drawn),
    ...optimizers,
    ...lines(['']),
    ...training,
    ...lines(frame.end),
  ];
}
