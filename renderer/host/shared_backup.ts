import { createStore, entries, promisifyRequest } from 'idb-keyval';
import type { BackupStore } from './types.ts';

const PREFIX = 'gradloom.tab:';

/** What pages of one address say to each other about a tab: whose is it? and: mine. */
type Word = { readonly ask: string } | { readonly mine: string };

/**
 * What pages wrote as they closed; '' for a record that is to go. The database gives up what a page has begun and is not
 * there to end; this is written before the page goes.
 */
const lastWords = {
  all: (): [string, string][] =>
    Object.entries(localStorage).flatMap(([key, text]): [string, string][] =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), String(text)]] : [],
    ),
  get: (id: string) => localStorage.getItem(PREFIX + id),
  set: (id: string, text: string) => {
    try {
      localStorage.setItem(PREFIX + id, text);
    } catch {
      // Too long for it: what it says of the tab would be older than what the database has.
      localStorage.removeItem(PREFIX + id);
    }
  },
  remove: (id: string) => localStorage.removeItem(PREFIX + id),
};
const yes = () => true;

/** Records that all pages of an address share. A tab belongs to the page that holds its lock, until that page is gone. */
export function sharedBackup(): BackupStore {
  const records = createStore('keyval-store', 'keyval');
  const write = (changed: ReadonlyMap<string, string>, gone: readonly string[]): Promise<void> =>
    records('readwrite', (store) => {
      for (const [id, text] of changed) store.put(text, PREFIX + id);
      for (const id of gone) store.delete(PREFIX + id);
      return promisifyRequest(store.transaction);
    });
  const channel = new BroadcastChannel('gradloom.tabs');
  const own = new Set<string>();
  /** Brings what a page wrote last into the database. Only for whom the tab belongs to: others would undo its writes. */
  const obey = async (id: string) => {
    const text = lastWords.get(id);
    if (text === null) return;
    await write(new Map(text === '' ? [] : [[id, text]]), text === '' ? [id] : []);
    lastWords.remove(id);
  };
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
    entries: async () => {
      const kept = (await entries<IDBValidKey, unknown>(records)).flatMap(([key, text]): [string, string][] =>
        typeof key === 'string' && key.startsWith(PREFIX) && typeof text === 'string'
          ? [[key.slice(PREFIX.length), text]]
          : [],
      );
      return new Map([...kept, ...lastWords.all()]);
    },
    write: async (changed, gone) => {
      await write(changed, gone);
      for (const id of [...changed.keys(), ...gone]) lastWords.remove(id);
    },
    writeLast: (changed, gone) => {
      for (const [id, text] of changed) lastWords.set(id, text);
      for (const id of gone) lastWords.set(id, '');
      // And once more where there is room for it, if there is time.
      void write(changed, gone).catch(() => undefined);
    },
    // Nobody else can ask for a lock whose name nobody else knows: it is granted, however long it takes.
    hold: (id) => new Promise((resolve, reject) => lock(id, resolve).catch(reject)),
    // A page that lives says so, one that is closing lets go: no time has to tell the two apart.
    claim: (id) =>
      new Promise((resolve) => {
        const refusal = new AbortController();
        const stop = onWord((word) => {
          if ('mine' in word && word.mine === id) refusal.abort();
        });
        const granted = () => {
          stop();
          // Others who wait would have the tab at the next reload of this page.
          say({ mine: id });
          // Where the database refuses them the last words stay where they are, and count.
          resolve(obey(id).then(yes, yes));
        };
        lock(id, granted, refusal.signal).catch(() => {
          stop();
          resolve(false);
        });
        say({ ask: id });
      }),
  };
}
