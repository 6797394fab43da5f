/** What came of comparing many things. */
export interface Findings {
  readonly compared: number;
  /** What was not the same, in words. */
  readonly differences: readonly string[];
}
