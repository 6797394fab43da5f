import fc from 'fast-check';
import type { GraphDocument, GraphView } from '../../engine/graph/document.ts';

type Graph = Pick<GraphDocument, 'nodes'>;

/** The document with other names: of its nodes, its definitions and its own, each of which has a note. */
export function renamed(document: GraphDocument, names: readonly string[]): GraphDocument {
  let next = 0;
  const name = () => `${names[next % names.length]} ${next++}`;
  const called = new Map(Object.keys(document.modules).map((module) => [module, name().replace(/\W+/g, '_')]));
  const view = (graph: Graph, before?: GraphView): GraphView => ({
    nodes: Object.fromEntries(graph.nodes.map(({ id }) => [id, { x: 0, y: 0, ...before?.nodes[id], label: name() }])),
    notes: graph.nodes.map(({ id }, i) => ({
      id: `note${i}`,
      node: id,
      x: 0,
      y: 0,
      text: { en: `${name()}. `.repeat(3) },
    })),
  });
  const kindsOf = ({ nodes }: Graph) =>
    nodes.map((node) => ({
      ...node,
      kind: node.kind.replace(/(?<=^module:).*/, (module) => called.get(module) ?? module),
    }));
  const modules = Object.entries(document.modules);
  return {
    ...document,
    name: name(),
    modules: Object.fromEntries(
      modules.map(([module, graph]) => [called.get(module) ?? module, { ...graph, nodes: kindsOf(graph) }]),
    ),
    nodes: kindsOf(document),
    view: {
      ...view(document, document.view),
      modules: Object.fromEntries(modules.map(([module, graph]) => [called.get(module) ?? module, view(graph)])),
    },
  };
}

const WORDS = [
  'hidden',
  'of',
  'the',
  'second',
  'layer',
  'x',
  'whichNormalisesActivations',
  'attention',
  '隐藏层',
  'слой',
  'ReLU',
];

/** Names of some words, in which letters of other scripts stand as well. */
export const longNames: fc.Arbitrary<readonly string[]> = fc.array(
  fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 10 }).map((words) => words.join(' ')),
  { minLength: 3, maxLength: 12 },
);
