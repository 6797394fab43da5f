import { indented, type Line } from '../line.ts';
import type { Construction, Made } from './language.ts';

export interface Style {
  readonly indent: string;
  /** Of a line; with 0 everything that can stand in lines of its own does. */
  readonly width: number;
}

/** What is made, between what stands before and behind it: in one line where it fits. */
export function laid(
  before: string,
  { construction, places }: Omit<Made, 'type'>,
  after: string,
  style: Style,
): Line[] {
  const one = before + flat(construction) + after;
  if (typeof construction === 'string' || one.length <= style.width) return [{ text: one, places }];
  const inner = { ...style, width: Math.max(0, style.width - style.indent.length) };
  const items = construction.items.flatMap((item) =>
    laid('', item.places.length === 0 ? { ...item, places } : item, ',', inner),
  );
  // Each item comes from a node of its own; the last is the one that holds them.
  const own = places.slice(-1);
  return [
    { text: before + construction.open.trimEnd(), places: own },
    ...indented(items, style.indent),
    { text: construction.close.trimStart() + after, places: own },
  ];
}

/** Items of text between brackets; the spaces within these are for one line. */
export const listed = (open: string, items: readonly string[], close: string): Construction => ({
  open,
  items: items.map((construction) => ({ type: '', construction, places: [] })),
  close,
});

const flat = (construction: Construction): string =>
  typeof construction === 'string'
    ? construction
    : construction.open + construction.items.map((item) => flat(item.construction)).join(', ') + construction.close;
