import type { DocumentNode, GraphDocument, Wire } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { setSetting } from './edits.ts';

/**
 * Gives a function another source. Its inputs are named by the parameters of `forward`: a wire stays with the name it led to,
 * else with the place. What leads to an input that is gone is left to `withoutLostPorts`.
 */
export function setSource(document: GraphDocument, id: string, setting: string, source: string): GraphDocument {
  const edited = setSetting(document, id, setting, source);
  if (edited === document) return document;
  const before = inputsOf(document, id);
  const after = inputsOf(edited, id);
  const left = before.filter((name) => !after.includes(name));
  const fresh = new Set(after.filter((name) => !before.includes(name)));
  const to = new Map<string, string>();
  for (const name of left) {
    const here = after[before.indexOf(name)];
    if (here !== undefined && fresh.delete(here)) to.set(`${id}.${name}`, `${id}.${here}`);
  }
  if (to.size === 0) return edited;
  const moved = (wire: Wire): Wire => ({ ...wire, to: to.get(wire.to) ?? wire.to });
  return { ...edited, wires: edited.wires.map((wire) => (to.has(wire.to) ? moved(wire) : wire)) };
}

function inputsOf({ nodes, modules }: GraphDocument, id: string): string[] {
  const node: DocumentNode | undefined = nodes.find((one) => one.id === id);
  return (node && kindOf(node, modules)?.inputs.map(({ name }) => name)) ?? [];
}
