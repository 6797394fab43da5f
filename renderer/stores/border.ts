import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { isUnfolded, kindOf, moduleName } from '../../engine/graph/kinds.ts';
import { withContents } from './edits.ts';
import { levelOf, unfoldedAround } from './levels.ts';
import { renamedSettings } from './named_parameters.ts';
import { definitionOf } from './scope.ts';

/** Why a node cannot be carried into an unfolded instance, or out of it. */
export type BorderProblem = 'itself' | 'same' | 'outside' | 'named' | 'tied' | 'loss';

/** What keeps nodes out of the block `target`, or where they are, if that is another definition than theirs. */
export function borderProblem(
  document: GraphDocument,
  ids: readonly string[],
  target: string | undefined,
): BorderProblem | undefined {
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const block = target === undefined ? undefined : byId.get(target);
  const to = block === undefined ? '' : isUnfolded(block.kind) ? block.id : unfoldedAround(block, byId);
  const passing = ids.filter((id) => {
    const node = byId.get(id);
    return node !== undefined && unfoldedAround(node, byId) !== to;
  });
  if (passing.length === 0) return undefined;
  const moving = withContents(document, passing);
  const nodes = document.nodes.filter(({ id }) => moving.has(id));
  const module = moduleName(byId.get(to)?.kind ?? '');
  const isHere = (id: string) => moduleName(byId.get(levelOf(id))?.kind ?? '') === module;
  if (module !== undefined && passing.some(isHere)) return 'same';
  if (module !== undefined && nodes.some(({ kind }) => uses(document, moduleName(kind), module))) return 'itself';
  if (to !== '' && nodes.some((node) => isOutsideOnly(node, document))) return 'outside';
  if (document.run.losses?.some((loss) => moving.has(splitPort(loss).node))) return 'loss';
  const parted = (node: DocumentNode) => node.tiedTo !== undefined && moving.has(node.id) !== moving.has(node.tiedTo);
  const left = new Set(passing.flatMap((id) => instancesAround(id, byId)));
  const shares = ({ id, tiedTo }: DocumentNode) => tiedTo !== undefined && (left.has(id) || left.has(tiedTo));
  if (document.nodes.some((node) => parted(node) || shares(node))) return 'tied';
  if (names(document, (id) => moving.has(id) || left.has(id))) return 'named';
  return undefined;
}

const isOutsideOnly = (node: DocumentNode, { modules }: GraphDocument): boolean =>
  ['loss', 'optimizer'].includes(kindOf(node, modules)?.category ?? '');

/** The unfolded instances around a node, from the inside. */
function instancesAround(id: string, byId: ReadonlyMap<string, DocumentNode>): string[] {
  const found: string[] = [];
  for (let node = byId.get(id); node !== undefined && found.length <= byId.size; ) {
    const around = unfoldedAround(node, byId);
    if (around === '') break;
    found.push(around);
    node = byId.get(around);
  }
  return found;
}

/** Does the definition `from` contain `module`, or is it the same? */
function uses(document: GraphDocument, from: string | undefined, module: string): boolean {
  const found = new Set(from === undefined ? [] : [from]);
  // A set's iterator also visits what is added on the way.
  for (const name of found)
    for (const { kind } of definitionOf(document, name)?.nodes ?? []) {
      const inner = moduleName(kind);
      if (inner !== undefined) found.add(inner);
    }
  return found.has(module);
}

/** Does an optimizer or an update name parameters of a node that `isOne` knows? */
function names({ nodes, modules }: GraphDocument, isOne: (id: string) => boolean): boolean {
  return nodes.some((node) => {
    let named = false;
    renamedSettings(node, modules, (ids) => {
      named ||= ids.some(isOne);
      return ids;
    });
    return named;
  });
}
