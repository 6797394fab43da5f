import type { TapeReport } from '../../engine/protocol/messages.ts';

type Entries = TapeReport['entries'];

/** Where an entry of the tape is drawn. */
export interface Cell {
  readonly position: number;
  readonly column: number;
  readonly row: 'forward' | 'backward' | 'added' | 'update';
  /** Of what is added: its place among all that one operation adds. */
  readonly nth: number;
}

/** Neighbouring columns that are one use of a node; without an address, what no node does. */
export interface Span {
  readonly address: string;
  readonly op: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface TapeLayout {
  readonly columns: number;
  /** In the order of the tape. */
  readonly cells: readonly Cell[];
  /** By column, from top to bottom. */
  readonly byColumn: readonly (readonly Cell[])[];
  readonly spans: readonly Span[];
}

/**
 * The forward pass from left to right, beneath each of its entries what walks back over it, so that the backward pass visibly
 * goes home; updates follow at the right.
 */
export function layOutTape(entries: Entries): TapeLayout {
  const cells: Cell[] = [];
  const adds = new Map<number, number>();
  const last = entries.findIndex(({ phase }) => phase === 'backward' || phase === 'update');
  const forward = last < 0 ? entries.length : last;
  // A column stays free between the loss and the updates.
  let update = forward;
  for (const [position, { phase, op, forward: over }] of entries.entries()) {
    if (phase === 'update') cells.push({ position, column: ++update, row: 'update', nth: 0 });
    else if (phase !== 'backward') cells.push({ position, column: position, row: 'forward', nth: 0 });
    else {
      // The seed of the backward pass belongs to the loss.
      const column = over ?? forward - 1;
      const isAdd = op === 'accumulate';
      const nth = isAdd ? (adds.get(column) ?? 0) : 0;
      if (isAdd) adds.set(column, nth + 1);
      cells.push({ position, column, row: isAdd ? 'added' : 'backward', nth });
    }
  }
  const columns = update === forward ? forward : update + 1;
  const byColumn = Array.from({ length: columns }, (): Cell[] => []);
  for (const cell of cells) byColumn[cell.column]?.push(cell);
  return { columns, cells, byColumn, spans: spansOf(entries, cells) };
}

function spansOf(entries: Entries, cells: readonly Cell[]): Span[] {
  const spans: { address: string; op: string; from: number; to: number }[] = [];
  for (const { position, column, row } of cells) {
    if (row !== 'forward' && row !== 'update') continue;
    const { address = '', op = '' } = entries[position] ?? {};
    const open = spans.at(-1);
    const isSame = open?.address === address && (address !== '' || open.op === op);
    if (open !== undefined && isSame && open.to === column) open.to++;
    else spans.push({ address, op, from: column, to: column + 1 });
  }
  return spans;
}

/**
 * The entry that a key leads to from the one at `position`; undefined where the key is not for the tape. Left and right follow
 * the order of time, up and down what is drawn above and beneath, a page is a phase.
 */
export function scrubbed(entries: Entries, layout: TapeLayout, position: number, key: string): number | undefined {
  const last = entries.length - 1;
  const beneath = layout.byColumn[layout.cells[position]?.column ?? 0] ?? [];
  const row = beneath.findIndex((cell) => cell.position === position);
  const starts = entries.flatMap(({ phase }, i) => (phase === entries[i - 1]?.phase ? [] : [i]));
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, position - 1);
    case 'ArrowRight':
      return Math.min(last, position + 1);
    case 'ArrowUp':
      return beneath[row - 1]?.position ?? position;
    case 'ArrowDown':
      return beneath[row + 1]?.position ?? position;
    case 'PageUp':
      return starts.findLast((start) => start < position) ?? 0;
    case 'PageDown':
      return starts.find((start) => start > position) ?? last;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
