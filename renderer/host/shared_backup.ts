import { createStore, entries, promisifyRequest } from 'idb-keyval';
import type { BackupStore } from './types.ts';

const PREFIX = 'gradloom.tab:';

/** What pages of one address say to each other about a tab: whose is it? and: mine. */
type Word = { readonly ask: string } | { readonly mine: string };

/** Records that all pages of an address share. A tab belongs to the page that holds its lock, until that page is gone. */
export function sharedBackup(): BackupStore {
  const records = createStore('keyval-store', 'keyval');
  const channel = new BroadcastChannel('gradloom.tabs');
  const own = new Set<string>();
  const say = (word: Word) => channel.postMessage(word);
  const onWord = (listener: (word: Word) => void): (() => void) => {
    const hear = ({ data }: MessageEvent<Word>) => listener(data);
    channel.addEventListener('message', hear);
    return () => channel.removeEventListener('message', hear);
  };
  onWord((word) => {
    if ('ask' in word && own.has(word.ask)) say({ mine: word.ask });
  });
  /** Never let go: the browser does, when the page is gone. */
  const lock = (id: string, granted: () => void, signal?: AbortSignal): Promise<never> =>
    navigator.locks.request(PREFIX + id, signal ? { signal } : {}, () => {
      own.add(id);
      granted();
      return new Promise<never>(() => undefined);
    });

  return {
    entries: async () =>
      new Map(
        (await entries<IDBValidKey, unknown>(records)).flatMap(([key, text]): [string, string][] =>
          typeof key === 'string' && key.startsWith(PREFIX) && typeof text === 'string'
            ? [[key.slice(PREFIX.length), text]]
            : [],
        ),
      ),
    write: (changed, gone) =>
      records('readwrite', (store) => {
        for (const [id, text] of changed) store.put(text, PREFIX + id);
        for (const id of gone) store.delete(PREFIX + id);
        // Left to itself it would wait for answers that a closing page no longer hears, and come to nothing.
        store.transaction.commit();
        return promisifyRequest(store.transaction);
      }),
    // Nobody else can ask for a lock whose name nobody else knows: it is granted, however long it takes.
    hold: (id) => new Promise((resolve, reject) => lock(id, resolve).catch(reject)),
    // A page that lives says so, one that is closing lets go: no time has to tell the two apart.
    claim: (id) =>
      new Promise((resolve) => {
        const refusal = new AbortController();
        const stop = onWord((word) => {
          if ('mine' in word && word.mine === id) refusal.abort();
        });
        const settle = (granted: boolean) => {
          stop();
          resolve(granted);
        };
        const granted = () => {
          settle(true);
          // Others who wait would have the tab at the next reload of this page.
          say({ mine: id });
        };
        lock(id, granted, refusal.signal).catch(() => settle(false));
        say({ ask: id });
      }),
  };
}
