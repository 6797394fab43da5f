import type { TapeLayout } from './tape_layout.ts';

/** What of the tape is in sight. */
export interface TapeView {
  /** Width of a column with its gap. */
  readonly column: number;
  /** Where the left border stands, in pixels. */
  readonly scroll: number;
}

/** Widths of a column, in pixels: at first, the least at which entries are told apart, and the most. */
export const COLUMN = { first: 50, least: 4, most: 120 } as const;

/** In the smallest letters that are drawn a name takes so much of a column, and besides it there is so much. */
const SMALL_LETTER = 5.2;
const AROUND = 12;

/** How wide columns are at first, so that every name is whole. */
export const columnFor = (names: readonly string[]): number =>
  names.reduce<number>(
    (width, { length }) => Math.min(COLUMN.most, Math.max(width, Math.ceil(length * SMALL_LETTER + AROUND))),
    COLUMN.first,
  );

export const FIRST_VIEW: TapeView = { column: COLUMN.first, scroll: 0 };

/** So that a column is in sight, with `around` columns before and after it. */
export function revealed(view: TapeView, column: number, width: number, around: number): TapeView {
  const left = column * view.column;
  const margin = Math.min(around * view.column, width / 4);
  if (left - margin < view.scroll) return { ...view, scroll: left - margin };
  const right = left + view.column + margin;
  return right > view.scroll + width ? { ...view, scroll: right - width } : view;
}

/** The wheel pans; with Ctrl it zooms around the pointer, out until the whole tape is in sight. */
export function wheeled(
  view: TapeView,
  { deltaX, deltaY, ctrlKey }: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'ctrlKey'>,
  x: number,
  { columns }: TapeLayout,
  width: number,
): TapeView {
  if (!ctrlKey) return { ...view, scroll: view.scroll + deltaX + deltaY };
  const least = Math.min(COLUMN.least, width / Math.max(1, columns));
  const column = Math.min(COLUMN.most, Math.max(least, view.column * 2 ** (-deltaY / 200)));
  return { column, scroll: ((view.scroll + x) / view.column) * column - x };
}

export const clamped = (view: TapeView, { columns }: TapeLayout, width: number): TapeView => ({
  ...view,
  scroll: Math.max(0, Math.min(columns * view.column - width, view.scroll)),
});

/** The columns in sight; `to` is exclusive. */
export const columnsIn = (view: TapeView, { columns }: TapeLayout, width: number) => ({
  from: Math.max(0, Math.floor(view.scroll / view.column)),
  to: Math.min(columns, Math.ceil((view.scroll + width) / view.column)),
});
