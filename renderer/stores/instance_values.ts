import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { moduleKind, paramOf } from '../../engine/graph/kinds.ts';
import { moduleOf, type Tab } from './documents.ts';
import { definitionOf } from './scope.ts';

/** By the name of a module's setting: what it is. */
export type Values = Readonly<Record<string, unknown>>;

const none: Values = {};

/** What the settings of an open definition are in the instance that it was opened from; opened from none, their defaults. */
export function valuesOf(tab: Pick<Tab, 'document' | 'scope'>): Values {
  let values = none;
  let graph: Pick<GraphDocument, 'nodes'> | undefined = tab.document;
  for (const { module, instance } of moduleOf(tab) === null ? [] : tab.scope) {
    const id = instance?.split('/').at(-1);
    const node = graph?.nodes.find((one) => one.id === id && one.kind === moduleKind(module));
    graph = definitionOf(tab.document, module);
    const given: Values = node === undefined ? none : settled(node.settings, values);
    values = Object.fromEntries(
      Object.entries(definitionOf(tab.document, module)?.params ?? {}).map(([name, spec]) => [
        name,
        given[name] ?? spec.default,
      ]),
    );
  }
  return values;
}

/** Settings with values in the place of what stands for a setting of the module; the same object where nothing does. */
export function settled(settings: DocumentNode['settings'], values: Values): DocumentNode['settings'] {
  const settle = (value: unknown) => {
    const param = paramOf(value);
    return param !== undefined && Object.hasOwn(values, param) ? values[param] : value;
  };
  const entries = Object.entries(settings).map(([name, value]) => [name, settle(value)] as const);
  return entries.every(([name, value]) => value === settings[name]) ? settings : Object.fromEntries(entries);
}
