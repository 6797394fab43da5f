import type { GraphDocument } from '../../engine/graph/document.ts';
import { moduleKind } from '../../engine/graph/kinds.ts';
import { moduleOf, type Tab } from './documents.ts';
import { settled, type Values } from './params.ts';
import { definitionOf } from './scope.ts';

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
