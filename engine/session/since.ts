import type { TypedArray } from '../tensor/dtype.ts';
import type { Session } from './session.ts';
import { type Place, placeOf } from './stepping.ts';
import type { Since } from './summary.ts';

/** What is remembered of a stop to tell what has changed at the next one. */
export interface Mark {
  readonly place: Place;
  readonly loss: number | undefined;
  readonly parameters: ReadonlyMap<string, TypedArray>;
}

export function markOf(session: Session): Mark {
  const values = session.program.parameters.flatMap(({ address }) => {
    const array = session.parameter(address);
    return array === undefined ? [] : [[address, session.backend.readSync(array)] as const];
  });
  return { place: placeOf(session), loss: session.loss, parameters: new Map(values) };
}

/** What has changed from one stop to the next. */
export function changesSince(before: Mark, now: Mark): Since {
  const moved = [...now.parameters].flatMap(([address, values]) => {
    const step = distance(before.parameters.get(address), values);
    return step === 0 ? [] : [{ address, step }];
  });
  const iterations = now.place.iteration - before.place.iteration;
  return {
    iterations,
    entries: iterations === 0 ? now.place.position - before.place.position : now.place.position,
    parameters: moved,
    ...(before.loss === undefined || now.loss === undefined || before.loss === now.loss
      ? {}
      : { loss: { from: before.loss, to: now.loss } }),
  };
}

/** Euclidean; that from nothing is none. */
export function distance(a: TypedArray | undefined, b: TypedArray): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += ((b[i] ?? 0) - (a?.[i] ?? b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
