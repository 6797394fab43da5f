import type { GraphDocument } from '../../../engine/graph/document.ts';
import type { Findings } from '../findings.ts';
import type { Goldens } from '../op_case.ts';

/** What the worker in the page compares, each on a GPU of its own. */
export type Job =
  /** Every case of every operation with PyTorch. */
  | { readonly kind: 'operations'; readonly goldens: Goldens }
  /** The losses of so many steps with the CPU's. */
  | { readonly kind: 'curve'; readonly document: GraphDocument; readonly steps: number }
  /** Every tensor of an iteration with the reference backend's. */
  | { readonly kind: 'steps'; readonly document: GraphDocument };

export type Answer =
  | { readonly findings: Findings; readonly failure?: undefined }
  /** Why nothing could be compared. */
  | { readonly findings?: undefined; readonly failure: string };
