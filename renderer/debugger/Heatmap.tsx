import { useEffect, useRef } from 'react';
import css from './Debugger.module.css';
import type { Matrix } from './slice.ts';
import { useWords } from './words.ts';

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** By key: rows down and columns to the right. */
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

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
  const words = useWords();
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
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const within = (n: number, count: number) => Math.min(count - 1, Math.max(0, n));
    // Who comes in begins at the first element.
    const [down, right] = marked === undefined ? [0, 0] : step;
    onPick({ row: within((marked?.row ?? 0) + down, rows), column: within((marked?.column ?? 0) + right, columns) });
  };
  const percent = (n: number, of: number) => `${(100 * n) / of}%`;
  return (
    <div
      className={css.heatmap}
      role="application"
      aria-label={label}
      title={words.heatmapHelp}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from element to element.
      tabIndex={0}
      onKeyDown={onKeyDown}
      style={{ aspectRatio: `${columns} / ${Math.max(rows, columns / 24)}` }}
      onMouseMove={(event) => onHover(at(event))}
      onMouseLeave={() => onHover(undefined)}
      onClick={(event) => onPick(at(event))}
    >
      <canvas ref={canvas} width={columns} height={rows} />
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
