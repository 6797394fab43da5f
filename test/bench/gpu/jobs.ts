import type { GraphDocument } from '../../../engine/graph/document.ts';

/** What a contender in the page is told and answers. */
export type Job =
  /** To train: a document for Gradloom; the peers have the network by its name. */
  | { readonly kind: 'training'; readonly name: string; readonly document: GraphDocument }
  /** Products one after another, h ← (h·B)·C with h (rows, inner), B (inner, columns) and C back: each waits for the one before. */
  | { readonly kind: 'product'; readonly name: string; readonly sizes: Sizes };

export type Sizes = readonly [rows: number, inner: number, columns: number];

export interface Turn {
  readonly job: Job;
  /** How often its step is done before somebody waits. */
  readonly times: number;
}

/** What one step asked of the device, on average. */
export interface Asked {
  readonly dispatches: number;
  readonly submits: number;
  readonly bytesRead: number;
}

export type Answer =
  /** Microseconds for a step. */
  | { readonly time: number; readonly asked?: Asked | undefined; readonly failure?: undefined }
  | { readonly time?: undefined; readonly failure: string };
