import type { TapeReport } from '../../engine/protocol/messages.ts';
import type { Names } from '../stores/names.ts';
import type { useWords } from './words.ts';

/** What an entry does, in words: `Backward of matmul`. */
export function titleOf(
  entry: TapeReport['entries'][number] | undefined,
  words: ReturnType<typeof useWords>,
  names: Names,
): string {
  if (entry === undefined) return '';
  const { phase, op, parameter } = entry;
  if (op === 'accumulate')
    return parameter === undefined ? words.accumulate : words.accumulateInto(names.own(parameter));
  if (phase === 'backward') return words.backwardOf(op);
  if (op === 'ZeroGrad') return words.clearing;
  if (phase === 'update') return op === 'Update' ? words.update : words.updateBy(op);
  if (phase === 'batch') return words.batch;
  return phase === 'loss' ? words.loss : words.forwardOf(op);
}

/** The same beside a node and an arrow that tells the way: `matmul`, `Adding to w2.grad`. */
export function shortTitleOf(
  entry: TapeReport['entries'][number],
  words: ReturnType<typeof useWords>,
  names: Names,
): string {
  const { phase, op } = entry;
  if (op === 'accumulate') return titleOf(entry, words, names);
  return phase === 'batch' || phase === 'loss' ? words.phase[phase] : op;
}

/** An entry as a screen reader says it: `matmul, middle#1/middle_linear, entry 5`. */
export const spokenOf = (
  entry: TapeReport['entries'][number] | undefined,
  position: number,
  words: ReturnType<typeof useWords>,
  names: Names,
): string =>
  [titleOf(entry, words, names), names.whole(entry?.address ?? ''), words.entry(position + 1)]
    .filter(Boolean)
    .join(', ');
