import type { NoGradient, TapeReport } from '../../engine/protocol/messages.ts';
import { templateOf } from '../stores/addresses.ts';
import { type Standing, useStanding } from '../stores/standing.ts';

/**
 * What a stop in the backward pass says of a wire: a gradient goes back through it in this pass, or why none does. Elsewhere
 * nothing.
 */
export type WireGradient = 'flows' | NoGradient | undefined;

export interface WireEnds {
  readonly tab: string;
  /** Addresses of the nodes. */
  readonly source: string;
  readonly sourcePort: string;
  readonly target: string;
  readonly targetPort: string;
}

const backwardTape = (standing: Standing | undefined): TapeReport | undefined =>
  standing?.entry?.phase === 'backward' && standing.stop.position > 0 ? (standing.tape ?? undefined) : undefined;

/** Why no gradient comes to the node at an address, at a stop in the backward pass. */
export const useNoGradient = (tab: string, address: string): NoGradient | undefined =>
  useStanding(({ standing }) => {
    const tape = backwardTape(standing[tab]);
    return tape && ofNode(tape, address);
  });

export const useWireGradient = (ends: WireEnds): WireGradient =>
  useStanding(({ standing }) => {
    const tape = backwardTape(standing[ends.tab]);
    return tape && (ofWire(tape, ends) ?? 'flows');
  });

export const ofNode = (tape: TapeReport, address: string): NoGradient | undefined =>
  notRun(tape, address) ?? tape.withoutGradient.nodes[address];

/** At its end a wire is what the input makes of it; the inner side of a border makes nothing of it. */
export function ofWire(tape: TapeReport, ends: Omit<WireEnds, 'tab'>): NoGradient | undefined {
  const { source, sourcePort, target, targetPort } = ends;
  const { inputs, outputs } = tape.withoutGradient;
  const inner = isIn(source, target) ? undefined : inputs[`${target}.${targetPort}`];
  return notRun(tape, source) ?? notRun(tape, target) ?? inner ?? outputs[`${source}.${sourcePort}`];
}

const isIn = (address: string, block: string): boolean =>
  address.startsWith(`${block}/`) || address.startsWith(`${block}#`);

/** Inputs of a node through which nothing goes back, by port. */
export const inputsWithout = (tape: TapeReport, address: string): (readonly [port: string, why: NoGradient])[] =>
  Object.entries(tape.withoutGradient.inputs).flatMap(([place, why]) => {
    const dot = place.lastIndexOf('.');
    return place.slice(0, dot) === address ? [[place.slice(dot + 1), why] as const] : [];
  });

/** The parameters of the node at an address whose `.grad` this pass leaves as it was. */
export const parametersWithout = (tape: TapeReport, address: string): [parameter: string, why: NoGradient][] =>
  Object.entries(tape.withoutGradient.parameters).filter(([parameter]) => {
    const path = parameter.slice(0, parameter.lastIndexOf('.')).split('/');
    const own = address.split('/');
    // Only copies of untied loops have numbers.
    return path.length === own.length && path.every((part, i) => part === own[i] || part === templateOf(own[i] ?? ''));
  });

const missed = new WeakMap<TapeReport['loops'], Map<string, NoGradient>>();

/** Where an address lies in an iteration that its loop did not come to in this pass. */
function notRun({ loops }: TapeReport, address: string): NoGradient | undefined {
  for (const { 1: number, index } of address.matchAll(/#(\d+)/g)) {
    const loop = address.slice(0, index);
    if (Number(number) <= (loops[loop] ?? 0)) continue;
    // The same object each time: what is drawn from it is not drawn anew.
    const known = missed.get(loops) ?? new Map<string, NoGradient>();
    missed.set(loops, known);
    const why = known.get(loop) ?? { kind: 'notRun', loop };
    known.set(loop, why);
    return why;
  }
  return undefined;
}
