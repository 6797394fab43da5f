import { nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import type { PortSpec } from '../nodes/ports.ts';
import { type Setting, withDefaults } from '../nodes/settings.ts';
import type { DocumentNode, GraphDocument, ModuleDefinition, ModulePort } from './document.ts';

/** Instances of the definition `NAME` are of kind `module:NAME`. */
const MODULE = 'module:';

export type Modules = GraphDocument['modules'];

/** The ports of a definition, where it is edited as a graph of its own: never saved. */
const TERMINALS = { inputs: 'inputs:', outputs: 'outputs:' } as const;

export const terminalKind = (side: keyof typeof TERMINALS, module: string): string => TERMINALS[side] + module;

/** Is it the kind of a definition's terminal? */
export const isTerminalKind = (kind: string): boolean =>
  kind.startsWith(TERMINALS.inputs) || kind.startsWith(TERMINALS.outputs);

/** The definition whose terminal a node of this kind is, by name. */
export const terminalModule = (kind: string): string | undefined =>
  isTerminalKind(kind) ? kind.slice(kind.indexOf(':') + 1) : undefined;

export const moduleKind = (name: string): string => MODULE + name;

/** An instance on a canvas whose definition is shown in it: never saved. */
const UNFOLDED = 'unfolded:';

export const unfoldedKind = (name: string): string => UNFOLDED + name;

/** Is it the kind of an instance that shows its definition? */
export const isUnfolded = (kind: string): boolean => kind.startsWith(UNFOLDED);

/** The definition that a node of this kind is an instance of, by name. */
export const moduleName = (kind: string): string | undefined =>
  kind.startsWith(MODULE) || isUnfolded(kind) ? kind.slice(kind.indexOf(':') + 1) : undefined;

/** Records made of definitions, and records with the ports that a node's settings give it. */
const ofDefinition = new WeakMap<ModuleDefinition, NodeKind>();
const ofNode = new WeakMap<DocumentNode, NodeKind>();

/**
 * The record of a node's kind as this node has it: an entry of the catalogue, with the ports that follow from its settings, or
 * what its definition makes it. Undefined for a kind that does not exist.
 */
export function kindOf(node: DocumentNode, modules: Modules): NodeKind | undefined {
  const name = moduleName(node.kind);
  if (name !== undefined) {
    const definition = Object.hasOwn(modules, name) ? modules[name] : undefined;
    if (definition === undefined) return undefined;
    return isUnfolded(node.kind) ? unfoldedRecord(name, definition) : definedKind(name, definition);
  }
  if (isTerminalKind(node.kind)) return terminalRecord(node.kind, modules);
  const record = nodeKinds.get(node.kind);
  if (record?.ports === undefined) return record;
  const known = ofNode.get(node);
  if (known !== undefined) return known;
  const made = { ...record, ...record.ports(withDefaults(record.settings, node.settings)) };
  ofNode.set(node, made);
  return made;
}

/** The kind that a definition is to its instances. */
export function definedKind(name: string, definition: ModuleDefinition): NodeKind {
  const known = ofDefinition.get(definition);
  if (known !== undefined && known.kind === moduleKind(name)) return known;
  const inputs = definition.ports.inputs.map(portOf);
  const outputs = definition.ports.outputs.map(portOf);
  const settings: Record<string, Setting> = {};
  for (const [param, spec] of Object.entries(definition.params)) settings[param] = spec;
  const made: NodeKind = {
    kind: moduleKind(name),
    category: 'blocks',
    help: { en: `An instance of the module ${name}.`, zh: `模块 ${name} 的一个实例。` },
    inputs,
    outputs,
    settings,
    summary: Object.keys(settings).slice(0, 3),
    block: 'module',
    inner: { sources: inputs, targets: outputs },
    lower: (b, given, args, body) => ({ ...b.instance(name, args, given, () => body(given)) }),
  };
  ofDefinition.set(definition, made);
  return made;
}

const unfolded = new WeakMap<NodeKind, NodeKind>();

/** The frame that an unfolded instance is. The inner sides of its terminals are `inputs/x` and `outputs/y`. */
function unfoldedRecord(name: string, definition: ModuleDefinition): NodeKind {
  const folded = definedKind(name, definition);
  const known = unfolded.get(folded);
  if (known !== undefined) return known;
  const named = (ports: readonly PortSpec[], side: keyof typeof TERMINALS) =>
    ports.map((port) => ({ ...port, name: `${side}/${port.name}` }));
  const made: NodeKind = {
    ...folded,
    kind: unfoldedKind(name),
    block: 'frame',
    inner: { sources: named(folded.inputs, 'inputs'), targets: named(folded.outputs, 'outputs') },
  };
  unfolded.set(folded, made);
  return made;
}

const terminals = new WeakMap<ModuleDefinition, Map<string, NodeKind>>();

function terminalRecord(kind: string, modules: Modules): NodeKind | undefined {
  const colon = kind.indexOf(':') + 1;
  const name = kind.slice(colon);
  const definition = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (definition === undefined) return undefined;
  const known = terminals.get(definition) ?? new Map<string, NodeKind>();
  terminals.set(definition, known);
  const inside = kind.startsWith(TERMINALS.inputs);
  const made: NodeKind = known.get(kind) ?? {
    kind,
    category: 'blocks',
    help: inside
      ? { en: 'What enters the module.', zh: '进入模块的值。' }
      : { en: 'What leaves the module.', zh: '离开模块的值。' },
    inputs: inside ? [] : definition.ports.outputs.map(portOf),
    outputs: inside ? definition.ports.inputs.map(portOf) : [],
    settings: {},
    lower: () => ({}),
  };
  known.set(kind, made);
  return made;
}

const portOf = ({ name, type = 'tensor' }: ModulePort): PortSpec => ({ name, type });

/** A setting in a definition that stands for the value of one of its params. */
export function paramOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { param } = value as { readonly param?: unknown };
  return typeof param === 'string' ? param : undefined;
}
