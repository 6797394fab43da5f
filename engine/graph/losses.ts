import type { Value } from '../nodes/builder.ts';
import { formatShape, numel } from '../tensor/shape.ts';
import type { CheckResult, Facts } from './check.ts';
import { diagnostic } from './diagnostics.ts';
import { type Diagnostic, type RunSettings, splitPort } from './document.ts';
import type { Structure } from './structure.ts';

/** One float: what backward may start from. */
export const isScalar = ({ shape, dtype }: Value): boolean => numel(shape) === 1 && dtype === 'f32';

const described = ({ shape, dtype }: Value): string =>
  dtype === 'f32' ? `a tensor of ${formatShape(shape)}` : `${formatShape(shape)} of ${dtype}`;

/**
 * A network to look at needs no loss, so this is a warning, and none of the check's own: training refuses it. Where something else
 * is wrong or pending, nobody knows yet whether there is one.
 */
export function missingLoss({ diagnostics, functions, hasLoss }: CheckResult): Diagnostic[] {
  const isOpen =
    functions.some(({ traced }) => traced === undefined) || diagnostics.some((d) => d.severity === 'error');
  return hasLoss || isOpen ? [] : [{ ...diagnostic('no-loss', {}), severity: 'warning' }];
}

/** What is wrong with the list of losses and with what optimizers minimise, and the optimizers whose loss the run leaves out. */
export function lossProblems(
  structure: Structure,
  { losses = [] }: RunSettings,
  facts: Facts,
  shapes: ReadonlyMap<string, Value>,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const counts = new Map<string, number>();
  for (const loss of losses) counts.set(loss, (counts.get(loss) ?? 0) + 1);
  for (const [loss, count] of counts) {
    const { node, port } = splitPort(loss);
    const entry = structure.nodes.get(node);
    const known = entry?.node.parent === undefined && entry?.kind.outputs.some((p) => p.name === port) === true;
    const value = shapes.get(loss);
    if (!known) found.push(diagnostic('unknown-loss', {}, { loss: JSON.stringify(loss) }));
    else if (count > 1) found.push(diagnostic('duplicate-loss', { node, port }, { loss, count }));
    else if (value !== undefined && !isScalar(value))
      found.push(diagnostic('loss-not-scalar', { node, port }, { loss, got: described(value) }));
  }
  for (const { node, kind, loss: value } of facts.optimizers) {
    const loss = structure.incoming.get(`${node}.loss`)?.from ?? '';
    if (!isScalar(value))
      found.push(diagnostic('loss-not-scalar', { node, port: 'loss' }, { loss, got: described(value) }));
    else if (counts.size > 0 && !counts.has(loss))
      found.push(diagnostic('loss-not-trained', { node, port: 'loss' }, { kind, loss }));
  }
  return found;
}
