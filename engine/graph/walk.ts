import type { Builder, Value } from '../nodes/builder.ts';
import type { NodeKind } from '../nodes/node.ts';
import { type Settings, withDefaults } from '../nodes/settings.ts';
import { splitPort } from './document.ts';
import type { Structure } from './structure.ts';

/** A node at the moment it is lowered. */
export interface Visit {
  readonly id: string;
  /** The path through the blocks that hold it: `model/linear1`. */
  readonly address: string;
  readonly kind: NodeKind;
  readonly settings: Settings;
}

/** A reading of a document: a builder per node, and what becomes of the values. */
export interface Reading {
  builder(visit: Visit): Builder;
  output(id: string, port: string, value: Value): void;
  /** Lowering threw: the node has no outputs and what hangs on it is passed over. */
  failed(visit: Visit, inputs: Readonly<Record<string, Value>>, error: unknown): void;
}

/** Lowers every node in program order: topological, ties by array order; the body of a chain at the block's place. */
export function walk(structure: Structure, reading: Reading): void {
  const values = new Map<string, Value>();
  const lower = (id: string, prefix: string, inputs: Readonly<Record<string, Value>>): Record<string, Value> => {
    const entry = structure.nodes.get(id);
    if (entry === undefined) return {};
    const { node, kind } = entry;
    const visit: Visit = { id, address: prefix + id, kind, settings: withDefaults(kind.settings, node.settings) };
    let outputs: Record<string, Value>;
    try {
      const body =
        kind.block === undefined ? inputs : chain(structure.children.get(id) ?? [], `${prefix}${id}/`, inputs);
      outputs = body === undefined ? {} : kind.lower(reading.builder(visit), body, visit.settings);
    } catch (error) {
      reading.failed(visit, inputs, error);
      return {};
    }
    for (const [port, value] of Object.entries(outputs)) reading.output(id, port, value);
    return outputs;
  };
  /** What the block's own lowering receives: its input after the chain; undefined when the chain broke. */
  const chain = (ids: readonly string[], prefix: string, inputs: Readonly<Record<string, Value>>) => {
    const port = Object.keys(inputs)[0];
    let value = port === undefined ? undefined : inputs[port];
    for (const id of ids) {
      const kind = structure.nodes.get(id)?.kind;
      const [input, output] = [kind?.inputs[0]?.name, kind?.outputs[0]?.name];
      if (value === undefined || input === undefined || output === undefined) return undefined;
      value = lower(id, prefix, { [input]: value })[output];
    }
    return port === undefined || value === undefined ? undefined : { [port]: value };
  };
  for (const id of structure.order) {
    const kind = structure.nodes.get(id)?.kind;
    if (kind === undefined) continue;
    const inputs: Record<string, Value> = {};
    for (const { name, optional } of kind.inputs) {
      const wire = structure.incoming.get(`${id}.${name}`);
      const value = wire && values.get(wire.from);
      if (value !== undefined) inputs[name] = value;
      else if (optional !== true) inputs[name] = MISSING;
    }
    if (Object.values(inputs).includes(MISSING)) continue;
    for (const [port, value] of Object.entries(lower(id, '', inputs))) values.set(`${id}.${port}`, value);
  }
}

const MISSING: Value = { shape: [], dtype: 'f32' };

/** Nodes in the order in which their parameters and data are drawn: array order, a block's body at the block's place. */
export function drawOrder(structure: Structure): string[] {
  const order: string[] = [];
  const visit = (id: string): void => {
    order.push(id);
    for (const child of structure.children.get(id) ?? []) visit(child);
  };
  for (const { id, parent } of structure.document.nodes) if (parent === undefined) visit(id);
  return order;
}

/** Nodes outside of blocks from which a wire leads, directly or not, into `id`; `id` itself is among them. */
export function upstream(structure: Structure, id: string): Set<string> {
  const found = new Set([id]);
  // A set's iterator also visits what is added on the way.
  for (const at of found)
    for (const port of structure.nodes.get(at)?.kind.inputs ?? []) {
      const wire = structure.incoming.get(`${at}.${port.name}`);
      if (wire !== undefined) found.add(splitPort(wire.from).node);
    }
  return found;
}
