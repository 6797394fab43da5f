import type { TypedArray } from '../tensor/dtype.ts';
import type { Session } from './session.ts';
import { isBefore, type Place, placeOf } from './stepping.ts';
import type { Since } from './summary.ts';

/** What is remembered of a stop to tell what has changed at the next one. */
export interface Mark {
  readonly place: Place;
  /** How many entries the iteration has that it stands in. */
  readonly length: number;
  readonly loss: number | undefined;
  readonly parameters: ReadonlyMap<string, TypedArray>;
}

export function markOf(session: Session): Mark {
  const values = session.program.parameters.flatMap(({ address }) => {
    const array = session.parameter(address);
    return array === undefined ? [] : [[address, session.backend.readSync(array)] as const];
  });
  const length = session.moment()?.entries.list.length ?? 0;
  return { place: placeOf(session), length, loss: session.loss, parameters: new Map(values) };
}

/** What has changed from one stop to the next. */
export function changesSince(before: Mark, now: Mark): Since {
  const moved = [...now.parameters].flatMap(([address, values]) => {
    const step = distance(before.parameters.get(address), values);
    return step === 0 ? [] : [{ address, step }];
  });
  const isBack = isBefore(now.place, before.place);
  const [iterations, entries] = isBack ? between(now, before) : between(before, now);
  const sign = isBack ? -1 : 1;
  return {
    // A negative zero would be told as such.
    iterations: sign * iterations + 0,
    entries: sign * entries + 0,
    parameters: moved,
    ...(before.loss === undefined || now.loss === undefined || before.loss === now.loss
      ? {}
      : { loss: { from: before.loss, to: now.loss } }),
  };
}

/** From one moment to a later one: whole iterations, and the entries besides. The rest of an iteration is no whole one. */
function between({ place: from, length }: Mark, { place: to }: Mark): [iterations: number, entries: number] {
  if (from.iteration === to.iteration) return [0, to.position - from.position];
  const passed = to.iteration - from.iteration;
  return from.position === 0 ? [passed, to.position] : [passed - 1, length - from.position + to.position];
}

/** Euclidean; that from nothing is none. */
export function distance(a: TypedArray | undefined, b: TypedArray): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += ((b[i] ?? 0) - (a?.[i] ?? b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
