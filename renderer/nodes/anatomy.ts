import type { NodeKind } from '../../engine/nodes/node.ts';
import { usualLines } from './summary.ts';

/**
 * The measures of a card. React Flow is told them before the first paint, and the style sheet uses the same numbers, so ports and
 * wires are right at once.
 */
export const CARD_WIDTH = 164;
const HEADER_HEIGHT = 30;
const ROW_HEIGHT = 22;
const BOTTOM = 8;
const SUMMARY_LINE = 20;
export const PORT_SIZE = 9;
const PORT_STEP = 20;

/** The rows a card shows under its header. */
export interface CardRows {
  /** → and ←: values forward, gradient backward. */
  readonly forward: boolean;
  readonly backward: boolean;
  /** W and b, on selected or enlarged cards. */
  readonly parameters: readonly string[];
  /** Settings stand where nothing is computed. */
  readonly note: boolean;
  /** Lines that the settings take where they stand. */
  readonly settings: number;
}

/** Height of a card with `rows`, high enough for its ports. */
export function cardHeight(rows: CardRows, kind: Pick<NodeKind, 'inputs' | 'outputs'>): number {
  const live = Number(rows.forward) + Number(rows.backward) + rows.parameters.length;
  const lines = Math.max(live, rows.settings);
  const ports = Math.max(kind.inputs.length, kind.outputs.length);
  return Math.max(HEADER_HEIGHT + lines * ROW_HEIGHT + BOTTOM, 16 + ports * PORT_STEP);
}

/** How many lines of settings fit under the header of a card that shows no numbers. */
export const summaryLines = (kind: NodeKind): number =>
  Math.max(1, Math.floor((cardHeight(rowsOf(kind, []), kind) - HEADER_HEIGHT) / SUMMARY_LINE));

/** Centre of port `index` of `count` on a card's side, from the card's top: stacked around the middle of the live rows. */
export function portY(index: number, count: number, height: number): number {
  return height / 2 + (index - (count - 1) / 2) * PORT_STEP;
}

/** Which rows a kind has: data has no gradient, optimizers have no value. */
export function rowsOf(kind: NodeKind, parameters: readonly string[]): CardRows {
  const computes = kind.outputs.length > 0 && kind.category !== 'optimizer';
  return {
    forward: computes,
    backward: computes && kind.category !== 'data',
    parameters,
    note: !computes && (kind.summary?.length ?? 0) > 0,
    settings: usualLines(kind),
  };
}
