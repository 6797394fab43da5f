import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { BackupStore } from '../host/types.ts';
import type { RestoredTab, Tab } from './documents.ts';
import { useDocuments } from './documents.ts';

/** Milliseconds between the last change and the backup. */
const DELAY = 1000;

interface StoredTab {
  readonly id: string;
  readonly name: string;
  readonly document: string;
  /** Null: never saved. Absent: as `document`. */
  readonly saved?: string | null;
}

/** All open tabs as one text. */
export function writeBackup(tabs: readonly Tab[], active: string): string {
  const stored = tabs.map(({ id, name, document, saved }): StoredTab => {
    const base = { id, name, document: formatDocument(document) };
    return saved === document ? base : { ...base, saved: saved === null ? null : formatDocument(saved) };
  });
  return JSON.stringify({ backup: 1, active, tabs: stored });
}

/** What a backup holds, as far as it can be read: one bad tab does not cost the others. */
export function readBackup(text: string): { readonly tabs: readonly RestoredTab[]; readonly active: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { tabs: [], active: '' };
  }
  const { tabs, active } = (value ?? {}) as { tabs?: unknown; active?: unknown };
  const restored = (Array.isArray(tabs) ? tabs : []).flatMap((tab: Partial<StoredTab> | null): RestoredTab[] => {
    if (typeof tab?.id !== 'string' || typeof tab.name !== 'string' || typeof tab.document !== 'string') return [];
    const { document } = parseDocument(tab.document);
    if (document === undefined) return [];
    const saved = typeof tab.saved === 'string' ? (parseDocument(tab.saved).document ?? null) : null;
    return [{ id: tab.id, name: tab.name, document, saved: tab.saved === undefined ? document : saved }];
  });
  return { tabs: restored, active: typeof active === 'string' ? active : '' };
}

/** Puts back what was open, then keeps a backup of every change. Returns how many tabs came back unsaved. */
export async function startBackup(store: BackupStore, failed: () => void): Promise<number> {
  const text = await store.read().catch(() => undefined);
  const { tabs, active } = readBackup(text ?? '{}');
  if (tabs.length > 0) useDocuments.getState().restore(tabs, active);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let complained = false;
  const write = () => {
    timer = undefined;
    const state = useDocuments.getState();
    store.write(writeBackup(state.tabs, state.active)).catch(() => {
      if (!complained) failed();
      complained = true;
    });
  };
  useDocuments.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(write, DELAY);
  });
  // A reload within the second would lose it otherwise.
  globalThis.addEventListener?.('pagehide', () => {
    if (timer !== undefined) write();
  });
  return tabs.filter((tab) => tab.saved !== tab.document).length;
}
