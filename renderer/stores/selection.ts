import { create } from 'zustand';

interface Selection {
  /** Ids of selected nodes of the active document. */
  readonly nodes: ReadonlySet<string>;
  /** The selected wire, by the input it runs into: `loss1.input`. */
  readonly wire: string | null;
  select(nodes: Iterable<string>): void;
  selectWire(to: string | null): void;
  clear(): void;
}

const none: ReadonlySet<string> = new Set();

const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every((id) => b.has(id));

export const useSelection = create<Selection>((set, get) => ({
  nodes: none,
  wire: null,
  select: (nodes) => {
    const next = new Set(nodes);
    const { nodes: before, wire } = get();
    if (wire === null && same(before, next)) return;
    set({ nodes: same(before, next) ? before : next, wire: null });
  },
  selectWire: (wire) => set({ nodes: none, wire }),
  clear: () => {
    if (get().nodes.size > 0 || get().wire !== null) set({ nodes: none, wire: null });
  },
}));
