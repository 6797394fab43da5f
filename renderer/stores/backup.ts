import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { BackupStore } from '../host/types.ts';
import type { RestoredTab, Tab } from './documents.ts';
import { useDocuments } from './documents.ts';

/** Milliseconds between the last change and the backup. */
const DELAY = 1000;

interface StoredTab {
  readonly name: string;
  /** Where it stands among the tabs. */
  readonly place: number;
  readonly active: boolean;
  readonly document: string;
  /** Null: never saved. Absent: as `document`. */
  readonly saved?: string | null;
}

interface ReadTab extends RestoredTab {
  readonly place: number;
  readonly active: boolean;
}

/** An open tab as the text of its record. */
function writeRecord({ name, document, saved }: Tab, place: number, active: boolean): string {
  const base: StoredTab = { name, place, active, document: formatDocument(document) };
  return JSON.stringify(saved === document ? base : { ...base, saved: saved === null ? null : formatDocument(saved) });
}

/** The tab of a record; undefined if it cannot be read. */
function readRecord(id: string, text: string): ReadTab | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const tab = (value ?? {}) as { readonly [K in keyof StoredTab]?: unknown };
  if (typeof tab.name !== 'string' || typeof tab.document !== 'string') return undefined;
  const { document } = parseDocument(tab.document);
  if (document === undefined) return undefined;
  const saved = typeof tab.saved === 'string' ? (parseDocument(tab.saved).document ?? null) : null;
  return {
    id,
    name: tab.name,
    document,
    saved: tab.saved === undefined ? document : saved,
    place: typeof tab.place === 'number' ? tab.place : 0,
    active: tab.active === true,
  };
}

interface Recovery {
  /** Tabs that came back with changes that no file has. */
  readonly unsaved: number;
  /** Records that nobody owns and that cannot be read; they stay in the store as they are. */
  readonly unreadable: number;
}

/**
 * Puts back the tabs that no other page has open, then keeps a record of each of this page's tabs. Records of others
 * are neither written nor deleted. `failed` is called once, at the first write that the store refuses.
 */
export async function startBackup(store: BackupStore, failed: () => void): Promise<Recovery> {
  const { tabs, written, unreadable } = await takeOver(store);
  const [first] = tabs;
  if (first !== undefined) useDocuments.getState().restore(tabs, (tabs.find((tab) => tab.active) ?? first).id);
  keep(store, written, failed);
  return { unsaved: tabs.filter((tab) => tab.saved !== tab.document).length, unreadable };
}

async function takeOver(store: BackupStore) {
  const written = new Map<string, string>();
  const tabs: ReadTab[] = [];
  let unreadable = 0;
  try {
    const ids = [...(await store.entries()).keys()];
    const granted = await Promise.all(ids.map((id) => store.claim(id)));
    // Read again: the page that owned a tab may have written it on its way out.
    const texts = await store.entries();
    for (const id of ids.filter((_, i) => granted[i])) {
      const text = texts.get(id);
      if (text === undefined) continue;
      const tab = readRecord(id, text);
      if (tab === undefined) unreadable++;
      else {
        tabs.push(tab);
        written.set(id, text);
      }
    }
  } catch {
    // A store that cannot be read gives nothing back; its writes will tell.
  }
  return { tabs: tabs.sort((a, b) => a.place - b.place), written, unreadable };
}

/** Follows the tabs. `written`: the records of this page as they stand in the store. */
function keep(store: BackupStore, written: Map<string, string>, failed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let complained = false;
  const claimed = new Set(written.keys());
  const write = () => {
    timer = undefined;
    const { tabs, active } = useDocuments.getState();
    const now = new Map(tabs.map((tab, place) => [tab.id, writeRecord(tab, place, tab.id === active)]));
    const changed = [...now].filter(([id, text]) => written.get(id) !== text);
    const gone = [...written.keys()].filter((id) => !now.has(id));
    for (const [id, text] of changed) written.set(id, text);
    for (const id of gone) written.delete(id);
    if (changed.length === 0 && gone.length === 0) return;
    store.write(new Map(changed), gone).catch(() => {
      // What did not arrive is due again at the next change.
      for (const [id] of changed) written.set(id, '');
      for (const id of gone) written.set(id, '');
      if (!complained) failed();
      complained = true;
    });
  };
  const follow = () => {
    for (const { id } of useDocuments.getState().tabs) {
      if (claimed.has(id)) continue;
      claimed.add(id);
      void store.claim(id).catch(() => false);
    }
    clearTimeout(timer);
    timer = setTimeout(write, DELAY);
  };
  useDocuments.subscribe(follow);
  // A reload within the second would lose it otherwise.
  globalThis.addEventListener?.('pagehide', () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    write();
  });
}
