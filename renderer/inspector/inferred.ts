import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import type { Shape } from '../../engine/tensor/shape.ts';

type Shapes = ReadonlyMap<string, Shape>;

/** The shape that flows into a node's first input: over its wire, or from the link before it in a Sequential. */
function inputShape(node: DocumentNode, document: GraphDocument, shapes: Shapes): Shape | undefined {
  const kind = kindOf(node, document.modules);
  const wire = document.wires.find((w) => w.to === `${node.id}.${kind?.inputs[0]?.name}`);
  if (wire) return shapes.get(wire.from);
  const frame = document.nodes.find((n) => n.id === node.parent);
  if (!frame || kindOf(frame, document.modules)?.block !== 'chain') return undefined;
  const links = document.nodes.filter((n) => n.parent === frame.id);
  const before = links[links.indexOf(node) - 1];
  if (!before) return inputShape(frame, document, shapes);
  return shapes.get(`${before.id}.${kindOf(before, document.modules)?.outputs[0]?.name}`);
}

/** What a size left empty is taken to be: the last axis of what is wired. */
export function inferredSetting(
  setting: Setting,
  node: DocumentNode,
  document: GraphDocument,
  shapes: Shapes,
): number | undefined {
  if (setting.type !== 'int' || setting.default !== null) return undefined;
  return inputShape(node, document, shapes)?.at(-1);
}
