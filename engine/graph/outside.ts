import { nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import type { DocumentNode } from './document.ts';
import { type Modules, moduleName } from './kinds.ts';

/** Losses and whatever changes parameters are no part of a block: a pass has them once. */
export const standsOutside = (kind: NodeKind): boolean => kind.category === 'loss' || kind.category === 'optimizer';

/** Whatever changes parameters names nodes of the document itself: it is no part of a definition either. */
export const standsInDocument = (kind: NodeKind): boolean => kind.category === 'optimizer';

const known = new WeakMap<Modules, ReadonlySet<string>>();

/** Definitions with a loss in them, or in what they are made of: their instances stand outside of blocks. */
function modulesWithLosses(modules: Modules): ReadonlySet<string> {
  const before = known.get(modules);
  if (before !== undefined) return before;
  const found = new Set<string>();
  const holds = ({ kind }: DocumentNode): boolean =>
    nodeKinds.get(kind)?.category === 'loss' || found.has(moduleName(kind) ?? '');
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [name, { nodes }] of Object.entries(modules)) if (nodes.some(holds)) found.add(name);
  }
  known.set(modules, found);
  return found;
}

/** Is it the kind of instances with a loss in them? */
export const holdsLoss = (kind: string, modules: Modules): boolean =>
  modulesWithLosses(modules).has(moduleName(kind) ?? '');
