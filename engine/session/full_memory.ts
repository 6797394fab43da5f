import { isOutOfMemory } from '../backends/out_of_memory.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';

/** What the user is told of an error that says that memory is full; undefined where it says anything else. */
export const fullMemory = (error: unknown): Diagnostic | undefined =>
  isOutOfMemory(error) ? diagnostic('out-of-memory', {}) : undefined;

/** The same. @throws the error where it says anything else */
export function fullMemoryOr(error: unknown): Diagnostic {
  const told = fullMemory(error);
  if (told === undefined) throw error;
  return told;
}
