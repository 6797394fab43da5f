/**
 * Several versions of one list taken together: what any of them removed is gone, what one changed or added is there. `keyOf` tells
 * which things are the same; things that did not change are the same objects. Null where there are no versions.
 */
export function mergedBy<T>(
  before: readonly T[],
  versions: readonly (readonly T[])[],
  keyOf: (thing: T) => string,
): readonly T[] | null {
  const [first = null, ...others] = versions;
  if (first === null) return null;
  let merged = first;
  const had = new Map(before.map((thing) => [keyOf(thing), thing]));
  for (const version of others) {
    const now = new Map(version.map((thing) => [keyOf(thing), thing]));
    const kept = merged.filter((thing) => !had.has(keyOf(thing)) || now.has(keyOf(thing)));
    const changed = kept.map((thing) => {
      const key = keyOf(thing);
      const other = now.get(key);
      return other !== undefined && had.has(key) && other !== had.get(key) ? other : thing;
    });
    const there = new Set(changed.map(keyOf));
    merged = [...changed, ...version.filter((thing) => !had.has(keyOf(thing)) && !there.has(keyOf(thing)))];
  }
  return merged;
}
