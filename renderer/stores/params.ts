import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { moduleName, paramOf, terminalModule } from '../../engine/graph/kinds.ts';
import { levelOf } from './levels.ts';

/**
 * The settings of a node on the canvas, with values in the place of what stands for the settings of the instances around it, out
 * to the level `to`. Where the canvas itself ends, the definition's default is the value if `defaults` says so. The same object
 * where nothing stands for another.
 */
export function settledSettings(
  document: GraphDocument,
  byId: ReadonlyMap<string, DocumentNode>,
  node: DocumentNode,
  to: string,
  defaults: boolean,
): DocumentNode['settings'] {
  if (Object.values(node.settings).every((value) => paramOf(value) === undefined)) return node.settings;
  const settle = (given: unknown): unknown => {
    let value = given;
    let level = levelOf(node.id);
    for (let param = paramOf(value); param !== undefined && level !== to && level !== ''; param = paramOf(value)) {
      const instance = byId.get(level);
      const spec = document.modules[moduleName(instance?.kind ?? '') ?? '']?.params[param];
      value = instance?.settings[param] ?? spec?.default ?? null;
      level = levelOf(level);
    }
    const left = paramOf(value);
    if (left === undefined || level === to || !defaults) return value;
    const own = document.nodes.map(({ kind }) => terminalModule(kind)).find((module) => module !== undefined);
    return document.modules[own ?? '']?.params[left]?.default ?? null;
  };
  return Object.fromEntries(Object.entries(node.settings).map(([name, value]) => [name, settle(value)]));
}

/** By the name of a module's setting: what it is. */
export type Values = Readonly<Record<string, unknown>>;

/** Settings with values in the place of what stands for a setting of the module; the same object where nothing does. */
export function settled(settings: DocumentNode['settings'], values: Values): DocumentNode['settings'] {
  const settle = (value: unknown) => {
    const param = paramOf(value);
    return param !== undefined && Object.hasOwn(values, param) ? values[param] : value;
  };
  const entries = Object.entries(settings).map(([name, value]) => [name, settle(value)] as const);
  return entries.every(([name, value]) => value === settings[name]) ? settings : Object.fromEntries(entries);
}
