import { openDocument } from '../engine/cli/documents.ts';
import type { GraphDocument } from '../engine/graph/document.ts';

/** A document that ships with the app. */
export function example(id: string): GraphDocument {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  return document;
}
