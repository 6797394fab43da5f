import { Body, type FunctionSource, type Local } from './assembler.ts';
import { kernelBody, word } from './kernel_body.ts';
import { PACK, packAcross, packAlong, packedFrom, packOne } from './packing.ts';
import { ceiling, least, range, UNIT } from './parts.ts';

/**
 * Matrix multiplication. C is made in tiles of MR rows and NR columns that stay in registers while K runs; B stands in panels of
 * NR columns, packed or, where its rows are short, as it is. Every element is one sum in the order of K, whatever the tile, the
 * block of K and the part of the work it falls into: none of them changes a bit.
 */
export interface Tile {
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
  /** `relaxed_madd` instead of a product and a sum. */
  readonly relaxed: boolean;
}

/** Words of the block that describes one multiplication to `compute`: addresses and strides in bytes, sizes in elements. */
export const GEMM = {
  a: 0,
  /** Stride from row to row, where K runs along memory (`byRows`), else from one k to the next. */
  aStride: 1,
  byRows: 2,
  /** From one row of A to the next. */
  aRow: 3,
  b: 4,
  /** From one k to the next. */
  bStep: 5,
  bPanel: 6,
  c: 7,
  cRow: 8,
  m: 9,
  n: 10,
  k: 11,
  /** How the work is cut: so many parts down and across, of whole units of rows and of `UNIT`. */
  rowUnit: 12,
  down: 13,
  across: 14,
  /** Where the block for packing stands, in bytes, for those that pack their panels of B themselves. */
  packing: 15,
} as const;
export const GEMM_WORDS = 16;

/** K is done in blocks, so that a panel of B stays in the first cache; rows in blocks, so that A stays in the second. */
const K_BLOCK = 256;
const TILES_IN_BLOCK = 20;
/** Panels that a part packs before it multiplies them. */
const PACKED_PANELS = 2;
/** What they take. */
export const packedBytes = ({ columns }: Tile): number => 4 * columns * K_BLOCK * PACKED_PANELS;
/** From one of them to the next. */
export const packedPanelBytes = ({ columns }: Tile): number => 4 * columns * K_BLOCK;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Where the function stands that makes a tile of so many rows and vectors of columns; one for each order of A. */
function microAt({ rows: most, columns }: Tile, rows: number, vectors: number, byRows: boolean): number {
  return (vectors - 1) * most + rows - 1 + (byRows ? 0 : (columns / 4) * most);
}

/** Functions of the module: tiles of 1…MR rows and 1…NR/4 vectors for either order of A, then `compute` and packing. */
export function gemmFunctions(tile: Tile): FunctionSource[] {
  const tiles = (byRows: boolean) =>
    upTo(tile.columns / 4).flatMap((vectors) =>
      upTo(tile.rows).map((rows) => ({
        name: `${byRows ? 'rows' : 'columns'}${rows}x${4 * vectors}`,
        body: micro(rows, vectors, byRows, tile.relaxed),
      })),
    );
  return [
    ...tiles(true),
    ...tiles(false),
    { name: 'alongColumns', body: packAlong(tile.columns) },
    { name: 'acrossColumns', body: packAcross(tile.columns) },
    { name: 'alongRows', body: packAlong(tile.rows) },
    { name: 'acrossRows', body: packAcross(tile.rows) },
    { name: 'packRows', body: packOne(tile.columns, packAt(tile, 'columns', true), true) },
    { name: 'packColumns', body: packOne(tile.columns, packAt(tile, 'columns', false), false) },
    { name: 'packTileRows', body: packOne(tile.rows, packAt(tile, 'rows', true), true) },
    { name: 'packTileColumns', body: packOne(tile.rows, packAt(tile, 'rows', false), false) },
    { name: 'compute', body: compute(tile) },
    { name: 'packRowsAndCompute', body: compute(tile, { alongMemory: true }) },
    { name: 'packColumnsAndCompute', body: compute(tile, { alongMemory: false }) },
  ];
}

/** Where the function stands that packs what is a tile's columns, or its rows. */
function packAt({ rows, columns }: Tile, what: 'columns' | 'rows', alongMemory: boolean): number {
  return 2 * rows * (columns / 4) + (what === 'columns' ? 0 : 2) + (alongMemory ? 0 : 1);
}

/** (a, aStride, b, bStep, k, c, cRow, n, accumulate): C[rows, n] ← A · B, or C + A · B; n is what `vectors` are needed for, or more. */
function micro(rows: number, vectors: number, byRows: boolean, relaxed: boolean): Body {
  const body = new Body(['i', 'i', 'i', 'i', 'i', 'i', 'i', 'i', 'i']);
  const [a, aStride, b, bStep, k, c, cRow, n, accumulate] = body.params;
  if (!a || !aStride || !b || !bStep || !k || !c || !cRow || !n || !accumulate) throw new Error('nine parameters');
  const row = Array.from({ length: rows }, (_, i) => i);
  const column = Array.from({ length: vectors }, (_, j) => j);
  const sums = row.map((i) => ({ i, across: column.map((j) => ({ j, sum: body.local('v') })) }));
  const target = body.variable(c);
  body.if(accumulate, () => {
    for (const { i, across } of sums) {
      for (const { j, sum } of across) body.set(sum, body.load('v128.load', target, 16 * j));
      if (i < rows - 1) body.into(target, 'i32.add', target, cRow);
    }
    body.set(target, c);
  });

  const panel = body.variable(b);
  // Where K runs along memory every row has a pointer of its own; else the rows of a tile stand side by side.
  const heads: Local[] = [];
  for (const _ of byRows ? row : [0]) {
    const last = heads.at(-1);
    heads.push(body.variable(last === undefined ? a : body.op('i32.add', last, aStride)));
  }
  const step = (offset: number): void => {
    const right = column.map((j) => body.load('v128.load', panel, 16 * j));
    for (const { i, across } of sums) {
      const left = body.load('v128.load32_splat', heads[i] ?? heads[0] ?? a, byRows ? offset : 4 * i);
      for (const { j, sum } of across) {
        const by = right[j] ?? left;
        if (relaxed) body.into(sum, 'f32x4.relaxed_madd', left, by, sum);
        else body.into(sum, 'f32x4.add', sum, body.op('f32x4.mul', left, by));
      }
    }
    body.into(panel, 'i32.add', panel, bStep);
    if (!byRows) for (const head of heads) body.into(head, 'i32.add', head, aStride);
  };
  const advance = (by: number): void => {
    if (byRows) for (const head of heads) body.into(head, 'i32.add', head, body.i32(by));
  };
  const left = body.variable(k);
  const down = (by: number) => body.into(left, 'i32.sub', left, body.i32(by));
  // Where rows of B lie far apart, more loads a step apart have the processor fetch far beyond its end, what another thread writes there.
  const UNROLLED = byRows ? 4 : 1;
  body.while(
    () => body.op('i32.ge_u', left, body.i32(UNROLLED)),
    () => {
      for (let u = 0; u < UNROLLED; u++) step(4 * u);
      advance(4 * UNROLLED);
      down(UNROLLED);
    },
  );
  body.while(
    () => left,
    () => {
      step(0);
      advance(4);
      down(1);
    },
  );

  const write = (whole: boolean) => {
    for (const { i, across } of sums) {
      for (const { j, sum } of across) {
        if (whole || j < vectors - 1) body.store('v128.store', target, sum, 16 * j);
        else
          for (let lane = 0; lane < 4; lane++)
            body.if(body.op('i32.gt_u', n, body.i32(4 * j + lane)), () =>
              body.store('f32.store', target, body.lane('f32x4.extract_lane', sum, lane), 16 * j + 4 * lane),
            );
      }
      if (i < rows - 1) body.into(target, 'i32.add', target, cRow);
    }
  };
  body.if(
    body.op('i32.ge_u', n, body.i32(4 * vectors)),
    () => write(true),
    () => write(false),
  );
  return body;
}

/** Does `then` for the greatest of 1…`greatest` that `size` is enough for: as much as `needs` says, or more. */
function most(
  body: Body,
  size: Local,
  greatest: number,
  needs: (of: number) => number,
  then: (chosen: number) => void,
): void {
  if (greatest === 1) then(1);
  else
    body.if(
      body.op('i32.ge_u', size, body.i32(needs(greatest))),
      () => then(greatest),
      () => most(body, size, greatest - 1, needs, then),
    );
}

/** Counts `from` up by `by` while it is below `end`. */
function count(body: Body, from: Local, end: Local, by: number, each: (at: Local) => void): void {
  const at = body.variable(from);
  body.while(
    () => body.op('i32.lt_u', at, end),
    () => {
      each(at);
      body.into(at, 'i32.add', at, body.i32(by));
    },
  );
}

/**
 * (block, part): the tiles of one part. With `packs` it packs of B what it is about to multiply, panel by panel of a block of K, to a
 * place of the part's own that stays in the cache; B has its rows of columns along memory, or across.
 */
function compute(tile: Tile, packs?: { readonly alongMemory: boolean }): Body {
  const { rows: mr, columns: nr } = tile;
  const { body, block, part } = kernelBody();
  const of = (name: keyof typeof GEMM) => word(body, block, GEMM[name]);
  const [a, aStride, byRows, aRow] = [of('a'), of('aStride'), of('byRows'), of('aRow')] as const;
  const [b, bStep, bPanel, c, cRow] = [of('b'), of('bStep'), of('bPanel'), of('c'), of('cRow')] as const;
  const [m, n, k, across] = [of('m'), of('n'), of('k'), of('across')] as const;
  const add = (x: Local, y: Local) => body.op('i32.add', x, y);
  const times = (x: Local, y: Local) => body.op('i32.mul', x, y);

  const rowsOf = range(body, body.op('i32.div_u', part, across), of('down'), m, of('rowUnit'));
  const columnsOf = range(body, body.op('i32.rem_u', part, across), across, n, body.i32(UNIT));
  const firstPanel = body.op('i32.div_u', columnsOf.first, body.i32(nr));
  const lastPanel = ceiling(body, columnsOf.end, body.i32(nr));
  // From one k of A to the next.
  const aStep = body.variable(aStride);
  body.if(byRows, () => body.set(aStep, body.i32(4)));
  const place = packs === undefined ? b : add(b, times(part, body.i32(packedBytes(tile))));
  const packing = of('packing');
  const [from, row] = [word(body, packing, PACK.from), word(body, packing, PACK.row)] as const;

  const panelsFrom = (first: Local, end: Local) =>
    count(body, body.i32(0), k, K_BLOCK, (kAt) => {
      const depth = least(body, body.op('i32.sub', k, kAt), body.i32(K_BLOCK));
      if (packs !== undefined)
        count(body, first, end, 1, (panelAt) => {
          const columnAt = times(panelAt, body.i32(nr));
          const source = packedFrom(body, { from, row, at: columnAt, kAt }, packs.alongMemory);
          const to = add(place, times(body.op('i32.sub', panelAt, first), bPanel));
          const left = body.op('i32.sub', n, columnAt);
          body.call(packAt(tile, 'columns', packs.alongMemory), source, row, to, left, depth);
        });
      count(body, rowsOf.first, rowsOf.end, TILES_IN_BLOCK * mr, (blockAt) => {
        const blockEnd = least(body, add(blockAt, body.i32(TILES_IN_BLOCK * mr)), rowsOf.end);
        count(body, first, end, 1, (panelAt) => {
          const right =
            packs === undefined
              ? add(add(b, times(panelAt, bPanel)), times(kAt, bStep))
              : add(place, times(body.op('i32.sub', panelAt, first), bPanel));
          const columnAt = times(panelAt, body.i32(nr));
          const width = body.op('i32.sub', n, columnAt);
          count(body, blockAt, blockEnd, mr, (rowAt) => {
            const height = body.op('i32.sub', rowsOf.end, rowAt);
            const left = add(add(a, times(rowAt, aRow)), times(kAt, aStep));
            const target = add(add(c, times(rowAt, cRow)), body.op('i32.shl', columnAt, body.i32(2)));
            const operands = [left, aStride, right, bStep, depth, target, cRow, width, kAt];
            const make = (rows: number, vectors: number) =>
              body.if(
                byRows,
                () => body.call(microAt(tile, rows, vectors, true), ...operands),
                () => body.call(microAt(tile, rows, vectors, false), ...operands),
              );
            // The last panel is as wide as what is left.
            most(
              body,
              width,
              nr / 4,
              (v) => 4 * (v - 1) + 1,
              (vectors) =>
                most(
                  body,
                  height,
                  mr,
                  (r) => r,
                  (rows) => make(rows, vectors),
                ),
            );
          });
        });
      });
    });
  if (packs === undefined) panelsFrom(firstPanel, lastPanel);
  else
    count(body, firstPanel, lastPanel, PACKED_PANELS, (first) =>
      panelsFrom(first, least(body, add(first, body.i32(PACKED_PANELS)), lastPanel)),
    );
  return body;
}
