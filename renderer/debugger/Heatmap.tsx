import { useEffect, useRef } from 'react';
import css from './Debugger.module.css';
import type { Matrix } from './slice.ts';

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** The elements of a matrix as colours: negative and positive diverge from zero, what is no number stands out. */
export function Heatmap({
  values,
  matrix,
  largest,
  label,
  marked,
  onHover,
  onPick,
}: {
  readonly values: Float64Array;
  readonly matrix: Matrix;
  /** The magnitude that has full colour. */
  readonly largest: number;
  readonly label: string;
  /** A row, a column or a cell to be seen. */
  readonly marked?: Partial<CellPlace> | undefined;
  onHover(cell: CellPlace | undefined): void;
  onPick(cell: CellPlace): void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rows, columns } = matrix;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context == null || rows === 0 || columns === 0) return;
    const paint = () => context.putImageData(imageOf(values, matrix, largest, element), 0, 0);
    paint();
    const themes = new MutationObserver(paint);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => themes.disconnect();
  }, [values, matrix, largest, rows, columns]);
  const at = (event: React.MouseEvent<HTMLElement>): CellPlace => {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = (offset: number, size: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor((offset / size) * count)));
    return {
      row: cell(event.clientY - box.top, box.height, rows),
      column: cell(event.clientX - box.left, box.width, columns),
    };
  };
  const percent = (n: number, of: number) => `${(100 * n) / of}%`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table beside it is for the keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: as above.
    <div
      className={css.heatmap}
      style={{ aspectRatio: `${columns} / ${Math.max(rows, columns / 24)}` }}
      onMouseMove={(event) => onHover(at(event))}
      onMouseLeave={() => onHover(undefined)}
      onClick={(event) => onPick(at(event))}
    >
      <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} />
      {marked && (
        <span
          className={css.mark}
          style={{
            left: marked.column === undefined ? 0 : percent(marked.column, columns),
            width: marked.column === undefined ? '100%' : percent(1, columns),
            top: marked.row === undefined ? 0 : percent(marked.row, rows),
            height: marked.row === undefined ? '100%' : percent(1, rows),
          }}
        />
      )}
    </div>
  );
}

function imageOf(values: Float64Array, { rows, columns, start }: Matrix, largest: number, element: Element): ImageData {
  const style = getComputedStyle(element);
  const [zero, negative, positive, bad] = ['--raised', '--neg', '--pos', '--bad'].map((name) =>
    rgb(style.getPropertyValue(name).trim()),
  );
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const value = values[start + i] ?? Number.NaN;
    const towards = Number.isFinite(value) ? (value < 0 ? negative : positive) : bad;
    // The root, so that small numbers beside one large one are still told apart.
    const share = Number.isFinite(value) ? Math.sqrt(Math.min(1, Math.abs(value) / (largest || 1))) : 1;
    for (let c = 0; c < 3; c++) {
      const from = zero?.[c] ?? 0;
      image.data[4 * i + c] = from + ((towards?.[c] ?? 0) - from) * share;
    }
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** `#rrggbb`, or `#rgb` as a build shortens it, as three numbers. */
function rgb(hex: string): number[] {
  const full = hex.length === 4 ? hex.replaceAll(/[^#]/g, '$&$&') : hex;
  return [1, 3, 5].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}
