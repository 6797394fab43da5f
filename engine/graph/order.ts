/** Topological order with ties by the order of `ids`; what lies on or behind a cycle is left out. */
export function topologicalOrder(
  ids: readonly string[],
  edges: readonly { readonly from: string; readonly to: string }[],
): { order: string[]; rest: string[] } {
  const rank = new Map(ids.map((id, i) => [id, i]));
  const waiting = new Map(ids.map((id) => [id, 0]));
  const followers = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const count = waiting.get(to);
    if (count === undefined || !waiting.has(from)) continue;
    waiting.set(to, count + 1);
    const list = followers.get(from);
    if (list) list.push(to);
    else followers.set(from, [to]);
  }
  const ready = new RankHeap((id) => rank.get(id) ?? 0);
  for (const id of ids) if (waiting.get(id) === 0) ready.push(id);
  const order: string[] = [];
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id);
    for (const next of followers.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const done = new Set(order);
  return { order, rest: ids.filter((id) => !done.has(id)) };
}

/** A binary heap of ids, smallest rank first. */
class RankHeap {
  private readonly items: string[] = [];
  private readonly rank: (id: string) => number;
  constructor(rank: (id: string) => number) {
    this.rank = rank;
  }

  push(id: string): void {
    this.items.push(id);
    let at = this.items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.before(parent, at)) return;
      this.swap(parent, at);
      at = parent;
    }
  }

  pop(): string | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (first === undefined || last === undefined || this.items.length === 0) return first;
    this.items[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.items.length && !this.before(least, child)) least = child;
      if (least === at) return first;
      this.swap(least, at);
      at = least;
    }
  }

  private before(a: number, b: number): boolean {
    return this.rank(this.items[a] ?? '') <= this.rank(this.items[b] ?? '');
  }

  private swap(a: number, b: number): void {
    const x = this.items[a];
    const y = this.items[b];
    if (x === undefined || y === undefined) return;
    this.items[a] = y;
    this.items[b] = x;
  }
}

/** One circle among `edges`, as the edges walked, or undefined. `from` are ids that lie on or behind one. */
export function findCycle<E extends { readonly from: string; readonly to: string }>(
  from: readonly string[],
  edges: readonly E[],
): E[] | undefined {
  const among = new Set(from);
  const incoming = new Map<string, E>();
  // Walking backwards from any node that never became ready must come round.
  for (const edge of edges) if (among.has(edge.from) && among.has(edge.to)) incoming.set(edge.to, edge);
  const walked: E[] = [];
  const seen = new Map<string, number>();
  for (let at: string | undefined = from.find((id) => incoming.has(id)); at !== undefined; ) {
    const before = seen.get(at);
    if (before !== undefined) return walked.slice(before).reverse();
    seen.set(at, walked.length);
    const edge: E | undefined = incoming.get(at);
    if (edge === undefined) return undefined;
    walked.push(edge);
    at = edge.from;
  }
  return undefined;
}
