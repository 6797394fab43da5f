import type { Matrix } from './slice.ts';

/** An element takes at least so much, in pixels, that a hand can point at it. */
const LEAST = 2.5;
/** What a window shows of a heatmap, at most and at least. */
const TALLEST = 220;
const LOWEST = 12;
/** Painted beyond each border of the window, in windows: what a wheel brings in is there already. */
const BEYOND = 0.5;

/** How the elements of a matrix stand in a window of a width; what does not fit is scrolled to. */
export interface HeatmapLayout {
  readonly cell: { readonly width: number; readonly height: number };
  readonly sheet: { readonly width: number; readonly height: number };
  /** The height of the window, without a scroll bar. */
  readonly height: number;
}

export function layOutHeatmap({ rows, columns }: Pick<Matrix, 'rows' | 'columns'>, width: number): HeatmapLayout {
  const across = Math.max(LEAST, width / columns);
  const down = Math.max(LEAST, LOWEST / rows, Math.min(across, TALLEST / rows));
  const sheet = { width: across * columns, height: down * rows };
  return { cell: { width: across, height: down }, sheet, height: Math.min(TALLEST, sheet.height) };
}

/** The first of the elements to be painted along one axis, and how many: those in the window and some around it. */
export function span(scroll: number, room: number, cell: number, count: number) {
  const from = Math.max(0, Math.floor((scroll - BEYOND * room) / cell));
  const to = Math.min(count, Math.ceil((scroll + (1 + BEYOND) * room) / cell));
  return { from, count: Math.max(0, to - from) };
}

/** Where a window scrolls to along one axis, so that an element is in it; as little as it takes. */
export const scrolled = (scroll: number, room: number, cell: number, at: number): number =>
  Math.max(Math.min(scroll, at * cell), (at + 1) * cell - room);
