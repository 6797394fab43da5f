import type { TapeReport } from '../../engine/protocol/messages.ts';
import type { Names } from '../stores/names.ts';
import type { Cell, Span, TapeLayout } from './tape_layout.ts';
import { COLUMN, columnsIn, type TapeView } from './tape_view.ts';

/** The measures of the tape, in pixels. */
const GAP = 6;
const ROWS = { forward: { y: 18, height: 22 }, backward: { y: 58, height: 22 } } as const;
const ADD = { y: 84, size: 7, gap: 3 } as const;
export const TAPE_HEIGHT = 96;
const FAMILY = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace';
const FONT = `10px ${FAMILY}`;
/** Of a name that would not fit else. */
const SMALL_FONT = `8.5px ${FAMILY}`;
const LABEL = '11px "Inter Variable", Inter, system-ui, sans-serif';
/** Columns narrower than this hold no words. */
const READABLE = 34;
/** Columns narrower than this have no gap to speak of, and no round corners. */
const ROUND = 12;

export interface TapePicture {
  readonly tape: TapeReport;
  readonly layout: TapeLayout;
  readonly names: Names;
  readonly view: TapeView;
  /** The entry that is looked at, and the one under the pointer. */
  readonly looked: number | undefined;
  readonly hovered: number | undefined;
  readonly width: number;
}

/** Draws the columns in sight: however long a tape is, no more than a screen of it costs anything. */
export function paintTape(context: CanvasRenderingContext2D, picture: TapePicture, colour: Colours): void {
  const { layout, view, width, tape, names } = picture;
  context.clearRect(0, 0, width, TAPE_HEIGHT);
  const { from, to } = columnsIn(view, layout, width);
  const at = (column: number) => column * view.column - view.scroll;
  const box = boxWidth(view);

  context.font = LABEL;
  context.textBaseline = 'middle';
  context.fillStyle = colour.dim;
  for (let i = firstSpan(layout.spans, from); i < layout.spans.length; i++) {
    const span = layout.spans[i];
    if (span === undefined || span.from >= to) break;
    const left = Math.max(at(span.from), 0);
    const room = at(span.to) - left - GAP;
    if (room > 18)
      context.fillText(labelIn(context, span.address === '' ? span.op : names.use(span.address), room), left, 8);
  }

  if (view.column < COLUMN.least) paintRuns(context, picture, colour);
  else {
    context.font = FONT;
    for (let column = from; column < to; column++) {
      const cells = layout.byColumn[column] ?? [];
      const x = at(column);
      if (view.column >= ROUND && cells.some(({ row }) => row === 'backward')) {
        context.fillStyle = colour.line;
        const { y, height } = ROWS.forward;
        context.fillRect(Math.round(x + box / 2), y + height, 1, ROWS.backward.y - y - height);
      }
      for (const cell of cells) paintCell(context, picture, cell, x, box, colour);
    }
  }
  const { looked, hovered } = picture;
  for (const position of [hovered, looked]) {
    const cell = position === undefined ? undefined : layout.cells[position];
    if (cell !== undefined && cell.column >= from && cell.column < to)
      paintRing(context, placeOf(cell, at(cell.column), box), position === looked ? colour.accent : colour.dim);
  }
  const current = layout.cells[tape.done - 1];
  if (current !== undefined) pointAt(context, at(current.column) + box / 2, current, colour);
}

/** Neighbours that are alike make one bar: where a column is narrower than a few pixels, what counts is how far a pass has come. */
function paintRuns(
  context: CanvasRenderingContext2D,
  { tape, layout, view, width }: TapePicture,
  colour: Colours,
): void {
  const { from, to } = columnsIn(view, layout, width);
  for (const row of ['forward', 'backward', 'added', 'update'] as const) {
    const { y, height } = placeOf({ position: 0, column: 0, row, nth: 0 }, 0, 0);
    const tone = toneOf(row, colour);
    let begun = from;
    let last: 'none' | 'todo' | 'done' = 'none';
    for (let column = from; column <= to; column++) {
      const cell = column < to ? layout.byColumn[column]?.find((one) => one.row === row) : undefined;
      const now = cell === undefined ? 'none' : cell.position < tape.done ? 'done' : 'todo';
      if (now === last && column < to) continue;
      if (last !== 'none') {
        const x = begun * view.column - view.scroll;
        const length = Math.max(1, (column - begun) * view.column);
        context.fillStyle = last === 'todo' ? colour.line : row === 'added' ? tone : softOf(row, colour);
        context.fillRect(x, y, length, height);
        context.lineWidth = 1;
        context.strokeStyle = tone;
        if (last === 'done' && row !== 'added')
          context.strokeRect(x + 0.5, y + 0.5, Math.max(1, length - 1), height - 1);
      }
      last = now;
      begun = column;
    }
  }
}

/** The first of the spans that reaches beyond a column; they stand in order. */
function firstSpan(spans: readonly Span[], column: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? 0) > column) high = middle;
    else low = middle + 1;
  }
  return low;
}

const boxWidth = ({ column }: TapeView): number => Math.max(1, column - (column > ROUND ? GAP : 1));

/** Where a cell stands in its column. */
function placeOf({ row, nth }: Cell, x: number, box: number) {
  if (row === 'added') {
    const step = Math.min(ADD.size + ADD.gap, box / 2);
    return { x: x + nth * step, y: ADD.y, width: Math.min(ADD.size, step), height: ADD.size };
  }
  const { y, height } = row === 'backward' ? ROWS.backward : ROWS.forward;
  return { x, y, width: box, height };
}

function paintCell(
  context: CanvasRenderingContext2D,
  { tape, view }: TapePicture,
  cell: Cell,
  x: number,
  box: number,
  colour: Colours,
): void {
  const place = placeOf(cell, x, box);
  const { position, row } = cell;
  const tone = toneOf(row, colour);
  const isDone = position < tape.done;
  if (view.column < ROUND) {
    context.fillStyle = isDone ? tone : colour.line;
    context.fillRect(place.x, place.y, place.width, place.height);
    return;
  }
  context.beginPath();
  context.roundRect(
    place.x + 0.5,
    place.y + 0.5,
    Math.max(1, place.width - 1),
    place.height - 1,
    row === 'added' ? 2 : 4,
  );
  if (isDone) {
    context.fillStyle = row === 'added' ? tone : softOf(row, colour);
    context.fill();
  }
  context.lineWidth = position === tape.done - 1 ? 2 : 1;
  context.strokeStyle = isDone ? tone : colour.line;
  context.stroke();
  if (row === 'added' || view.column < READABLE) return;
  context.fillStyle = isDone ? colour.text : colour.dim;
  const name = tape.entries[position]?.op ?? '';
  const room = place.width - 5;
  const isLong = context.measureText(name).width > room;
  if (isLong) context.font = SMALL_FONT;
  const word = fitted(context, name, room);
  context.fillText(
    word,
    place.x + (place.width - context.measureText(word).width) / 2,
    place.y + place.height / 2 + 0.5,
  );
  if (isLong) context.font = FONT;
}

function paintRing(context: CanvasRenderingContext2D, place: ReturnType<typeof placeOf>, colour: string): void {
  context.beginPath();
  context.roundRect(place.x - 2, place.y - 2, place.width + 4, place.height + 4, place.height > ADD.size ? 6 : 3);
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.stroke();
}

const toneOf = (row: Cell['row'], { fwd, bwd, dim }: Colours) =>
  row === 'forward' ? fwd : row === 'update' ? dim : bwd;
const softOf = (row: Cell['row'], { fwdSoft, bwdSoft, line }: Colours) =>
  row === 'forward' ? fwdSoft : row === 'update' ? line : bwdSoft;

/** A small hand at the entry that was done last, on the side towards which the pass goes on. */
function pointAt(context: CanvasRenderingContext2D, x: number, { row }: Cell, colour: Colours): void {
  const isBack = row === 'backward' || row === 'added';
  const y = isBack ? ROWS.backward.y - 3 : ROWS.forward.y + ROWS.forward.height + 3;
  const towards = isBack ? -5 : 5;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - 4, y + towards);
  context.lineTo(x + 4, y + towards);
  context.closePath();
  context.fillStyle = isBack ? colour.bwd : row === 'update' ? colour.dim : colour.fwd;
  context.fill();
}

/** The entry at a point of the tape. */
export function cellAt(layout: TapeLayout, view: TapeView, x: number, y: number): Cell | undefined {
  const column = Math.floor((x + view.scroll) / view.column);
  const left = column * view.column - view.scroll;
  return layout.byColumn[column]?.find((cell) => {
    const place = placeOf(cell, left, boxWidth(view));
    const slack = cell.row === 'added' ? 2 : 0;
    return (
      x >= place.x - slack &&
      x <= place.x + place.width + slack &&
      y >= place.y - slack &&
      y <= place.y + place.height + slack
    );
  });
}

/** How far a point is from a stretch. */
const outside = (at: number, start: number, length: number) => Math.max(start - at, 0, at - start - length);

/** The entry that a pointer means that is drawn along the tape: the nearest of those that go the way of the half it is in. */
export function cellNear(layout: TapeLayout, view: TapeView, x: number, y: number): Cell | undefined {
  const isBack = y > (ROWS.forward.y + ROWS.forward.height + ROWS.backward.y) / 2;
  const middle = Math.min(layout.columns - 1, Math.max(0, Math.floor((x + view.scroll) / view.column)));
  const box = boxWidth(view);
  for (let away = 0; away < layout.columns; away++) {
    let nearest: { readonly cell: Cell; readonly distance: number } | undefined;
    for (const column of away === 0 ? [middle] : [middle - away, middle + away])
      for (const cell of layout.byColumn[column] ?? []) {
        if ((cell.row === 'backward' || cell.row === 'added') !== isBack) continue;
        const place = placeOf(cell, column * view.column - view.scroll, box);
        const distance = Math.hypot(outside(x, place.x, place.width), outside(y, place.y, place.height));
        if (nearest === undefined || distance < nearest.distance) nearest = { cell, distance };
      }
    if (nearest !== undefined) return nearest.cell;
  }
  return undefined;
}

export interface Colours {
  readonly fwd: string;
  readonly fwdSoft: string;
  readonly bwd: string;
  readonly bwdSoft: string;
  readonly accent: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
}

export function coloursOf(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    fwd: of('--fwd'),
    fwdSoft: of('--fwd-soft'),
    bwd: of('--bwd'),
    bwdSoft: of('--bwd-soft'),
    accent: of('--accent'),
    line: of('--line'),
    text: of('--text'),
    dim: of('--dim'),
  };
}

/** A name cut to a length, before its number: neighbours in a loop differ in that alone. */
function labelIn(context: CanvasRenderingContext2D, label: string, room: number): string {
  const at = label.lastIndexOf(' #');
  if (at < 0 || context.measureText(label).width <= room) return fitted(context, label, room);
  const number = label.slice(at + 1);
  const name = fitted(context, label.slice(0, at), room - context.measureText(number).width);
  return name === '' ? fitted(context, number, room) : `${name}${number}`;
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 0 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return end === 0 ? '' : `${text.slice(0, end)}…`;
}
