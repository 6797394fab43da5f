import { create } from 'zustand';

interface Pointed {
  /** The node on the canvas that the pointer is at. */
  readonly node: string | null;
  /** Nodes on the canvas that belong to what the pointer is at elsewhere. */
  readonly lit: ReadonlySet<string>;
  pointAt(node: string | null): void;
  light(nodes: readonly string[]): void;
}

const none: ReadonlySet<string> = new Set();

/** What the pointer is at, for whoever shows the same in another form: nothing is chosen by it. */
export const usePointed = create<Pointed>((set, get) => ({
  node: null,
  lit: none,
  pointAt: (node) => {
    if (get().node !== node) set({ node });
  },
  light: (nodes) => {
    const { lit } = get();
    if (nodes.length === lit.size && nodes.every((node) => lit.has(node))) return;
    set({ lit: nodes.length === 0 ? none : new Set(nodes) });
  },
}));

/** Is a node on the canvas lit from elsewhere? */
export const useIsLit = (node: string): boolean => usePointed(({ lit }) => lit.has(node));
