import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { BackupStore } from '../host/types.ts';
import type { RestoredTab, Tab } from './documents.ts';
import { useDocuments } from './documents.ts';

/** Milliseconds between the last change and the backup. */
const DELAY = 1000;
/** Milliseconds for which the window stays empty where nobody says whose a tab is. */
const PATIENCE = 1000;

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

export interface Recovery {
  /** Tabs that came back. */
  readonly back: number;
  /** Those of them with changes that no file has. */
  readonly unsaved: number;
  /** Records that nobody owns and that cannot be read; they stay in the store as they are. */
  readonly unreadable: number;
}

/** What of the store is this page's. */
interface Property {
  /** Tabs that no other page can have. */
  readonly own: Set<string>;
  /** Their records as they stand in the store. */
  readonly written: Map<string, string>;
}

/**
 * Puts back the tabs that no other page has open, then keeps a record of each of this page's tabs. Records of others
 * are neither written nor deleted. `failed` is called once, at the first write that the store refuses; `late` whenever
 * tabs come back after all whose page took its time to close.
 */
export async function startBackup(
  store: BackupStore,
  failed: () => void,
  late: (recovery: Recovery) => void,
): Promise<Recovery> {
  const property: Property = { own: new Set(), written: new Map() };
  const left = await leftBehind(store);
  const claims = left.map(async (id) => {
    if (await store.claim(id)) property.own.add(id);
    return id;
  });
  await Promise.race([Promise.allSettled(claims), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  const first = [...property.own];
  const recovery = await putBack(store, property, first);
  keep(store, property, failed);
  for (const claim of claims) {
    void claim.then(
      async (id) => {
        if (property.own.has(id) && !first.includes(id)) late(await putBack(store, property, [id]));
      },
      // What cannot be claimed stays in the store.
      () => undefined,
    );
  }
  return recovery;
}

/** Ids of the records in the store. One that cannot be read gives nothing back; its writes will tell. */
const leftBehind = async (store: BackupStore): Promise<string[]> =>
  store.entries().then(
    (records) => [...records.keys()],
    () => [],
  );

/** Opens the tabs of records that have just become this page's. */
async function putBack(store: BackupStore, { written }: Property, ids: readonly string[]): Promise<Recovery> {
  const tabs: ReadTab[] = [];
  let unreadable = 0;
  // Read only now: the page that owned a tab may have written it on its way out.
  const texts = ids.length === 0 ? undefined : await store.entries().catch(() => undefined);
  for (const id of ids) {
    const text = texts?.get(id);
    if (text === undefined) continue;
    const tab = readRecord(id, text);
    if (tab === undefined) unreadable++;
    else {
      tabs.push(tab);
      written.set(id, text);
    }
  }
  tabs.sort((a, b) => a.place - b.place);
  const front = useDocuments.getState().active || (tabs.find((tab) => tab.active) ?? tabs[0])?.id;
  if (front !== undefined && tabs.length > 0) useDocuments.getState().restore(tabs, front);
  return { back: tabs.length, unsaved: tabs.filter((tab) => tab.saved !== tab.document).length, unreadable };
}

/** Follows the tabs. */
function keep(store: BackupStore, { own, written }: Property, failed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let complained = false;
  const asked = new Set<string>();
  /** What is being written; until that is done it may come to nothing. */
  let underway: readonly string[] = [];
  const changes = (isDue: (id: string) => boolean, again: readonly string[] = []) => {
    clearTimeout(timer);
    const { tabs, active } = useDocuments.getState();
    const now = new Map(tabs.map((tab, place) => [tab.id, writeRecord(tab, place, tab.id === active)]));
    const changed = new Map(
      [...now].filter(([id, text]) => isDue(id) && (written.get(id) !== text || again.includes(id))),
    );
    const gone = [...written.keys(), ...again].filter((id) => !now.has(id));
    for (const [id, text] of changed) written.set(id, text);
    for (const id of gone) written.delete(id);
    return { changed, gone, some: changed.size > 0 || gone.length > 0 };
  };
  const write = () => {
    if (underway.length > 0) return delay();
    // A record that lay there before its tab is held would be anybody's.
    const { changed, gone, some } = changes((id) => own.has(id));
    if (!some) return;
    underway = [...changed.keys(), ...gone];
    store
      .write(changed, gone)
      .catch(() => {
        // What did not arrive is due again at the next change.
        for (const id of underway) written.set(id, '');
        if (!complained) failed();
        complained = true;
      })
      .finally(() => {
        underway = [];
      });
  };
  const delay = () => {
    clearTimeout(timer);
    timer = setTimeout(write, DELAY);
  };
  const follow = () => {
    for (const { id } of useDocuments.getState().tabs) {
      if (own.has(id) || asked.has(id)) continue;
      asked.add(id);
      const held = () => {
        own.add(id);
        delay();
      };
      // Where nothing can be held a record is better than none.
      store.hold(id).then(held, held);
    }
    delay();
  };
  useDocuments.subscribe(follow);
  follow();
  // A reload within the second would lose it otherwise. What is not held yet too: who finds it finds this page gone.
  globalThis.addEventListener?.('pagehide', () => {
    const { changed, gone, some } = changes(() => true, underway);
    if (some) store.writeLast(changed, gone);
  });
}
