import type { Backend } from '../backends/backend.ts';
import type { Ref } from '../program/entries.ts';
import { gradientFlow } from '../program/no_gradient.ts';
import type { Moment } from './moment.ts';
import { summarize } from './statistics.ts';
import type { EntryReport, TensorReport } from './summary.ts';

/** What the entry at `position` read and made, as far as it is there; undefined where there is no such entry. */
export function reportEntry(moment: Moment, position: number, backend: Backend): EntryReport | undefined {
  const entry = moment.entries.list[position];
  if (entry === undefined) return undefined;
  const flow = gradientFlow(moment.pass.schedule);
  const report = (ref: Ref): TensorReport => {
    const array = moment.array(ref);
    if (array === undefined) {
      const why = ref.of === 'gradient' ? flow.ofSlot(ref.slot) : undefined;
      return { ref, ...(why === undefined ? {} : { why }) };
    }
    return { ref, dtype: array.dtype, statistics: summarize(backend.readSync(array), array.shape) };
  };
  const { phase, address, op, attrs, forward, parameter } = entry;
  const given = forward === undefined ? [] : (moment.entries.list[forward]?.inputs ?? []);
  const withoutGradient = given.flatMap((_, input) => {
    const why = flow.ofInput(forward ?? 0, input);
    return why === undefined ? [] : [{ input, why }];
  });
  return {
    position,
    phase,
    address,
    op,
    inputs: entry.inputs.map(report),
    // What was there before is not what this entry makes.
    outputs: position < moment.done ? entry.outputs.map(report) : entry.outputs.map((ref) => ({ ref })),
    ...(attrs === undefined ? {} : { attrs }),
    ...(forward === undefined ? {} : { forward }),
    ...(parameter === undefined ? {} : { parameter }),
    ...(op === 'accumulate' || withoutGradient.length === 0 ? {} : { withoutGradient }),
  };
}
