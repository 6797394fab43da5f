import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { setSetting } from './edits.ts';

/**
 * Gives a function another source. Its inputs are named by the parameters of `forward`: a wire stays with the name it led to,
 * else with the place; what leads to an input that is gone, goes.
 */
export function setSource(document: GraphDocument, id: string, setting: string, source: string): GraphDocument {
  const edited = setSetting(document, id, setting, source);
  if (edited === document) return document;
  const before = inputsOf(document, id);
  const after = inputsOf(edited, id);
  const left = before.filter((name) => !after.includes(name));
  const fresh = new Set(after.filter((name) => !before.includes(name)));
  const to = new Map<string, string | undefined>(left.map((name) => [`${id}.${name}`, undefined]));
  for (const name of left) {
    const here = after[before.indexOf(name)];
    if (here !== undefined && fresh.delete(here)) to.set(`${id}.${name}`, `${id}.${here}`);
  }
  if (left.length === 0) return edited;
  const wires = edited.wires.flatMap((wire) => {
    if (!to.has(wire.to)) return [wire];
    const moved = to.get(wire.to);
    return moved === undefined ? [] : [{ ...wire, to: moved }];
  });
  return { ...edited, wires };
}

function inputsOf({ nodes, modules }: GraphDocument, id: string): string[] {
  const node: DocumentNode | undefined = nodes.find((one) => one.id === id);
  return (node && kindOf(node, modules)?.inputs.map(({ name }) => name)) ?? [];
}
