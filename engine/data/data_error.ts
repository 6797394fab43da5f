/** Data that cannot be used: an unreadable or damaged file, counts that disagree, a setting out of range. */
export class DataError extends Error {
  override name = 'DataError';
  /** Stable, for tests and for links into the docs: `idx-truncated`. */
  readonly code: string;
  /** What to do about it. */
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** The data errors that `error` stands for; undefined if it is anything else. */
export function dataErrorsOf(error: unknown): readonly DataError[] | undefined {
  if (error instanceof DataError) return [error];
  if (!(error instanceof AggregateError)) return undefined;
  const all = error.errors.map(dataErrorsOf);
  return all.includes(undefined) ? undefined : all.flatMap((one) => one ?? []);
}

/** All values. @throws AggregateError of everything that went wrong, so that it can be told at once. */
export async function allOf<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failed.length === 1) throw failed[0];
  if (failed.length > 1) throw new AggregateError(failed, failed.map(messageOf).join(' '));
  return Promise.all(promises);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `47040016` → `47,040,016`, as messages print counts. */
export const grouped = (n: number): string => n.toLocaleString('en-US');
