import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { onCanvasLoss } from '../charts/repaint.ts';
import css from './Debugger.module.css';
import { type HeatmapLayout, layOutHeatmap, scrolled, span } from './heatmap_layout.ts';
import type { Matrix } from './slice.ts';
import { useWords } from './words.ts';

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Room for the bar beneath what is wider than its window, in pixels. */
const SCROLL_BAR = 10;

/** By key: rows down and columns to the right. */
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * The elements of a matrix as colours: negative and positive diverge from zero, what is no number stands out. However many there
 * are, each is large enough to be pointed at, and only those in sight are painted.
 */
export function Heatmap({
  values,
  matrix,
  largest,
  label,
  marked,
  outlined,
  onHover,
  onPick,
}: {
  readonly values: Float64Array;
  readonly matrix: Matrix;
  /** The magnitude that has full colour. */
  readonly largest: number;
  readonly label: string;
  /** The element that is pointed at here. */
  readonly marked?: CellPlace | undefined;
  /** A row or a column that an element elsewhere is made of. */
  readonly outlined?: Partial<CellPlace> | undefined;
  onHover(cell: CellPlace | undefined): void;
  onPick(cell: CellPlace): void;
}) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const { rows, columns, start } = matrix;
  const layout = useMemo(() => layOutHeatmap({ rows, columns }, width), [rows, columns, width]);
  const { cell } = layout;
  const paint = useCallback(() => {
    if (box.current === null || canvas.current === null || rows === 0 || columns === 0) return;
    paintPart(canvas.current, box.current, layout, { values, matrix: { rows, columns, start }, largest });
  }, [values, rows, columns, start, largest, layout]);
  useLayoutEffect(() => {
    const measure = () => setWidth(box.current?.clientWidth ?? 0);
    measure();
    const sizes = new ResizeObserver(measure);
    if (box.current !== null) sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  useLayoutEffect(() => {
    paint();
    const themes = new MutationObserver(paint);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const stopRepairs = onCanvasLoss(paint);
    return () => {
      themes.disconnect();
      stopRepairs();
    };
  }, [paint]);
  const reveal = ({ row, column }: Partial<CellPlace>) => {
    const it = box.current;
    if (it === null) return;
    if (row !== undefined) it.scrollTop = scrolled(it.scrollTop, it.clientHeight, cell.height, row);
    if (column !== undefined) it.scrollLeft = scrolled(it.scrollLeft, it.clientWidth, cell.width, column);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another line is another one to be seen.
  useEffect(() => outlined && reveal(outlined), [outlined?.row, outlined?.column]);
  const at = (event: React.MouseEvent): CellPlace => {
    const { left = 0, top = 0 } = sheet.current?.getBoundingClientRect() ?? {};
    const nth = (offset: number, size: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor(offset / size)));
    return {
      row: nth(event.clientY - top, cell.height, rows),
      column: nth(event.clientX - left, cell.width, columns),
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
    const next = {
      row: within((marked?.row ?? 0) + down, rows),
      column: within((marked?.column ?? 0) + right, columns),
    };
    reveal(next);
    onPick(next);
  };
  const place = ({ row, column }: Partial<CellPlace>) => ({
    left: (column ?? 0) * cell.width,
    width: column === undefined ? layout.sheet.width : cell.width,
    top: (row ?? 0) * cell.height,
    height: row === undefined ? layout.sheet.height : cell.height,
  });
  const isWide = layout.sheet.width > width + 1;
  return (
    <div
      ref={box}
      className={css.heatmap}
      role="application"
      aria-label={label}
      title={words.heatmapHelp}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from element to element.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={paint}
      style={{ height: layout.height + (isWide ? SCROLL_BAR : 0) }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what it hears, the arrow keys do as well. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: what it hears, the arrow keys do as well. */}
      <div
        ref={sheet}
        style={width === 0 ? {} : layout.sheet}
        onMouseMove={(event) => onHover(at(event))}
        onMouseLeave={() => onHover(undefined)}
        onClick={(event) => onPick(at(event))}
      >
        <canvas ref={canvas} />
        {outlined && <span className={css.mark} data-outlined="true" style={place(outlined)} />}
        {marked && <span className={css.mark} style={place(marked)} />}
      </div>
    </div>
  );
}

interface Painted {
  readonly values: Float64Array;
  readonly matrix: Matrix;
  readonly largest: number;
}

/** Paints the elements in sight, one pixel each: the canvas is drawn out to their size, and stands where they stand. */
function paintPart(canvas: HTMLCanvasElement, box: HTMLElement, { cell }: HeatmapLayout, painted: Painted): void {
  const across = span(box.scrollLeft, box.clientWidth, cell.width, painted.matrix.columns);
  const down = span(box.scrollTop, box.clientHeight, cell.height, painted.matrix.rows);
  if (across.count === 0 || down.count === 0) return;
  canvas.width = across.count;
  canvas.height = down.count;
  const { style } = canvas;
  style.left = `${across.from * cell.width}px`;
  style.top = `${down.from * cell.height}px`;
  style.width = `${across.count * cell.width}px`;
  style.height = `${down.count * cell.height}px`;
  canvas.getContext('2d')?.putImageData(imageOf(painted, across, down, box), 0, 0);
}

type Span = ReturnType<typeof span>;

function imageOf({ values, matrix, largest }: Painted, across: Span, down: Span, element: Element): ImageData {
  const style = getComputedStyle(element);
  const [zero, negative, positive, bad] = ['--raised', '--neg', '--pos', '--bad'].map((name) =>
    rgb(style.getPropertyValue(name).trim()),
  );
  const image = new ImageData(across.count, down.count);
  for (let i = 0; i < across.count * down.count; i++) {
    const row = down.from + Math.floor(i / across.count);
    const value = values[matrix.start + row * matrix.columns + across.from + (i % across.count)] ?? Number.NaN;
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
