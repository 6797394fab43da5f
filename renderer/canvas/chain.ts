import { CARD_WIDTH } from '../nodes/anatomy.ts';

/**
 * Where a Sequential puts its layers. A chain has an order and nothing else, so places are computed: rows from left to right, as
 * many columns as the frame's stored width allows. Nothing about them is saved but the order.
 */
export interface Place {
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}
export interface ChainLayout extends Size {
  readonly places: readonly Place[];
  /** Heights of the terminals' centres: of the first row and of the last. */
  readonly entry: number;
  readonly exit: number;
}

const PADDING_X = 34;
const HEADER = 42;
/** Room between the last row and the lower border. */
export const CHAIN_BOTTOM = 22;
const GAP_X = 62;
const GAP_Y = 44;
const EMPTY: Size = { width: 300, height: 150 };
const DEFAULT_COLUMNS = 3;

/** Columns that fit a frame of `width`; the default without one. */
const columnsFor = (width: number | undefined): number =>
  width === undefined
    ? DEFAULT_COLUMNS
    : Math.max(1, Math.round((width - 2 * PADDING_X + GAP_X) / (CARD_WIDTH + GAP_X)));

export function chainLayout(cards: readonly Size[], width: number | undefined): ChainLayout {
  if (cards.length === 0) return { ...EMPTY, places: [], entry: EMPTY.height / 2 + 10, exit: EMPTY.height / 2 + 10 };
  const columns = Math.min(columnsFor(width), cards.length);
  // A frame among the layers makes its column as wide as it is.
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(CARD_WIDTH, ...cards.filter((_card, i) => i % columns === column).map((card) => card.width)),
  );
  const lefts: number[] = [];
  let right = PADDING_X;
  for (const one of widths) {
    lefts.push(right);
    right += one + GAP_X;
  }
  const places: Place[] = [];
  let top = HEADER;
  let entry = 0;
  let exit = 0;
  for (let start = 0; start < cards.length; start += columns) {
    const row = cards.slice(start, start + columns);
    const height = Math.max(...row.map((card) => card.height));
    // Cards of a row share their centre line, so that the wires between them are straight.
    row.forEach((card, i) => {
      places.push({ x: lefts[i] ?? PADDING_X, y: top + (height - card.height) / 2 });
    });
    exit = top + height / 2;
    if (start === 0) entry = exit;
    top += height + GAP_Y;
  }
  return {
    places,
    entry,
    exit,
    width: right - GAP_X + PADDING_X,
    height: top - GAP_Y + CHAIN_BOTTOM,
  };
}

/** The place in the order for a card dropped with its centre at `at` (in the frame's coordinates), among those already there. */
export function indexAt(at: Place, cards: readonly Size[], width: number | undefined): number {
  const { places } = chainLayout(cards, width);
  let index = 0;
  places.forEach((place, i) => {
    const size = cards[i];
    if (!size) return;
    const below = at.y > place.y + size.height + GAP_Y / 2;
    const sameRow = at.y > place.y - GAP_Y / 2 && !below;
    if (below || (sameRow && at.x > place.x + size.width / 2)) index = i + 1;
  });
  return index;
}
