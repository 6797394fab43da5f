import type { Body, Local } from './assembler.ts';

/**
 * Rows and columns of a matrix are cut at multiples of this, whatever is done with them: what is a row of one product is a column of
 * another and an element of an update, and falls to the same thread.
 */
export const UNIT = 16;

/** Work on fewer elements is not shared: the others would not be through before one alone. */
const ELEMENTS_WORTH_SHARING = 2 ** 15;
/** More parts than threads, as not all of them begin at once. */
const PARTS_PER_THREAD = 2;

/** How many parts a pass over so many elements is cut into. */
export const partsOfPass = (elements: number, threads: number): number =>
  threads > 1 && elements >= ELEMENTS_WORTH_SHARING ? threads * PARTS_PER_THREAD : 1;

/** What part `part` of `parts` has of what counts `size`, in whole units: as kernels have it. */
export function unitsOf(
  part: number,
  parts: number,
  size: number,
  unit: number,
): readonly [first: number, end: number] {
  const units = Math.ceil(size / unit);
  const at = (index: number) => Math.min(size, Math.floor((index * units) / parts) * unit);
  return [at(part), at(part + 1)];
}

export function least(body: Body, x: Local, y: Local): Local {
  const out = body.variable(x);
  body.if(body.op('i32.lt_u', y, x), () => body.set(out, y));
  return out;
}

export const ceiling = (body: Body, x: Local, by: Local): Local =>
  body.op('i32.div_u', body.op('i32.sub', body.op('i32.add', x, by), body.i32(1)), by);

/** The same, by a kernel. */
export function range(body: Body, part: Local, parts: Local, size: Local, unit: Local): { first: Local; end: Local } {
  const units = ceiling(body, size, unit);
  const at = (index: Local) => body.op('i32.mul', body.op('i32.div_u', body.op('i32.mul', index, units), parts), unit);
  return { first: at(part), end: least(body, at(body.op('i32.add', part, body.i32(1))), size) };
}
