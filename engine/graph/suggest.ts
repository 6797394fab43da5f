/** The name among `known` that was probably meant: at most a third of its letters apart, and no more than two. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const near = [...known]
    .filter((other) => Math.abs(other.length - name.length) <= 2)
    .map((other) => ({ other, distance: editDistance(other.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= Math.min(2, Math.max(1, Math.floor(name.length / 3)))
    ? near.other
    : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
