type Loops = Readonly<Record<string, number>>;

/** Counts of inner loops that are written out, for each loop around them. */
const MOST_COUNTS = 6;

/** Loops that a line names. */
export const MOST_NAMED = 3;

/** How often the first loops ran, each told by `tell`; and of more, how many there are. */
export function toldLoops(
  loops: Loops,
  most: number,
  tell: (loop: string, times: number) => string,
  more: (rest: number) => string,
): string[] {
  const all = Object.entries(loops);
  const told = all.slice(0, most).map(([loop, times]) => tell(loop, times));
  return all.length > most ? [...told, more(all.length - most)] : told;
}

/** Does no loop lie in another one, and is there only one? */
export const isPlain = (loops: Loops): boolean => Object.keys(loops).length === 1;

/**
 * How often the loops of an iteration ran, in the order in which they stand: `3`; `3, 1` for two of them; and with a loop in it,
 * whose count may be another each time, `2 × (2, 4)`.
 */
export function countsOf(loops: Loops): string {
  const inside = new Map<string, string[]>();
  for (const loop of Object.keys(loops)) {
    const around = roundAround(loop);
    inside.set(around, [...(inside.get(around) ?? []), loop]);
  }
  const counts = (round: string): string => (inside.get(round) ?? []).map(count).join(' + ');
  const count = (loop: string): string => {
    const times = loops[loop] ?? 0;
    const rounds = Array.from({ length: times }, (_, i) => counts(`${loop}#${i + 1}`)).filter((text) => text !== '');
    if (rounds.length === 0) return `${times}`;
    const shown = rounds.length > MOST_COUNTS ? [...rounds.slice(0, MOST_COUNTS), '…'] : rounds;
    return `${times} × (${shown.join(', ')})`;
  };
  return (inside.get('') ?? []).map(count).join(', ');
}

/** The round of the loop around a loop: `outer#2` of `outer#2/block/inner`; empty where there is none. */
const roundAround = (loop: string): string => /^.*#\d+(?=\/)/.exec(loop)?.[0] ?? '';
