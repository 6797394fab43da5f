import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import type { PortSpec } from '../../engine/nodes/ports.ts';
import { settingProblem } from '../../engine/nodes/settings.ts';
import { freeId, rename } from './edits.ts';
import { nameOf } from './levels.ts';

const told = (ports: readonly PortSpec[]): string => ports.map(({ name, type }) => `${name}:${type}`).join();

/** The kinds that can take the place of `kind`, itself among them: of its category, with its ports. Blocks stand for themselves. */
export function alternatives(kind: NodeKind): readonly string[] {
  if (kind.block) return [kind.kind];
  return [...nodeKinds.values()]
    .filter(
      (other) =>
        !other.block &&
        other.category === kind.category &&
        told(other.inputs) === told(kind.inputs) &&
        told(other.outputs) === told(kind.outputs),
    )
    .map((other) => other.kind)
    .sort();
}

/**
 * Makes a node one of another kind. Its id and thus its wires stay, and the settings that both kinds have; a card that had the
 * name it was born with is named after the new kind.
 */
export function switchKind(document: GraphDocument, id: string, kind: string): GraphDocument {
  const node = document.nodes.find((one) => one.id === id);
  const next = nodeKinds.get(kind);
  if (node === undefined || next === undefined || node.kind === kind) return document;
  const settings = Object.fromEntries(
    Object.entries(node.settings).filter(([name, value]) => {
      const setting = next.settings[name];
      return setting !== undefined && settingProblem(setting, value) === undefined;
    }),
  );
  const switched: DocumentNode = { ...node, kind, settings };
  const made = { ...document, nodes: document.nodes.map((one) => (one === node ? switched : one)) };
  const label = document.view.nodes[id]?.label ?? nameOf(id);
  return bornAs(label, node.kind) ? rename(made, id, freshName(made, id, label, kind)) : made;
}

/** `sgd1` or `sgd`: the name that a node has until its user gives it another. */
export const bornAs = (label: string, kind: string): boolean => label.replace(/\d+$/, '') === kind.toLowerCase();

/** A name like `label` that no other card has, as an id or as a label. */
function freshName(document: GraphDocument, own: string, label: string, kind: string): string {
  const others = document.nodes.filter(({ id }) => id !== own);
  const taken = new Set(others.flatMap(({ id }) => [id, document.view.nodes[id]?.label ?? id]));
  const bare = kind.toLowerCase();
  return /\d$/.test(label) || taken.has(bare) ? freeId(taken, kind) : bare;
}
