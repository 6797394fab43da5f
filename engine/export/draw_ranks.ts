const known = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** When each address is drawn for the first time. It is asked for every member of a script: each list is gone through once. */
export function drawRanks(draws: readonly string[]): ReadonlyMap<string, number> {
  const found = known.get(draws);
  if (found !== undefined) return found;
  const ranks = new Map<string, number>();
  for (const [i, address] of draws.entries()) if (!ranks.has(address)) ranks.set(address, i);
  known.set(draws, ranks);
  return ranks;
}
