import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument, splitPort } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { runs } from './runs.ts';

const kindNames = [...nodeKinds.keys(), 'Nope'];
const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
const portNames = ['input', 'output', 'other', 'target', 'loss', 'x', 'labels', 'gone'];
const address = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...portNames)).map(([id, port]) => `${id}.${port}`);

/** Any document that the schema allows, however senseless. */
const documents: fc.Arbitrary<GraphDocument> = fc
  .record({
    nodes: fc.uniqueArray(
      fc.record(
        {
          id: fc.constantFrom(...ids),
          kind: fc.constantFrom(...kindNames),
          settings: fc.dictionary(
            fc.constantFrom('shape', 'outFeatures', 'p', 'lr', 'zzz'),
            fc.jsonValue({ maxDepth: 1 }),
            { noNullPrototype: true },
          ),
          parent: fc.constantFrom(...ids),
        },
        { requiredKeys: ['id', 'kind', 'settings'], noNullPrototype: true },
      ),
      { maxLength: 12, selector: (n) => n.id },
    ),
    wires: fc.array(fc.record({ from: address, to: address }, { noNullPrototype: true }), { maxLength: 20 }),
    batchSize: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  })
  .map(({ nodes, wires, batchSize }) => ({
    ...emptyDocument('any'),
    nodes,
    wires,
    run: { mode: 'dynamic', seed: 0, steps: 1, ...(batchSize !== undefined && { batchSize }) },
    view: { nodes: Object.fromEntries(nodes.map(({ id }, i) => [id, { x: i * 10, y: -i }])) },
  }));

it('any document survives being written and read, and is written the same again', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const text = formatDocument(document);
      const { document: read } = parseDocument(text);
      expect(read).toEqual(JSON.parse(JSON.stringify(document)));
      expect(read && formatDocument(read)).toBe(text);
    }),
    runs(100, 5000),
  );
});

it('the check never throws, and every diagnostic has a remedy and a place that exists', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const known = new Set(document.nodes.map((n) => n.id));
      const written = JSON.stringify(document);
      const { diagnostics, shapes, order } = checkDocument(document);
      for (const { node, message, hint } of diagnostics) {
        // A hole of the message that nobody filled; values of the document may look like one.
        for (const [hole] of message.matchAll(/\{\w+\}/g)) expect(written).toContain(hole);
        expect(hint).not.toBe('');
        if (node !== undefined) expect(known).toContain(node);
      }
      for (const port of shapes.keys()) expect(known).toContain(splitPort(port).node);
      expect(new Set(order).size).toBe(order.length);
    }),
    runs(100, 5000),
  );
});

it('the reader never throws on text', () => {
  const cut = documents.chain((d) => {
    const text = formatDocument(d);
    return fc
      .tuple(fc.nat(text.length), fc.string({ maxLength: 3 }))
      .map(([at, junk]) => text.slice(0, at) + junk + text.slice(at + 1));
  });
  fc.assert(
    fc.property(fc.oneof(cut, fc.string(), fc.json()), (text) => {
      const parsed = parseDocument(text);
      expect((parsed.document === undefined) !== (parsed.diagnostics === undefined)).toBe(true);
    }),
    runs(100, 5000),
  );
});
