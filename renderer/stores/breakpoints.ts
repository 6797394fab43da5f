import { type BreakpointPlace, keyOf } from '../../engine/graph/breakpoints.ts';
import type { Breakpoint, BreakpointCondition, DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { isTerminalKind, kindOf } from '../../engine/graph/kinds.ts';

/** Breakpoints of a document. Pure, like `edits.ts`; they are part of its view, and change nothing that is computed. */

export const breakpointsOf = ({ view }: GraphDocument): readonly Breakpoint[] => view.breakpoints ?? [];

/** The address of the node, wire or parameter that a place is about. */
export function subjectOf(place: BreakpointPlace): string {
  if ('node' in place) return place.node;
  if ('wire' in place) return place.wire;
  return 'parameter' in place ? place.parameter : place.block;
}

/** Is a breakpoint about the node at `address`, named without numbers of iterations? */
export function isAbout(breakpoint: BreakpointPlace, address: string): boolean {
  if ('node' in breakpoint) return breakpoint.node === address;
  if ('block' in breakpoint) return breakpoint.block === address;
  return 'parameter' in breakpoint && breakpoint.parameter.slice(0, breakpoint.parameter.lastIndexOf('.')) === address;
}

/** Is it about an optimizer, an Update or a ZeroGrad, which have no pass but an update? They stand in no block. */
export function isUpdate(
  place: BreakpointPlace,
  { nodes, modules }: Pick<GraphDocument, 'nodes' | 'modules'>,
): boolean {
  const node = 'node' in place ? nodes.find(({ id }) => id === place.node) : undefined;
  return node !== undefined && kindOf(node, modules)?.category === 'optimizer';
}

/** Sets a breakpoint, or takes it away where there is one. */
export function toggleBreakpoint(document: GraphDocument, place: BreakpointPlace): GraphDocument {
  const list = breakpointsOf(document);
  const rest = list.filter((one) => keyOf(one) !== keyOf(place));
  return withBreakpoints(document, rest.length < list.length ? rest : [...list, place]);
}

/** Changes the breakpoint at `key`. */
export const editBreakpoint = (
  document: GraphDocument,
  key: string,
  edit: (breakpoint: Breakpoint) => Breakpoint,
): GraphDocument =>
  withBreakpoints(
    document,
    breakpointsOf(document).map((one) => (keyOf(one) === key ? edit(one) : one)),
  );

export function withCondition(breakpoint: Breakpoint, condition: BreakpointCondition | undefined): Breakpoint {
  const { condition: _, ...rest } = breakpoint;
  return condition === undefined ? rest : { ...rest, condition };
}

/** What a condition on a number compares it with; `other`: there is a bound on the other side as well. */
export interface Bound {
  readonly side: 'above' | 'below';
  readonly value: number;
  readonly other: boolean;
}

export function boundsOf(condition: BreakpointCondition | undefined): readonly Bound[] {
  if (condition === undefined || condition.of === 'nonFinite' || condition.of === 'risingLoss') return [];
  const { above, below } = condition;
  const other = above !== undefined && below !== undefined;
  return [
    ...(above === undefined ? [] : [{ side: 'above' as const, value: above, other }]),
    ...(below === undefined ? [] : [{ side: 'below' as const, value: below, other }]),
  ];
}

/** Another bound in the place of that on `side`. */
export function withBound(
  breakpoint: Breakpoint,
  side: Bound['side'],
  { side: next, value }: Omit<Bound, 'other'>,
): Breakpoint {
  const { condition } = breakpoint;
  if (condition === undefined || condition.of === 'nonFinite' || condition.of === 'risingLoss') return breakpoint;
  const { [side]: _, ...rest } = condition;
  return withCondition(breakpoint, { ...rest, [next]: value });
}

/** Stops from the n-th hit on. */
export function withHits(breakpoint: Breakpoint, hits: number): Breakpoint {
  const { hits: _, ...rest } = breakpoint;
  return hits <= 1 ? rest : { ...rest, hits };
}

export function withEnabled(breakpoint: Breakpoint, enabled: boolean): Breakpoint {
  const { disabled: _, ...rest } = breakpoint;
  return enabled ? rest : { ...rest, disabled: true };
}

/** Of a loop: only the iteration of this number; undefined: every one. */
export function withIteration(breakpoint: Breakpoint, iteration: number | undefined): Breakpoint {
  if (!('block' in breakpoint)) return breakpoint;
  const { iteration: _, ...rest } = breakpoint;
  return iteration === undefined ? rest : { ...rest, iteration };
}

/** Whether a run stops where the first NaN or infinity was made. */
export function pauseOnNonFinite(document: GraphDocument, on: boolean): GraphDocument {
  const { pauseOnNonFinite: _, ...view } = document.view;
  return { ...document, view: on ? view : { ...view, pauseOnNonFinite: false } };
}

/** Each place once. */
export function withBreakpoints(document: GraphDocument, list: readonly Breakpoint[]): GraphDocument {
  const { breakpoints: _, ...view } = document.view;
  const each = [...new Map(list.map((one) => [keyOf(one), one])).values()];
  return { ...document, view: each.length === 0 ? view : { ...view, breakpoints: each } };
}

/** Where a run can stop at a node, named without numbers of iterations; `parameters` are the names of those it holds. */
export function placesAt(
  node: DocumentNode,
  document: GraphDocument,
  address: string,
  parameters: readonly string[],
): BreakpointPlace[] {
  const kind = kindOf(node, document.modules);
  if (kind === undefined || isTerminalKind(node.kind)) return [];
  if (kind.block === 'frame') return [{ block: address }];
  const additions = parameters.map((name): BreakpointPlace => ({ parameter: `${address}.${name}` }));
  if (kind.category === 'data')
    return parameters.length > 0 ? additions : [{ node: address, pass: 'forward', when: 'after' }];
  const passes = kind.category === 'optimizer' ? (['forward'] as const) : (['forward', 'backward'] as const);
  const around = passes.flatMap((pass) =>
    (['before', 'after'] as const).map((when): BreakpointPlace => ({ node: address, pass, when })),
  );
  return [...around, ...additions];
}
