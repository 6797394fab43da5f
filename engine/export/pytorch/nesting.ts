import { diagnostic } from '../../graph/diagnostics.ts';
import type { Diagnostic } from '../../graph/document.ts';
import { copiesOf } from '../members.ts';
import type { Loop, Script, Statement } from '../script.ts';

/** Python compiles no function in which more than 20 blocks stand in each other; those of the training loop are two. */
const DEEPEST = 18;

/** Loops that stand too deep in each other for one function; a module's forward is one of its own, and so is a copied body. */
export function nestingProblems({ forward }: Script): Diagnostic[] {
  const found: Loop[] = [];
  const visit = (statements: readonly Statement[], depth: number): void => {
    for (const statement of statements) {
      if (statement.kind === 'instance') visit(statement.definition.body, 0);
      if (statement.kind !== 'loop') continue;
      if (depth === DEEPEST) found.push(statement);
      visit(statement.body, copiesOf(statement) === undefined ? depth + 1 : 0);
    }
  };
  visit(forward, 0);
  const places = [...new Map(found.map(({ place }) => [`${place.module} ${place.id}`, place])).values()];
  return places.map(({ id, module }) =>
    diagnostic(
      'export-nesting',
      { ...(module === undefined ? {} : { module }), node: id },
      { node: id, depth: DEEPEST + 1 },
    ),
  );
}
