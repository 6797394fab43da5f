import type { Ref, ScheduledEntry } from '../program/entries.ts';
import type { Moment } from './moment.ts';
import { absent } from './report.ts';
import type { ParameterUpdate, TensorReport, UpdateReport } from './summary.ts';

/** What a pass leaves of gradients: PyTorch's `zero_grad(set_to_none=True)`. */
const ZERO_GRAD: Pick<UpdateReport, 'lines' | 'why'> = {
  lines: ['\\bar W \\leftarrow \\text{none}'],
  why: {
    en: 'Every backward pass adds to the gradients that it finds. What this one needed has been used, so the next one is to begin with none.',
    zh: '每次反向传播都会累加到已有的梯度上。这一次的梯度已经用过，下一次应从无梯度开始。',
  },
};

/** How the entry at `position` changes parameters; undefined where it is none of the update phase, or an operation in it. */
export function reportUpdate(
  moment: Moment,
  position: number,
  report: (ref: Ref) => TensorReport,
): UpdateReport | undefined {
  const entry = moment.entries.list[position];
  if (entry?.phase !== 'update') return undefined;
  if (entry.op === 'ZeroGrad') {
    const cleared = entry.inputs.flatMap((ref): ParameterUpdate[] => {
      const address = ref.of === 'gradient' ? moment.entries.parameters.get(ref.slot) : undefined;
      return address === undefined
        ? []
        : [{ address, constants: [], tensors: [{ symbol: '\\bar W', tensor: report(ref) }] }];
    });
    return { ...ZERO_GRAD, parameters: cleared };
  }
  const writer = moment.writers.find(({ spec }) => spec.node === entry.address && spec.kind === entry.op);
  if (writer === undefined) return undefined;
  const isDone = position < moment.done;
  const parameters = entry.outputs.flatMap((value, i): ParameterUpdate[] => {
    const address = value.of === 'value' ? moment.entries.parameters.get(value.slot) : undefined;
    if (address === undefined || value.of !== 'value') return [];
    const gradient = gradientOf(entry, i);
    // PyTorch: a parameter without a gradient is skipped, and its steps are not counted.
    if (gradient.of === 'gradient' && isWithoutGradient(moment, gradient))
      return [{ address, constants: [], tensors: [] }];
    const steps = writer.stepsOf(address) ?? 0;
    const { constants, memory } = writer.formula(isDone ? steps : steps + 1);
    const { slot } = value;
    const made = (ref: Ref): TensorReport => (isDone ? report(ref) : absent(moment, ref));
    return [
      {
        address,
        constants,
        tensors: [
          { symbol: 'g', tensor: report(gradient) },
          ...Object.entries(memory).map(([name, symbol]) => ({ symbol, tensor: made({ of: 'memory', slot, name }) })),
          { symbol: '\\Delta W', tensor: made({ of: 'step', slot }) },
          { symbol: 'W', tensor: made(value) },
        ],
      },
    ];
  });
  return { lines: writer.formula(1).lines, why: writer.why, parameters };
}

/** An optimizer reads the gradient of each parameter, an Update one value for all. */
const gradientOf = ({ inputs }: ScheduledEntry, i: number): Ref => inputs[i] ?? inputs[0] ?? { of: 'value', slot: -1 };

function isWithoutGradient(moment: Moment, ref: Ref & { readonly of: 'gradient' }): boolean {
  const reached = moment.entries.accumulations.has(ref.slot);
  return !reached && moment.gradient(ref.slot) === undefined;
}
