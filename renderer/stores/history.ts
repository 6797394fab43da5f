/** A document with the states before and after it. States share all that did not change, so a step costs what it changed. */
export interface History<T> {
  readonly document: T;
  /** Oldest first. */
  readonly past: readonly T[];
  /** Next to be redone last. */
  readonly future: readonly T[];
  /** What the latest edit belongs to; consecutive edits of one mark are one step. */
  readonly mark: string | null;
}

/** Steps that can be undone; older ones are forgotten. */
const MAX_STEPS = 1000;

export const startHistory = <T>(document: T): History<T> => ({ document, past: [], future: [], mark: null });

/** Makes `document` the present. An edit that changes nothing is no step. */
export function record<H extends History<unknown>>(history: H, document: H['document'], mark: string | null = null): H {
  if (document === history.document) return history;
  const coalesce = mark !== null && mark === history.mark && history.past.length > 0;
  const past = coalesce ? history.past : [...history.past, history.document].slice(-MAX_STEPS);
  return { ...history, document, past, future: [], mark };
}

/** Ends the current step: the next edit starts a new one, whatever its mark. */
export const seal = <H extends History<unknown>>(history: H): H =>
  history.mark === null ? history : { ...history, mark: null };

export function stepBack<H extends History<unknown>>(history: H): H {
  const document = history.past.at(-1);
  if (document === undefined) return history;
  return {
    ...history,
    document,
    past: history.past.slice(0, -1),
    future: [...history.future, history.document],
    mark: null,
  };
}

export function stepForward<H extends History<unknown>>(history: H): H {
  const document = history.future.at(-1);
  if (document === undefined) return history;
  return {
    ...history,
    document,
    past: [...history.past, history.document],
    future: history.future.slice(0, -1),
    mark: null,
  };
}
