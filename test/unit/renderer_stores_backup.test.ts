import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { backupInOneText } from '../../renderer/host/backup_file.ts';
import type { BackupStore } from '../../renderer/host/types.ts';
import { setRun } from '../../renderer/stores/edits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What all pages of one address share: records, and locks that a page holds while it lives. */
class Browser {
  readonly records = new Map<string, string>();
  readonly #owners = new Map<string, object>();
  /** Pages that are closing: they no longer say that they live, and still hold what they have. */
  readonly #closing = new Set<object>();
  readonly #gone: (() => void)[] = [];
  /** What pages wait for before a tab of their own is held. */
  busy: Promise<void> = Promise.resolve();
  /** What pages wait for before a write is done; that of a page which closes meanwhile comes to nothing. */
  disk: Promise<void> = Promise.resolve();

  /** Opens a page: a store of its own, and modules of its own. */
  async page() {
    vi.resetModules();
    const { startBackup } = await import('../../renderer/stores/backup.ts');
    const { useDocuments } = await import('../../renderer/stores/documents.ts');
    const page = {};
    const leaving = new EventTarget();
    vi.stubGlobal('addEventListener', leaving.addEventListener.bind(leaving));
    const put = (changed: ReadonlyMap<string, string>, gone: readonly string[]) => {
      for (const [id, text] of changed) this.records.set(id, text);
      for (const id of gone) this.records.delete(id);
    };
    const store: BackupStore = {
      entries: async () => new Map(this.records),
      write: async (changed, gone) => {
        for (const id of [...changed.keys(), ...gone])
          if (this.#owners.get(id) !== page) throw new Error('not its own');
        await this.disk;
        if (!this.#closing.has(page)) put(changed, gone);
      },
      writeLast: put,
      hold: async (id) => {
        await this.busy;
        if (!this.#closing.has(page)) this.#owners.set(id, page);
      },
      claim: async (id) => {
        for (let owner = this.#owners.get(id); owner !== undefined; owner = this.#owners.get(id)) {
          if (!this.#closing.has(owner)) return false;
          await new Promise<void>((resolve) => this.#gone.push(resolve));
        }
        this.#owners.set(id, page);
        return true;
      },
    };
    const failed = vi.fn();
    const late = vi.fn();
    const starting = startBackup(store, failed, late);
    await vi.advanceTimersByTimeAsync(1500);
    const recovery = await starting;
    return {
      recovery,
      failed,
      late,
      documents: useDocuments,
      names: () => useDocuments.getState().tabs.map((tab) => tab.name),
      startClosing: () => {
        this.#closing.add(page);
        leaving.dispatchEvent(new Event('pagehide'));
      },
      close: () => {
        for (const [id, owner] of this.#owners) if (owner === page) this.#owners.delete(id);
        for (const tell of this.#gone.splice(0)) tell();
      },
    };
  }
}

const settle = () => vi.advanceTimersByTimeAsync(2000);

test('what was open comes back as it was once its page is gone', async () => {
  const browser = new Browser();
  const first = await browser.page();
  first.documents.getState().create();
  first.documents.getState().edit((d) => setRun(d, { seed: 7 }));
  first.documents.getState().create();
  const { tabs, active } = first.documents.getState();
  await settle();
  first.close();
  const second = await browser.page();
  // All of what came back is counted, not only what no file has.
  expect(second.recovery).toEqual({ back: 2, unsaved: 1, unreadable: 0 });
  expect(second.names()).toEqual(['untitled', 'untitled-2']);
  const back = second.documents.getState();
  expect(back.active).toBe(active);
  expect(back.tabs.map((tab) => formatDocument(tab.document))).toEqual(tabs.map((t) => formatDocument(t.document)));
  expect(back.tabs[0]?.saved?.run.seed).toBe(0);
});

test('two pages neither show nor destroy what the other has open', async () => {
  const browser = new Browser();
  const first = await browser.page();
  first.documents.getState().open(formatDocument(emptyDocument()), 'a');
  await settle();
  const second = await browser.page();
  expect(second.names()).toEqual([]);
  second.documents.getState().create();
  await settle();
  first.documents.getState().edit((d) => setRun(d, { seed: 3 }));
  await settle();
  expect(browser.records.size).toBe(2);
  expect([first.failed.mock.calls, second.failed.mock.calls]).toEqual([[], []]);
  first.close();
  second.close();
  expect((await browser.page()).names().sort()).toEqual(['a', 'untitled']);
});

test('the tabs of a page that is slow to close come back when it is gone, behind what was opened meanwhile', async () => {
  const browser = new Browser();
  const first = await browser.page();
  first.documents.getState().open(formatDocument(emptyDocument()), 'a');
  first.documents.getState().edit((d) => setRun(d, { seed: 3 }));
  await settle();
  first.startClosing();
  const second = await browser.page();
  expect([second.recovery, second.names()]).toEqual([{ back: 0, unsaved: 0, unreadable: 0 }, []]);
  const id = second.documents.getState().create();
  await settle();
  first.close();
  await settle();
  expect(second.names()).toEqual(['untitled', 'a']);
  expect(second.documents.getState().active).toBe(id);
  expect(second.late.mock.calls).toEqual([[{ back: 1, unsaved: 1, unreadable: 0 }]]);
  second.documents.getState().close(id);
  second.documents.getState().edit((d) => setRun(d, { seed: 4 }));
  await settle();
  expect(second.failed).not.toHaveBeenCalled();
  expect([...browser.records.values()].map((text) => JSON.parse(JSON.parse(text).document).run.seed)).toEqual([4]);
});

test('no record lies in the store before its tab is held, however long that takes', async () => {
  const browser = new Browser();
  const page = await browser.page();
  let free = () => {};
  browser.busy = new Promise((resolve) => {
    free = resolve;
  });
  page.documents.getState().create();
  page.documents.getState().edit((d) => setRun(d, { seed: 7 }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.records.size).toBe(0);
  free();
  await settle();
  expect(browser.records.size).toBe(1);
  expect(page.failed).not.toHaveBeenCalled();
});

test('what a page was about to write, or still writing when it closed, is there for the next', async () => {
  const browser = new Browser();
  const first = await browser.page();
  const closed = first.documents.getState().create();
  const underway = first.documents.getState().create();
  await settle();
  browser.disk = new Promise(() => {});
  first.documents.getState().edit((d) => setRun(d, { seed: 5 }));
  first.documents.getState().close(closed);
  await settle();
  const fresh = first.documents.getState().create();
  first.startClosing();
  first.close();
  browser.disk = Promise.resolve();
  const second = await browser.page();
  const { tabs } = second.documents.getState();
  expect(tabs.map(({ id, document }) => [id, document.run.seed])).toEqual([
    [underway, 5],
    [fresh, 0],
  ]);
});

test('a closed tab leaves no record', async () => {
  const browser = new Browser();
  const page = await browser.page();
  const id = page.documents.getState().create();
  await settle();
  expect([...browser.records.keys()]).toEqual([id]);
  page.documents.getState().close(id);
  await settle();
  expect(browser.records.size).toBe(0);
});

test('a record that cannot be read is counted and kept, and does not cost the others', async () => {
  const browser = new Browser();
  const first = await browser.page();
  first.documents.getState().create();
  await settle();
  first.close();
  browser.records.set('x', '{"name":"x","document":"{"}');
  browser.records.set('y', 'not json');
  const second = await browser.page();
  expect(second.recovery).toEqual({ back: 1, unsaved: 0, unreadable: 2 });
  expect(second.names()).toEqual(['untitled']);
  second.documents.getState().create();
  await settle();
  expect(browser.records.get('x')).toBe('{"name":"x","document":"{"}');
  expect(browser.records.get('y')).toBe('not json');
});

test('in one text, records live side by side and unreadable text is kept', async () => {
  let text: string | undefined = '{"a":"1"}';
  const open = () =>
    backupInOneText(
      async () => text,
      async (next) => {
        text = next;
      },
    );
  const store = open();
  await store.entries();
  await store.write(new Map([['b', '2']]), ['a']);
  expect(await open().entries()).toEqual(new Map([['b', '2']]));
  text = 'broken';
  const other = open();
  await other.entries();
  await other.write(new Map([['c', '3']]), []);
  expect(await open().entries()).toEqual(
    new Map([
      ['unreadable', 'broken'],
      ['c', '3'],
    ]),
  );
});
