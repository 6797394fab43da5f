import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../electron/launch/places.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';

/** dynamic-net, narrow, with its middle layer run `times` times: eleven entries of the tape for each. */
export function longLoop(times: number): string {
  const document: GraphDocument = JSON.parse(readFileSync(join(ROOT, 'examples', 'dynamic-net.gradloom.json'), 'utf8'));
  const nodes = document.nodes.map((node) => {
    if (node.id === 'middle') return { ...node, settings: { count: 'fixed', times } };
    if (node.kind === 'RandomTensor') return { ...node, settings: { shape: [4, 16] } };
    return node.kind === 'Linear' ? { ...node, settings: { inFeatures: 16, outFeatures: 16 } } : node;
  });
  return JSON.stringify({ ...document, nodes });
}
