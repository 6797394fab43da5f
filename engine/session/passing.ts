import type { Backend } from '../backends/backend.ts';
import { withoutNumbers } from '../program/address.ts';
import type { Ref } from '../program/entries.ts';
import type { Slot } from '../program/program.ts';
import type { Schedule, Scope } from '../program/schedule.ts';
import type { Moment } from './moment.ts';
import { summarizeArray } from './statistics.ts';
import type { Passing } from './summary.ts';

/** What passes the wires into the node whose entry was done last. */
export function reportPassing(moment: Moment, backend: Backend): Passing {
  const told = [...passingAt(moment)].map(([port, ref]) => {
    const array = ref && moment.array(ref);
    return [port, array === undefined ? null : summarizeArray(backend, array).norm] as const;
  });
  return Object.fromEntries(told);
}

function passingAt(moment: Moment): Map<string, Ref | undefined> {
  const { schedule } = moment.pass;
  const entry = moment.entries.list[moment.done - 1];
  const found = new Map<string, Ref | undefined>();
  if (entry === undefined || entry.address === '') return found;
  const own = inputsAt(schedule, entry.address);
  for (const [port, slot] of own) found.set(`${entry.address}.${port}`, refOf(moment, slot));
  const slots = new Set(own.values());
  for (let at = entry.address.lastIndexOf('/'); at > 0; at = entry.address.lastIndexOf('/', at - 1)) {
    const block = entry.address.slice(0, at).replace(/#\d+$/, '');
    for (const [port, slot] of inputsAt(schedule, block))
      if (slots.has(slot)) found.set(`${block}.${port}`, refOf(moment, slot));
  }
  return found;
}

/** What stands at the inputs of a node, by port. */
function inputsAt(schedule: Schedule, address: string): Map<string, Slot> {
  const template = withoutNumbers(address);
  const scope = scopeAt(schedule, template, address);
  const inputs = schedule.program.ports.get(template)?.inputs ?? [];
  return new Map([...inputs].map(([port, slot]) => [port, scope?.slotOf(slot) ?? slot]));
}

/** The iteration of the innermost loop around a node. */
function scopeAt({ scopes }: Schedule, template: string, address: string): Scope | undefined {
  let inner: Scope | undefined;
  for (const scope of scopes) {
    const isAround = scope.loop === '' || template.startsWith(`${scope.loop}/`);
    if (isAround && scope.address(template) === address && scope.loop.length >= (inner?.loop.length ?? 0))
      inner = scope;
  }
  return inner;
}

/** What the entry that was done last sends through a value. */
function refOf({ entries, done }: Moment, slot: Slot): Ref | undefined {
  const position = done - 1;
  const entry = entries.list[position];
  if (entry?.phase !== 'backward') return { of: 'value', slot };
  if (entry.op !== 'accumulate') {
    const { inputs = [] } = entries.list[entry.forward ?? -1] ?? {};
    const input = inputs.findIndex((ref) => ref.of === 'value' && ref.slot === slot);
    if (input >= 0) return { of: 'contribution', position, input };
  } else if (entry.outputs.some((ref) => ref.of === 'gradient' && ref.slot === slot)) return { of: 'added', position };
  return { of: 'gradient', slot };
}
