import type { GraphDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';

export interface Example {
  readonly name: string;
  readonly text: string;
  readonly document: GraphDocument;
}

const files = import.meta.glob<string>('../../examples/*.gradloom.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** From simple to large; others follow by name. */
const order = [
  'xor',
  'spiral',
  'tensors-by-hand',
  'autograd',
  'custom-function',
  'static-graph',
  'nn-sequential',
  'optim-adam',
  'custom-module',
  'dynamic-net',
  'mnist-mlp',
];
const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);

/** The documents that ship with the app. */
export const examples: readonly Example[] = Object.entries(files)
  .flatMap(([path, text]): Example[] => {
    const name = (path.split('/').at(-1) ?? path).replace('.gradloom.json', '');
    const { document } = parseDocument(text);
    return document === undefined ? [] : [{ name, text, document }];
  })
  .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
