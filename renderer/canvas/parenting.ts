import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { rounded } from '../stores/edits.ts';
import type { Place } from './chain.ts';

/** Edits that put layers into a Sequential, take them out and change their order. Pure, like `stores/edits.ts`. */

/** May a node of this kind be a link of a chain: one tensor in, one out? */
export const fitsChain = (kind: NodeKind | undefined): boolean =>
  kind !== undefined &&
  kind.block === undefined &&
  kind.inputs.length === 1 &&
  kind.outputs.length === 1 &&
  kind.inputs[0]?.type === 'tensor' &&
  kind.outputs[0]?.type === 'tensor';

/** Puts `id` into `frame` as link `index`; wires it had outside go, since the chain now connects it. */
export function adopt(document: GraphDocument, id: string, frame: string, index: number): GraphDocument {
  const node = document.nodes.find((n) => n.id === id);
  if (!node) return document;
  const rest = document.nodes.filter((n) => n.id !== id);
  const links = rest.filter((n) => n.parent === frame);
  const adopted: DocumentNode = { ...node, parent: frame };
  const unchanged = node.parent === frame && document.nodes.filter((n) => n.parent === frame).indexOf(node) === index;
  if (unchanged) return document;
  const next = links[index];
  const last = links.at(-1);
  const at = next ? rest.indexOf(next) : last ? rest.indexOf(last) + 1 : rest.findIndex((n) => n.id === frame) + 1;
  return {
    ...document,
    nodes: rest.toSpliced(at, 0, adopted),
    wires: document.wires.filter((wire) => splitPort(wire.from).node !== id && splitPort(wire.to).node !== id),
  };
}

/** Takes `id` out of its frame and puts it at `place` on the canvas. */
export function release(document: GraphDocument, id: string, place: Place): GraphDocument {
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      if (node.id !== id) return node;
      const { parent: _, ...rest } = node;
      return rest;
    }),
    view: {
      ...document.view,
      nodes: {
        ...document.view.nodes,
        [id]: { ...document.view.nodes[id], ...rounded(place) },
      },
    },
  };
}
