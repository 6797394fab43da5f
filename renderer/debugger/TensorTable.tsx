import { useLayoutEffect, useRef, useState } from 'react';
import { formatFigure } from '../nodes/figures.ts';
import css from './Debugger.module.css';
import type { CellPlace } from './Heatmap.tsx';
import type { Matrix } from './slice.ts';

const CELL = { width: 70, height: 20 } as const;
const HEAD_WIDTH = 44;
const TALLEST = 220;

/**
 * The elements of a matrix as numbers. However many there are, the table has as many cells as fit its window, and scrolls by
 * whole cells.
 */
export function TensorTable({
  values,
  matrix: { rows, columns, start },
  marked,
  outlined,
  label,
  onPick,
}: {
  readonly values: Float64Array;
  readonly matrix: Matrix;
  readonly marked?: CellPlace | undefined;
  /** A row or a column that an element elsewhere is made of. */
  readonly outlined?: Partial<CellPlace> | undefined;
  readonly label: string;
  onPick(cell: CellPlace): void;
}) {
  const box = useRef<HTMLElement>(null);
  const [view, setView] = useState({ row: 0, column: 0, rows: 1, columns: 1 });
  const look = () => {
    const it = box.current;
    if (it === null) return;
    const fit = (room: number, cell: number) => Math.max(1, Math.floor(room / cell));
    setView({
      row: Math.round(it.scrollTop / CELL.height),
      column: Math.round(it.scrollLeft / CELL.width),
      rows: fit(it.clientHeight - CELL.height, CELL.height),
      columns: fit(it.clientWidth - HEAD_WIDTH, CELL.width),
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tensor has another window.
  useLayoutEffect(look, [rows, columns]);
  const shown = (first: number, fit: number, count: number) =>
    Array.from({ length: Math.min(fit, count - first) }, (_, i) => first + i);
  const shownColumns = shown(view.column, view.columns, columns);
  const left = rows - view.rows;
  return (
    <section
      ref={box}
      className={css.table}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys.
      tabIndex={0}
      style={{ height: Math.min(TALLEST, (rows + 1) * CELL.height + 14) }}
      onScroll={look}
    >
      <table>
        <thead>
          <tr>
            <th />
            {shownColumns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown(view.row, view.rows, rows).map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {shownColumns.map((column) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: a pick marks the cell; its number can be read without.
                <td
                  key={column}
                  data-marked={isMarked(marked, row, column) || undefined}
                  data-outlined={isMarked(outlined, row, column) || undefined}
                  title={String(values[start + row * columns + column])}
                  onClick={() => onPick({ row, column })}
                >
                  {formatFigure(values[start + row * columns + column] ?? Number.NaN, 4)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* What is out of sight, so that the bars tell how much there is. */}
      <div
        style={{
          width: HEAD_WIDTH + columns * CELL.width,
          height: Math.max(0, left) * CELL.height,
        }}
      />
    </section>
  );
}

const isMarked = (marked: Partial<CellPlace> | undefined, row: number, column: number): boolean =>
  marked !== undefined && (marked.row ?? row) === row && (marked.column ?? column) === column;
