import { nameOf } from '../backends/calls.ts';
import type { Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Plan, PlannedEntry } from './plan.ts';
import type { CapturedPlan, UnrolledGraph } from './summary.ts';

/** The graph that one pass made: a node for every use of a layer, in the order in which they ran. */
export function unrolledGraph(schedule: Schedule, iteration: number): UnrolledGraph {
  const made = new Map<Slot, string>();
  for (const { address, outputs } of schedule.program.data) for (const { slot } of outputs) made.set(slot, address);
  const nodes = new Map<string, { ops: string[]; shape: Shape }>();
  const edges = new Map<string, { from: string; to: string }>();
  for (const { address, outputs } of schedule.program.data)
    nodes.set(address, { ops: [], shape: outputs[0]?.shape ?? [] });
  for (const step of schedule.steps) {
    const node = nodes.get(step.address) ?? { ops: [], shape: step.shape };
    node.ops.push(step.kind === 'op' ? step.op : step.kind);
    nodes.set(step.address, { ops: node.ops, shape: step.shape });
    for (const input of step.inputs) {
      const from = made.get(input);
      if (from !== undefined && from !== step.address) edges.set(`${from} ${step.address}`, { from, to: step.address });
    }
    for (const output of step.outputs) made.set(output, step.address);
  }
  return {
    iteration,
    nodes: [...nodes].map(([address, { ops, shape }]) => ({ address, ops, shape })),
    edges: [...edges.values()],
    loops: Object.fromEntries(schedule.loops),
  };
}

/** What a plan does, for people to look at: which kernels each entry calls. */
export function describePlan({ schedule, forward, loss, backward = [], update }: Plan): CapturedPlan {
  const entries = (phase: 'forward' | 'loss' | 'backward' | 'update', list: readonly PlannedEntry[]) =>
    list.map(({ address, op, calls }) => ({
      phase,
      address,
      op,
      kernels: calls.map(({ call }) => nameOf(call)),
    }));
  return {
    loops: Object.fromEntries(schedule.loops),
    entries: [
      ...entries('forward', forward),
      ...entries('loss', [loss]),
      ...entries('backward', backward),
      ...entries('update', update),
    ],
  };
}
