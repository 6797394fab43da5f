import { useMemo } from 'react';
import type { DocumentNode, GraphDocument, GraphView } from '../../engine/graph/document.ts';
import { moduleName } from '../../engine/graph/kinds.ts';
import { moduleOf, useActiveTab, useDocuments } from './documents.ts';
import { useRun } from './run.ts';
import { scoped } from './scope.ts';

/** How addresses, and the ports and parameters of what stands there, are said to the user: every node as its card is called. */
export interface Names {
  /** The blocks around, outermost first, and what they hold: `model`, `Layer one.weight`; `middle#2`, `Layer one`. */
  parts(address: string): readonly string[];
  /** `model/Layer one.weight`; of a wire both ends, `a.output→b.input`. */
  whole(address: string): string;
  /** Without what is around it: `Layer one.weight`. */
  own(address: string): string;
  /** `Layer one`, with the numbers of the iterations around it, outermost first: `middle_linear #2`, `scale #2.1`. */
  use(address: string): string;
}

/** The nodes of a document or of a definition. */
interface Level {
  readonly names: ReadonlyMap<string, string>;
  /** By instance. */
  readonly modules: ReadonlyMap<string, string>;
}

/**
 * The names in a document. Of several versions of it the last says what a node is called: that of a run what has gone since, and
 * that which is edited what was renamed. Each level is read once, when somebody asks.
 */
export function namesIn(...documents: readonly GraphDocument[]): Names {
  const levels = new Map<string | null, Level>();
  const levelOf = (module: string | null): Level => {
    const known = levels.get(module);
    if (known !== undefined) return known;
    const made = readLevel(documents.map((document) => graphIn(document, module)));
    levels.set(module, made);
    return made;
  };
  const parts = (address: string): string[] => {
    let level = levelOf(null);
    return address.split('/').map((part) => {
      // An id holds neither dots nor numbers of iterations: what follows it is said as it is.
      const id = /^[\w-]*/.exec(part)?.[0] ?? '';
      const name = level.names.get(id) ?? id;
      // What lies in another block has its place in the same level.
      const module = level.modules.get(id);
      if (module !== undefined) level = levelOf(module);
      return name + part.slice(id.length);
    });
  };
  const own = (address: string): string => parts(address).at(-1) ?? '';
  const uses = new Map<string, string>();
  const use = (address: string): string => {
    const numbers = [...address.matchAll(/#(\d+)/g)].map(([, number]) => number);
    const name = own(address.replace(/#\d+/g, ''));
    return numbers.length === 0 ? name : `${name} #${numbers.join('.')}`;
  };
  return {
    parts,
    whole: (address) =>
      address
        .split('→')
        .map((end) => parts(end).join('/'))
        .join('→'),
    own,
    // The tape asks in every frame that it is drawn in.
    use: (address) => {
      const known = uses.get(address) ?? use(address);
      uses.set(address, known);
      return known;
    },
  };
}

interface Graph {
  readonly nodes: readonly DocumentNode[];
  readonly view: GraphView['nodes'];
}

const graphIn = ({ nodes, modules, view }: GraphDocument, module: string | null): Graph =>
  module === null
    ? { nodes, view: view.nodes }
    : { nodes: modules[module]?.nodes ?? [], view: view.modules?.[module]?.nodes ?? {} };

function readLevel(versions: readonly Graph[]): Level {
  const labels = new Map<string, string>();
  const modules = new Map<string, string>();
  for (const { nodes, view } of versions)
    for (const { id, kind } of nodes) {
      labels.set(id, view[id]?.label ?? id);
      const module = moduleName(kind);
      if (module !== undefined && !modules.has(id)) modules.set(id, module);
    }
  const shared = new Map<string, number>();
  for (const label of labels.values()) shared.set(label, (shared.get(label) ?? 0) + 1);
  // Where several are called the same, the id tells which is meant.
  const named = [...labels].map(([id, label]): [string, string] => [
    id,
    label === id || shared.get(label) === 1 ? label : `${label} (${id})`,
  ]);
  return { names: new Map(named), modules };
}

// By the array of nodes, which survives moves and renaming, and by what is trained.
const known = new WeakMap<object, WeakMap<object, { readonly document: GraphDocument; readonly names: Names }>>();

/** The names in a document and in what its run trains: the same object until one of them changes. */
export function namesOf(document: GraphDocument, trained: GraphDocument | null): Names {
  const { nodes } = document;
  const ofRuns = known.get(nodes) ?? new WeakMap();
  const before = ofRuns.get(trained ?? nodes);
  if (before?.document === document) return before.names;
  const isSame = before !== undefined && sameNames(before.document, document);
  const names = isSame ? before.names : trained === null ? namesIn(document) : namesIn(trained, document);
  known.set(nodes, ofRuns.set(trained ?? nodes, { document, names }));
  return names;
}

/** Are the nodes of two versions called the same? They have one array of nodes. */
const sameNames = (a: GraphDocument, b: GraphDocument): boolean =>
  a.modules === b.modules &&
  a.view.modules === b.view.modules &&
  (a.view.nodes === b.view.nodes || a.nodes.every(({ id }) => a.view.nodes[id]?.label === b.view.nodes[id]?.label));

const nothing = namesIn();

/** What is on the canvas, whose nodes are named without what stands around it. */
export function useNamesHere(): Names {
  const tab = useActiveTab();
  return useMemo(() => (tab === undefined ? nothing : namesIn(scoped(tab.document, moduleOf(tab)))), [tab]);
}

/** What the nodes of a tab are called, and those of its run that are no longer there. A move changes nothing of it. */
export function useNames(tab: string): Names {
  const trained = useRun(({ runs }) => runs[tab]?.trained ?? null);
  return useDocuments(({ tabs }) => {
    const document = tabs.find(({ id }) => id === tab)?.document;
    return document === undefined ? nothing : namesOf(document, trained);
  });
}
