/** What plain JavaScript may hand over though the types forbid it, told in words that help. */

/** @throws TypeError unless `given` is a list of numbers: an array, a typed one, or what is like one. A tensor is none */
export function requireList(taker: string, given: unknown): void {
  if (typeof given === 'object' && given !== null && 'length' in given && typeof given.length === 'number') return;
  const help = isTensor(given) ? ': its elements are in its data()' : '';
  throw new TypeError(`${taker} takes a list of numbers; got ${wordFor(given)}${help}`);
}

const isTensor = (x: unknown): boolean => typeof x === 'object' && x !== null && 'data' in x && 'shape' in x;

/** `null`, `a string`, `a tensor`, `an object`. */
export function wordFor(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (isTensor(x)) return 'a tensor';
  return `${typeof x === 'object' ? 'an' : 'a'} ${typeof x}`;
}
