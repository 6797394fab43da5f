import type { TapeReport } from '../../engine/protocol/messages.ts';
import type { Cell, TapeLayout } from './tape_layout.ts';

/** The measures of the tape, in pixels. */
export const CELL = { width: 50, gap: 6, least: 4, most: 120 } as const;
const ROWS = { forward: { y: 18, height: 22 }, backward: { y: 58, height: 22 } } as const;
const ADD = { y: 84, size: 7, gap: 3 } as const;
export const TAPE_HEIGHT = 96;
const FONT = '10px "JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace';
const LABEL = '11px "Inter Variable", Inter, system-ui, sans-serif';
/** Columns narrower than this hold no words. */
const READABLE = 34;

export interface TapeView {
  /** Width of a column with its gap. */
  readonly column: number;
  /** Where the left border stands, in pixels. */
  readonly scroll: number;
}

export interface TapePicture {
  readonly tape: TapeReport;
  readonly layout: TapeLayout;
  readonly view: TapeView;
  /** The entry that is looked at, and the one under the pointer. */
  readonly looked: number | undefined;
  readonly hovered: number | undefined;
  readonly width: number;
}

/** Draws the columns in sight: however long a tape is, no more than a screen of it costs anything. */
export function paintTape(context: CanvasRenderingContext2D, picture: TapePicture): void {
  const { layout, view, width, tape } = picture;
  const colour = coloursOf(context.canvas);
  context.clearRect(0, 0, width, TAPE_HEIGHT);
  const first = Math.max(0, Math.floor(view.scroll / view.column));
  const last = Math.min(layout.columns, Math.ceil((view.scroll + width) / view.column));
  const at = (column: number) => column * view.column - view.scroll;
  const box = boxWidth(view);

  context.font = LABEL;
  context.textBaseline = 'middle';
  for (const { address, from, to } of layout.spans) {
    if (to <= first || from >= last) continue;
    context.fillStyle = colour.dim;
    const left = Math.max(at(from), 0);
    const room = at(to) - left - CELL.gap;
    if (room > 18) context.fillText(fitted(context, nameOf(address), room), left, 8);
  }

  context.font = FONT;
  for (let column = first; column < last; column++) {
    const cells = layout.byColumn[column] ?? [];
    const x = at(column);
    if (cells.some(({ row }) => row === 'backward')) {
      context.fillStyle = colour.line;
      const middle = Math.round(x + box / 2);
      context.fillRect(
        middle,
        ROWS.forward.y + ROWS.forward.height,
        1,
        ROWS.backward.y - ROWS.forward.y - ROWS.forward.height,
      );
    }
    for (const cell of cells) paintCell(context, picture, cell, x, box, colour);
  }
  const current = layout.cells[tape.done - 1];
  if (current !== undefined) pointAt(context, at(current.column) + box / 2, current, colour);
}

const boxWidth = ({ column }: TapeView): number => Math.max(1, column - (column > 12 ? CELL.gap : 1));

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
  { tape, looked, hovered, view }: TapePicture,
  cell: Cell,
  x: number,
  box: number,
  colour: Colours,
): void {
  const place = placeOf(cell, x, box);
  const { position, row } = cell;
  const tone = row === 'forward' ? colour.fwd : row === 'update' ? colour.dim : colour.bwd;
  const soft = row === 'forward' ? colour.fwdSoft : row === 'update' ? colour.line : colour.bwdSoft;
  const isDone = position < tape.done;
  context.beginPath();
  context.roundRect(
    place.x + 0.5,
    place.y + 0.5,
    Math.max(1, place.width - 1),
    place.height - 1,
    row === 'added' ? 2 : 4,
  );
  if (isDone) {
    context.fillStyle = row === 'added' ? tone : soft;
    context.fill();
  }
  context.lineWidth = position === tape.done - 1 ? 2 : 1;
  context.strokeStyle = isDone ? tone : colour.line;
  context.stroke();
  if (position === looked || position === hovered) {
    context.beginPath();
    context.roundRect(place.x - 2, place.y - 2, place.width + 4, place.height + 4, row === 'added' ? 3 : 6);
    context.lineWidth = position === looked ? 2 : 1;
    context.strokeStyle = position === looked ? colour.accent : colour.dim;
    context.stroke();
  }
  if (row === 'added' || view.column < READABLE) return;
  context.fillStyle = isDone ? colour.text : colour.dim;
  const word = fitted(context, tape.entries[position]?.op ?? '', place.width - 6);
  context.fillText(
    word,
    place.x + (place.width - context.measureText(word).width) / 2,
    place.y + place.height / 2 + 0.5,
  );
}

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

interface Colours {
  readonly fwd: string;
  readonly fwdSoft: string;
  readonly bwd: string;
  readonly bwdSoft: string;
  readonly accent: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
}

function coloursOf(canvas: HTMLCanvasElement): Colours {
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

/** `linear1` of `model/linear1`, with the number of the innermost iteration: `middle_linear #2`. */
export function nameOf(address: string): string {
  const number = /#(\d+)(?!.*#)/.exec(address)?.[1];
  const name = (address.split('/').at(-1) ?? '').replace(/#\d+$/, '');
  return number === undefined ? name : `${name} #${number}`;
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 0 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return end === 0 ? '' : `${text.slice(0, end)}…`;
}
