import type { Backend } from '../backends/backend.ts';
import type { Ref } from '../program/entries.ts';
import { gradientFlow } from '../program/no_gradient.ts';
import type { Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Moment } from './moment.ts';
import { summarizeArray } from './statistics.ts';
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
      return { ...absent(moment, ref), ...(why === undefined ? {} : { why }) };
    }
    return { ref, dtype: array.dtype, statistics: summarizeArray(backend, array) };
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
    outputs: position < moment.done ? entry.outputs.map(report) : entry.outputs.map((ref) => absent(moment, ref)),
    ...(attrs === undefined ? {} : { attrs }),
    ...(forward === undefined ? {} : { forward }),
    ...(parameter === undefined ? {} : { parameter }),
    ...(op === 'accumulate' ? shareOf(moment, position) : {}),
    ...(op === 'accumulate' || withoutGradient.length === 0 ? {} : { withoutGradient }),
  };
}

/** What is not there has a shape all the same, as far as the program tells. */
export function absent(moment: Moment, ref: Ref): TensorReport {
  const shape = shapesOf(moment.pass.schedule).get(slotOf(moment, ref) ?? -1);
  return { ref, ...(shape === undefined ? {} : { shape }) };
}

/** The value that an array belongs to: its gradient, or a part of that, has the same shape. */
function slotOf({ entries }: Moment, ref: Ref): Slot | undefined {
  if ('slot' in ref) return ref.slot;
  if (ref.of !== 'contribution') {
    const sum = entries.list[ref.position]?.outputs[0];
    return sum?.of === 'gradient' ? sum.slot : undefined;
  }
  const read = entries.list[entries.list[ref.position]?.forward ?? -1]?.inputs[ref.input];
  return read?.of === 'value' ? read.slot : undefined;
}

const shapes = new WeakMap<Schedule, ReadonlyMap<Slot, Shape>>();

function shapesOf(schedule: Schedule): ReadonlyMap<Slot, Shape> {
  const known = shapes.get(schedule);
  if (known !== undefined) return known;
  const { program, steps, updateSteps } = schedule;
  const made = [...steps, ...updateSteps].flatMap(({ outputs: [first], shape }) =>
    first === undefined ? [] : [[first, shape] as const],
  );
  const found = new Map([...program.parameters.map(({ slot, shape }) => [slot, shape] as const), ...made]);
  shapes.set(schedule, found);
  return found;
}

/** Which of all that is added to one gradient a `+=` adds. */
function shareOf({ entries }: Moment, position: number): Pick<EntryReport, 'share'> {
  const sum = entries.list[position]?.outputs[0];
  const all = sum?.of === 'gradient' ? entries.accumulations.get(sum.slot) : undefined;
  return all === undefined ? {} : { share: { nth: all.indexOf(position) + 1, of: all.length } };
}
