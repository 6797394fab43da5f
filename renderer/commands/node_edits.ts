import type { Diagnostic, GraphDocument, Wire } from '../../engine/graph/document.ts';
import { useDocuments } from '../stores/documents.ts';
import { removeWire, withoutLostPorts } from '../stores/port_edits.ts';
import type { Healed } from '../stores/reparent.ts';
import { scoped, unscoped } from '../stores/scope.ts';
import { currentText } from '../text/text.ts';
import { tellCut } from './blocks.ts';

/** Edits one node of what is on the canvas. Wires to ports that it has no more are cut, and named. */
export function editNode(
  id: string,
  recipe: (document: GraphDocument) => GraphDocument,
  options?: { readonly mark: string },
): void {
  let cut: Healed['cut'] = [];
  useDocuments.getState().edit((document) => {
    const left = withoutLostPorts(document, recipe(document), id);
    cut = left.cut;
    return left.document;
  }, options);
  tellCut(cut, currentText().blocks.portHint);
}

/** The wire that a problem is about, if it is about one. */
export function wireOf({ values = {} }: Diagnostic): Wire | undefined {
  const { from, to } = values;
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : undefined;
}

/** Takes the wire of a problem away, which may be one that cannot be drawn. */
export function removeWireOf({ module }: Pick<Diagnostic, 'module'>, wire: Wire): void {
  const where = module ?? null;
  useDocuments.getState().editWhole((document) => unscoped(document, where, removeWire(scoped(document, where), wire)));
}
