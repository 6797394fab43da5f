/** The parts of an iteration, in order; `evaluate` follows an epoch. A phase that a document does not need has no entries. */
export type Phase = 'batch' | 'forward' | 'loss' | 'backward' | 'update' | 'evaluate';

/** Where a session stands: what it will do next. */
export interface Cursor {
  /** Iterations finished. */
  readonly iteration: number;
  readonly phase: Phase;
  /** Entries of this phase that are done. */
  readonly entry: number;
}

/** What an advance did. */
export interface Entry {
  readonly phase: Phase;
  /** `model/linear1`; empty where it is about no node. */
  readonly address: string;
  /** The operation, optimizer or split. */
  readonly name: string;
}

/** Asked after every entry; true stops. Training, Next entry, a breakpoint and Pause are such predicates. */
export type Until = (cursor: Cursor, entry: Entry) => boolean;

/** *Next iteration*: stops as soon as the iteration is over. */
export const iterationDone = (session: { readonly cursor: Cursor }): Until => {
  const from = session.cursor.iteration;
  return (cursor) => cursor.iteration > from && cursor.phase === 'batch';
};
