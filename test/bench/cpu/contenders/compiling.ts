import { checkDocument } from '../../../../engine/graph/check.ts';
import { lowerDocument } from '../../../../engine/program/lower.ts';
import { perceptron } from '../../workloads.ts';
import { repeating, serve } from './serve.ts';

/** A contender: checks and lowers a document of so many nodes, or one more. */
await serve((name) => {
  // Data, target, loss and optimizer; the rest are layers, with ReLU between them.
  const layers = Math.ceil((Number(name) - 3) / 2);
  const document = perceptron('chain', 8, new Array(layers + 1).fill(8));
  return repeating(() => {
    const { program, diagnostics } = lowerDocument(document, undefined, checkDocument(document));
    if (program === undefined) throw new Error(JSON.stringify(diagnostics));
  });
});
