import type { GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';

/** Does something lead into every input of a node? The links of a chain are fed by their order. */
export function isWired({ nodes, wires, modules }: GraphDocument, id: string): boolean {
  const node = nodes.find((one) => one.id === id);
  const parent = nodes.find((one) => one.id === node?.parent);
  if (parent !== undefined && kindOf(parent, modules)?.block === 'chain') return true;
  const inputs = (node && kindOf(node, modules)?.inputs) ?? [];
  return inputs.every(({ name }) => wires.some(({ to }) => to === `${id}.${name}`));
}
