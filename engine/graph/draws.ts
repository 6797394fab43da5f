import type { CheckedParameter } from './check.ts';
import { diagnostic } from './diagnostics.ts';
import type { Diagnostic } from './document.ts';
import type { FunctionUse } from './functions.ts';
import type { Structure } from './structure.ts';
import { drawName, drawOrder, inDrawOrder } from './walk.ts';

/** Notes on what is drawn. */
export interface DrawFacts {
  readonly parameters: ReadonlyMap<string, CheckedParameter>;
  readonly functions: readonly FunctionUse[];
  /** Addresses of data nodes. */
  readonly drawn: ReadonlySet<string>;
  /** Addresses of all nodes that were lowered, or that failed. */
  readonly visited: ReadonlySet<string>;
  /** Addresses of those that failed. */
  readonly failed: readonly string[];
}

/** The names of all that is drawn, in the order of the draws, and what is wrong with a document's list of them. */
export function drawNames(
  structure: Structure,
  { drawn, parameters, functions, visited, failed }: DrawFacts,
  listed: readonly string[] = [],
): { readonly draws: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const places = drawOrder(structure);
  const holders = new Set([...parameters.keys()].map((address) => address.slice(0, address.lastIndexOf('.'))));
  const pending = functions.some(({ traced }) => traced === undefined);
  const all = [
    ...places.filter(({ template }) => drawn.has(template)),
    // What hangs on a function that is pending may hold parameters: it keeps its place.
    ...places.filter(({ template }) => holders.has(template) || (pending && !visited.has(template))),
  ];
  const draws = [...new Set(inDrawOrder(all, (place) => place, listed).map(drawName))];
  if (listed.length === 0) return { draws, diagnostics: [] };
  const faulty = new Set(failed);
  // A node that could not be lowered may draw once it can.
  const open = places.filter(({ template }) => !visited.has(template) || faulty.has(template));
  const known = new Set([...draws, ...open.map(drawName)]);
  const diagnostics = [...Map.groupBy(listed, (draw) => draw)].flatMap(([draw, { length: count }]) => {
    if (!known.has(draw)) return [diagnostic('unknown-draw', {}, { draw: JSON.stringify(draw) })];
    return count > 1 ? [diagnostic('duplicate-draw', {}, { draw, count })] : [];
  });
  return { draws, diagnostics };
}
