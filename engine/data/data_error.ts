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

/** `47040016` → `47,040,016`, as messages print counts. */
export const grouped = (n: number): string => n.toLocaleString('en-US');
