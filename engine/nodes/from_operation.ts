import type { OpRecord } from '../ops/op.ts';
import type { Value } from './builder.ts';
import { defineNode, type NodeKind } from './node.ts';
import type { PortType } from './ports.ts';

const portTypes = { f32: 'tensor', f64: 'tensor', i32: 'labels', bool: 'mask' } as const satisfies Record<
  string,
  PortType
>;

/** An operation's kind is one object, whoever asks for it. */
const kinds = new WeakMap<OpRecord, NodeKind>();

/** The node kind that an operation's record describes: all inputs → `output`. @throws Error where it has no place on the canvas */
export function kindFromOperation(op: OpRecord): NodeKind {
  const kind = kinds.get(op) ?? described(op);
  kinds.set(op, kind);
  return kind;
}

function described(op: OpRecord): NodeKind {
  const node = op.node;
  if (node === undefined) throw new Error(`${op.name} is no node of its own: it exists only inside modules`);
  const settings = node.settings ?? {};
  const dtypes = node.inputs.map((port) => (port.type === 'labels' ? 'i32' : port.type === 'mask' ? 'bool' : 'f32'));
  const dtype = op.dtype?.(dtypes, {})[0] ?? 'f32';
  return defineNode({
    kind: node.kind,
    category: node.category ?? 'tensor',
    help: node.help,
    inputs: node.inputs,
    outputs: [{ name: 'output', type: portTypes[dtype] }],
    settings,
    summary: Object.keys(settings).slice(0, 2),
    lower(b, inputs, given) {
      const operands = node.inputs.map((port) => inputs[port.name]).filter((v): v is Value => v !== undefined);
      return { output: b.op(op.name, operands, node.attributes?.(given) ?? given) };
    },
  });
}

/** One kind per operation that has a `node`, in the order of the table. */
export const kindsFromOperations = (operations: ReadonlyMap<string, OpRecord>): NodeKind[] =>
  [...operations.values()].filter((op) => op.node !== undefined).map(kindFromOperation);
