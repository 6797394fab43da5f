import type {
  Graph,
  GraphDocument,
  ModuleDefinition,
  ModuleParam,
  ModulePort,
  Wire,
} from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { moduleKind, paramOf } from '../../engine/graph/kinds.ts';
import { NAME } from '../../engine/graph/schema.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { type Setting, type SettingValue, withDefaults } from '../../engine/nodes/settings.ts';
import { followPorts } from './followed_breakpoints.ts';
import type { Healed } from './reparent.ts';
import { definitionOf } from './scope.ts';

/** Edits of definitions themselves: their name, their ports, their settings. Of the whole document. Pure, like `edits.ts`. */

/** May a port, a setting or a module be called so? */
export const isName = (text: string): boolean => NAME.test(text);

function change(
  document: GraphDocument,
  module: string,
  edit: (definition: ModuleDefinition) => ModuleDefinition,
): GraphDocument {
  const definition = definitionOf(document, module);
  if (definition === undefined) return document;
  const edited = edit(definition);
  return edited === definition ? document : { ...document, modules: { ...document.modules, [module]: edited } };
}

/** Changes every graph: that of the document, and those of its definitions. */
function everywhere(document: GraphDocument, edit: <G extends Graph>(graph: G) => G): GraphDocument {
  const modules = Object.fromEntries(Object.entries(document.modules).map(([name, one]) => [name, edit(one)]));
  return { ...edit(document), modules };
}

/** Gives a definition another name; its instances follow. The same document where the name cannot be had. */
export function renameModule(document: GraphDocument, from: string, to: string): GraphDocument {
  if (!isName(to) || from === to || Object.hasOwn(document.modules, to)) return document;
  const renamed = everywhere(document, (graph) => ({
    ...graph,
    nodes: graph.nodes.map((node) => (node.kind === moduleKind(from) ? { ...node, kind: moduleKind(to) } : node)),
  }));
  const rekey = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name === from ? to : name, value]));
  const { modules: looks } = document.view;
  return {
    ...renamed,
    modules: rekey(renamed.modules),
    view: looks === undefined ? document.view : { ...document.view, modules: rekey(looks) },
  };
}

type Side = 'inputs' | 'outputs';

/** Adds a port under a name that is free: `input1`, `output2`. */
export const addPort = (document: GraphDocument, module: string, side: Side): GraphDocument =>
  change(document, module, (definition) => {
    const taken = new Set(definition.ports[side].map((port) => port.name));
    let n = 1;
    while (taken.has(`${side.slice(0, -1)}${n}`)) n++;
    return withPorts(definition, side, [...definition.ports[side], { name: `${side.slice(0, -1)}${n}` }]);
  });

/** Takes a port away, with the wires to it, inside and at the instances, and with the losses that it gave. */
export function removePort(document: GraphDocument, module: string, side: Side, name: string): Healed {
  const cut: Wire[] = [];
  const keeps = (isGone: (wire: Wire) => boolean) => (wire: Wire) => {
    if (isGone(wire)) cut.push(wire);
    return !isGone(wire);
  };
  const without = change(document, module, (definition) => ({
    ...withPorts(
      definition,
      side,
      definition.ports[side].filter((port) => port.name !== name),
    ),
    wires: definition.wires.filter(keeps((wire) => wire[side === 'inputs' ? 'from' : 'to'] === `${side}.${name}`)),
  }));
  if (without === document) return { document, cut };
  const rest = everywhere(without, (graph) => {
    const isGone = isPortOf(instancesIn(graph, module), name);
    return { ...graph, wires: graph.wires.filter(keeps((wire) => isGone(side === 'inputs' ? wire.to : wire.from))) };
  });
  const { losses, ...run } = rest.run;
  if (side === 'inputs' || losses === undefined) return { document: rest, cut };
  const isGone = isPortOf(instancesIn(document, module), name);
  const kept = losses.filter((loss) => !isGone(loss));
  return { document: { ...rest, run: kept.length === 0 ? run : { ...run, losses: kept } }, cut };
}

const isPortOf =
  (instances: ReadonlySet<string>, name: string) =>
  (address: string): boolean =>
    instances.has(splitPort(address).node) && splitPort(address).port === name;

/** Gives a port another name; wires follow, inside and at the instances, and so do losses and breakpoints. */
export function renamePort(
  document: GraphDocument,
  module: string,
  side: Side,
  from: string,
  to: string,
): GraphDocument {
  const taken = definitionOf(document, module)?.ports[side].some((port) => port.name === to);
  if (!isName(to) || from === to || taken !== false) return document;
  const end = side === 'inputs' ? 'from' : 'to';
  const renamed = change(document, module, (definition) => ({
    ...withPorts(
      definition,
      side,
      definition.ports[side].map((port) => (port.name === from ? { ...port, name: to } : port)),
    ),
    wires: definition.wires.map((wire) =>
      wire[end] === `${side}.${from}` ? { ...wire, [end]: `${side}.${to}` } : wire,
    ),
  }));
  const outer = side === 'inputs' ? 'to' : 'from';
  const follow = (graph: Graph) => {
    const isRenamed = isPortOf(instancesIn(graph, module), from);
    return (address: string) => (isRenamed(address) ? `${splitPort(address).node}.${to}` : address);
  };
  const rewired = everywhere(renamed, (graph) => {
    const now = follow(graph);
    return { ...graph, wires: graph.wires.map((wire) => ({ ...wire, [outer]: now(wire[outer]) })) };
  });
  const { losses } = document.run;
  const followed = followPorts(document, rewired);
  if (side === 'inputs' || losses === undefined) return followed;
  return { ...followed, run: { ...followed.run, losses: losses.map(follow(document)) } };
}

const withPorts = (definition: ModuleDefinition, side: Side, ports: readonly ModulePort[]): ModuleDefinition => ({
  ...definition,
  ports: { ...definition.ports, [side]: ports },
});

const instancesIn = ({ nodes }: Graph, module: string): Set<string> =>
  new Set(nodes.filter((node) => node.kind === moduleKind(module)).map((node) => node.id));

/** The kinds of settings that a module can have. */
export const canBeParam = (setting: Setting): setting is Setting & { type: ModuleParam['type'] } =>
  setting.type === 'int' || setting.type === 'float' || setting.type === 'bool';

/** Makes a setting of a node in the body one of the module's own, with the value that it has now. */
export function bindSetting(
  document: GraphDocument,
  module: string,
  id: string,
  name: string,
  setting: Setting,
  value: number | boolean,
): GraphDocument {
  return change(document, module, (definition) => {
    let param = name;
    for (let n = 2; Object.hasOwn(definition.params, param); n++) param = `${name}${n}`;
    const spec = paramFor(setting, value);
    if (spec === undefined) return definition;
    return {
      ...setIn(definition, id, name, { param }),
      params: { ...definition.params, [param]: spec },
    };
  });
}

/** Does a setting say how many ports its node has, or which? Those are the same in every instance. */
export function decidesPorts({ ports, settings }: NodeKind, name: string): boolean {
  const told = (value: SettingValue) => JSON.stringify(ports?.({ ...withDefaults(settings, {}), [name]: value }));
  return told(1) !== told(2);
}

function paramFor(setting: Setting, value: number | boolean): ModuleParam | undefined {
  if (setting.type === 'bool') return { type: 'bool', default: value === true };
  if (setting.type !== 'int' && setting.type !== 'float') return undefined;
  const { min, max } = setting;
  return {
    type: setting.type,
    default: Number(value),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

/** Gives a setting in the body a value of its own again. */
export const unbindSetting = (document: GraphDocument, module: string, id: string, name: string): GraphDocument =>
  change(document, module, (definition) => {
    const node = definition.nodes.find((one) => one.id === id);
    const param = node && paramOf(node.settings[name]);
    return param === undefined ? definition : setIn(definition, id, name, definition.params[param]?.default ?? null);
  });

const setIn = (definition: ModuleDefinition, id: string, name: string, value: unknown): ModuleDefinition => ({
  ...definition,
  nodes: definition.nodes.map((node) =>
    node.id === id ? { ...node, settings: { ...node.settings, [name]: value } } : node,
  ),
});

/** What a setting of the module is where an instance says nothing. */
export const setParamDefault = (
  document: GraphDocument,
  module: string,
  param: string,
  value: number | boolean,
): GraphDocument =>
  change(document, module, (definition) => {
    const spec = definition.params[param];
    if (spec === undefined || spec.default === value) return definition;
    const next = spec.type === 'bool' ? { ...spec, default: value === true } : { ...spec, default: Number(value) };
    return { ...definition, params: { ...definition.params, [param]: next } };
  });

/** Gives a setting of the module another name; bodies and instances follow. */
export function renameParam(document: GraphDocument, module: string, from: string, to: string): GraphDocument {
  const definition = definitionOf(document, module);
  if (definition === undefined || !isName(to) || from === to || Object.hasOwn(definition.params, to)) return document;
  const rekey = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name === from ? to : name, value]));
  const renamed = change(document, module, (one) => ({
    ...one,
    params: rekey(one.params) as ModuleDefinition['params'],
    nodes: one.nodes.map((node) => ({
      ...node,
      settings: Object.fromEntries(
        Object.entries(node.settings).map(([name, value]) => [name, paramOf(value) === from ? { param: to } : value]),
      ),
    })),
  }));
  return everywhere(renamed, (graph) => ({
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.kind === moduleKind(module) && Object.hasOwn(node.settings, from)
        ? { ...node, settings: rekey(node.settings) }
        : node,
    ),
  }));
}

/** Takes a setting away from the module; what it stood for keeps its default. */
export function removeParam(document: GraphDocument, module: string, param: string): GraphDocument {
  const without = change(document, module, (definition) => {
    const { [param]: spec, ...params } = definition.params;
    const nodes = definition.nodes.map((node) => ({
      ...node,
      settings: Object.fromEntries(
        Object.entries(node.settings).map(([name, value]) => [name, paramOf(value) === param ? spec?.default : value]),
      ),
    }));
    return { ...definition, params, nodes };
  });
  return everywhere(without, (graph) => ({
    ...graph,
    nodes: graph.nodes.map((node) => {
      if (node.kind !== moduleKind(module) || !Object.hasOwn(node.settings, param)) return node;
      const { [param]: _, ...settings } = node.settings;
      return { ...node, settings };
    }),
  }));
}
