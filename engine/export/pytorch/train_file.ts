import { type Line, lines } from '../line.ts';
import type { ScriptParts } from '../writing/language.ts';
import { dataFilesOf, READ_IDX } from './data.ts';
import { docstring } from './words.ts';

const BATCHES = [
  'def batches(samples, size):',
  '    """Rows of minibatches without end, shuffled anew in every pass."""',
  '    while True:',
  '        yield from torch.randperm(samples).split(size)',
] as const;

/** `train.py`: all of a script in one file. */
export function trainFile(
  { script, classes, setting, optimizers, training }: ScriptParts,
  { drawsCounts, loadsWeights }: { readonly drawsCounts: boolean; readonly loadsWeights: boolean },
): Line[] {
  const { name, notes, seed, batches, count } = script;
  const reads = dataFilesOf(script).size > 0;
  const imports = [
    ...(drawsCounts ? ['import random'] : []),
    ...(reads ? ['import struct'] : []),
    ...(reads || loadsWeights ? ['from pathlib import Path'] : []),
  ];
  const functions = [
    ...(reads ? ['', '', ...READ_IDX] : []),
    ...(batches !== undefined && 'steps' in count ? ['', '', ...BATCHES] : []),
  ];
  const isPlain = classes.length === 0 && functions.length === 0;
  return [
    ...lines([...docstring([name, ...notes]), '']),
    ...lines([
      ...imports,
      ...(imports.length === 0 ? [] : ['']),
      'import torch',
      ...(loadsWeights ? ['from safetensors.torch import load_file'] : []),
    ]),
    ...classes,
    ...lines([...functions, '', ...(isPlain ? [] : [''])]),
    ...lines([`torch.manual_seed(${seed})`, ...(drawsCounts ? [`random.seed(${seed})`] : []), '']),
    ...setting,
    ...optimizers,
    ...lines(['']),
    ...training,
  ];
}
