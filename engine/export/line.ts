import type { Place } from './script.ts';

/** A line of code, and the nodes that it comes from. */
export interface Line {
  readonly text: string;
  readonly places: readonly Place[];
  /** What of the text, its indentation aside, comes from nodes of its own. */
  readonly parts?: readonly Part[];
}

export interface Part {
  readonly start: number;
  readonly end: number;
  readonly places: readonly Place[];
}

/** Lines that come from these nodes, or from none. */
export const lines = (texts: readonly string[], ...places: readonly Place[]): Line[] =>
  texts.map((text) => ({ text, places }));

export const indented = (inner: readonly Line[], by: string): Line[] =>
  inner.map((line) => (line.text === '' ? line : { ...line, text: by + line.text }));
