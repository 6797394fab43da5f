import { checkDocument } from '../../engine/graph/check.ts';
import type { Diagnostic, GraphDocument } from '../../engine/graph/document.ts';
import type { Shape } from '../../engine/tensor/shape.ts';
import { useActiveDocument } from './documents.ts';

/** All that the check finds out about a document. */
export interface Diagnosis {
  readonly diagnostics: readonly Diagnostic[];
  readonly byNode: ReadonlyMap<string, readonly Diagnostic[]>;
  /** By output port: `linear1.output`. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Parameters by address (`model/linear1.weight`), with the node that holds them. */
  readonly parameters: ReadonlyMap<string, { readonly node: string; readonly shape: Shape }>;
  /** Nothing keeps it from being trained. */
  readonly sound: boolean;
}

interface Checked {
  readonly document: GraphDocument;
  readonly diagnosis: Diagnosis;
}
// By the array of nodes, which survives moves and selections; wires and run settings are compared when found.
const known = new WeakMap<object, Checked>();

/** Checks a document; a second question about the same meaning costs nothing. */
export function diagnose(document: GraphDocument): Diagnosis {
  const before = known.get(document.nodes);
  if (before !== undefined && sameMeaning(before.document, document)) return before.diagnosis;
  const { diagnostics, shapes, parameters } = checkDocument(document);
  const diagnosis: Diagnosis = {
    diagnostics,
    byNode: Map.groupBy(
      diagnostics.filter((d) => d.node !== undefined),
      (d) => d.node ?? '',
    ),
    shapes: new Map([...shapes].map(([port, value]) => [port, value.shape])),
    parameters,
    sound: diagnostics.every((d) => d.severity !== 'error'),
  };
  known.set(document.nodes, { document, diagnosis });
  return diagnosis;
}

/** Same but for appearance. By identity: undo brings back the very parts it left. */
export const sameMeaning = (a: GraphDocument, b: GraphDocument): boolean =>
  a.nodes === b.nodes && a.wires === b.wires && a.data === b.data && a.run === b.run;

export const useDiagnosis = (): Diagnosis => diagnose(useActiveDocument());
