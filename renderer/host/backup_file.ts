import type { BackupStore } from './types.ts';

/** All records in one text, for a host whose only page owns them all. */
export function backupInOneText(
  read: () => Promise<string | undefined>,
  write: (text: string) => Promise<void>,
): BackupStore {
  let records: ReadonlyMap<string, string> = new Map();
  const writeAll = (changed: ReadonlyMap<string, string>, gone: readonly string[]) => {
    records = new Map([...records, ...changed].filter(([id]) => !gone.includes(id)));
    return write(JSON.stringify(Object.fromEntries(records)));
  };
  return {
    entries: async () => {
      records = parseRecords((await read()) ?? '{}');
      return records;
    },
    write: writeAll,
    writeLast: (changed, gone) => void writeAll(changed, gone).catch(() => undefined),
    hold: async () => undefined,
    claim: async () => true,
  };
}

function parseRecords(text: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(
      Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // Not a backup, yet somebody's work may be in it: it travels on as an unreadable record.
    return new Map([['unreadable', text]]);
  }
}
