import { numel } from '../../tensor/shape.ts';
import { type Arena, blockOf, elements, type StoredArray } from '../arena.ts';
import { batchOffsets } from '../reference/matmul.ts';
import type { ProductSizes } from '../results.ts';
import { DOTS, dots } from './dots.ts';
import { GEMM, GEMM_WORDS, gemmFunctions, packedBytes, packedPanelBytes, type Tile } from './gemm.ts';
import type { Launcher } from './launcher.ts';
import type { Kernel, Library } from './library.ts';
import type { LinearMemory } from './memory.ts';
import { PACK } from './packing.ts';
import { UNIT, unitsOf } from './parts.ts';

/** With fewer rows than this, packing B costs more than it gives. */
const ROWS_WORTH_PACKING = 32;
/** An operand whose rows lie further apart than this (bytes) is packed where many tiles read it: pages and lines run short. */
const FAR_APART = 2048;
const TILES_WORTH_PACKING = 12;
/** As many rows of B as they are stay in the first cache as they lie, unless they are whole pages apart and take each other's place. */
const K_WORTH_PACKING = 256;
const PAGE = 4096;

/** With so few rows, packing Bᵀ would cost more than the product. */
const FEW_ROWS = 2;
/** Whether wide tiles are faster than narrow ones is not worth finding out for products of fewer multiplications. */
const WORTH_CHOOSING = 2 ** 19;

/** Products of fewer multiplications are not shared among threads: to have what another core wrote takes as long as to make it. */
const WORTH_SHARING = 2 ** 20;
/** Packing an element takes about as long as so many multiplications. */
const PACKED_PER_PRODUCT = 16;
/** More parts than threads, as not all of them begin at once. */
const PARTS_PER_THREAD = 4;

interface ProductKernels {
  readonly tile: Tile;
  readonly compute: Kernel;
  readonly packRows: Kernel;
  readonly packColumns: Kernel;
  readonly packTileRows: Kernel;
  readonly packTileColumns: Kernel;
  readonly packRowsAndCompute: Kernel;
  readonly packColumnsAndCompute: Kernel;
}

function productKernels(library: Library, tile: Tile): ProductKernels {
  const key = `products ${tile.rows}×${tile.columns} ${tile.relaxed ? 'relaxed' : 'plain'}`;
  const found = library.functions(key, () => gemmFunctions(tile));
  return {
    tile,
    compute: found('compute'),
    packRows: found('packRows'),
    packColumns: found('packColumns'),
    packTileRows: found('packTileRows'),
    packTileColumns: found('packTileColumns'),
    packRowsAndCompute: found('packRowsAndCompute'),
    packColumnsAndCompute: found('packColumnsAndCompute'),
  };
}

/** What products are made with. */
interface Workshop {
  readonly library: Library;
  readonly memory: LinearMemory;
  readonly arena: Arena;
  readonly launcher: Launcher;
}

/** Matrix products in WebAssembly. */
export class Products {
  readonly #memory: LinearMemory;
  readonly #arena: Arena;
  readonly #library: Library;
  readonly #launcher: Launcher;
  readonly #relaxed: boolean;
  readonly #wide: () => boolean;
  #chosen: boolean | undefined;
  #fewRowsKernel: Kernel | undefined;
  readonly #known = new Map<number, ProductKernels>();

  /** `wide` is asked whether tiles of 16 columns are faster than those of 8, when the first large product comes. */
  constructor(
    { library, memory, arena, launcher }: Workshop,
    { relaxed, wide }: { readonly relaxed: boolean; readonly wide: () => boolean },
  ) {
    this.#memory = memory;
    this.#arena = arena;
    this.#library = library;
    this.#launcher = launcher;
    this.#relaxed = relaxed;
    this.#wide = wide;
  }

  #kernels(multiplications: number): ProductKernels {
    const columns = this.#isWide(multiplications) ? 16 : 8;
    const known = this.#known.get(columns);
    if (known !== undefined) return known;
    const made = productKernels(this.#library, { rows: 6, columns, relaxed: this.#relaxed });
    this.#known.set(columns, made);
    return made;
  }

  #isWide(multiplications: number): boolean {
    if (this.#chosen === undefined && multiplications >= WORTH_CHOOSING) this.#chosen = this.#wide();
    return this.#chosen ?? false;
  }

  /** `out ← A · B`, matrix by matrix of the batch. `sizes` says how the operands are read. */
  run(a: StoredArray, b: StoredArray, out: StoredArray, sizes: ProductSizes): void {
    const { m, n, k, batchA, batchB, batch } = sizes;
    if (m * n === 0) return;
    if (k === 0) {
      this.#launcher.work(() => elements(out).fill(0));
      return;
    }
    const atA = batchOffsets(batchA, batch);
    const atB = batchOffsets(batchB, batch);
    const scratch = this.#arena.open();
    try {
      for (let i = 0; i < numel(batch); i++)
        this.#one(
          blockOf(a).address + 4 * (atA[i] ?? 0) * m * k,
          blockOf(b).address + 4 * (atB[i] ?? 0) * n * k,
          blockOf(out).address + 4 * i * m * n,
          sizes,
        );
    } finally {
      scratch.close();
    }
  }

  #one(a: number, b: number, c: number, sizes: ProductSizes): void {
    const { m, n, k, transposeA, transposeB } = sizes;
    if (transposeB && m <= FEW_ROWS && (m === 1 || !transposeA)) {
      this.#dots(a, b, c, sizes);
      return;
    }
    const before = this.#launcher.makings;
    const kernels = this.#kernels(m * n * k);
    const { rows, columns } = kernels.tile;
    const panels = Math.ceil(n / columns);
    const rowTiles = Math.ceil(m / rows);
    const isDeep = k > K_WORTH_PACKING || (4 * n) % PAGE === 0;
    const isTall = m >= ROWS_WORTH_PACKING && rowTiles >= TILES_WORTH_PACKING;
    const packsB = transposeB || (isDeep && isTall && 4 * n > FAR_APART);
    const packsA = 4 * (transposeA ? m : k) > FAR_APART && panels >= TILES_WORTH_PACKING && k > 64;
    // Rows that are packed stand in whole tiles.
    const rowUnit = packsA ? (UNIT * rows) / 2 : UNIT;
    const cut = this.#cut(sizes, rowUnit);
    // Who packs a panel has it at hand.
    const packsItself = packsB && cut.down === 1;

    const fromA: Packing = { from: a, count: m, k, width: rows, alongMemory: transposeA };
    const fromB: Packing = { from: b, count: n, k, width: columns, alongMemory: !transposeB };
    const left = packsA ? this.#packed(transposeA ? kernels.packTileRows : kernels.packTileColumns, fromA) : a;
    const packB = transposeB ? kernels.packColumns : kernels.packRows;
    const parts = cut.down * cut.across;
    const right = !packsB
      ? b
      : packsItself
        ? this.#room(parts * packedBytes(kernels.tile))
        : this.#packed(packB, fromB);
    const first = this.#launcher.block(GEMM_WORDS + PACK_WORDS);
    const { words } = this.#memory;
    const set = (name: keyof typeof GEMM, value: number) => {
      words[first + GEMM[name]] = value;
    };
    set('a', left);
    set('byRows', !packsA && !transposeA ? 1 : 0);
    set('aStride', packsA ? 4 * rows : 4 * (transposeA ? m : k));
    set('aRow', packsA || !transposeA ? 4 * k : 4);
    set('b', right);
    set('bStep', packsB ? 4 * columns : 4 * n);
    set('bPanel', packsItself ? packedPanelBytes(kernels.tile) : packsB ? 4 * columns * k : 4 * columns);
    set('c', c);
    set('cRow', 4 * n);
    set('m', m);
    set('n', n);
    set('k', k);
    set('rowUnit', rowUnit);
    set('down', cut.down);
    set('across', cut.across);
    set('packing', 4 * (first + GEMM_WORDS));
    if (packsItself) this.#describe(first + GEMM_WORDS, right, fromB);
    const compute = transposeB ? kernels.packColumnsAndCompute : kernels.packRowsAndCompute;
    this.#launcher.launch(packsItself ? compute : kernels.compute, first, parts);
    if (numel(sizes.batch) > 1) return;
    const across = (part: number) => unitsOf(part % cut.across, cut.across, n, UNIT);
    const down = (part: number) => unitsOf(Math.floor(part / cut.across), cut.down, m, rowUnit);
    this.#launcher.makes(before, {
      address: c,
      rows: m,
      columns: n,
      parts,
      area: (part) => ({ rows: down(part), columns: across(part) }),
      reads: [
        [a, 4 * m * k],
        [b, 4 * n * k],
        [left, 4 * rowTiles * rows * k],
        [right, packsItself ? parts * packedBytes(kernels.tile) : 4 * panels * columns * k],
      ],
    });
  }

  #dots(a: number, b: number, c: number, { m, n, k }: ProductSizes): void {
    const { threads } = this.#launcher;
    const parts = m * n * k < WORTH_SHARING ? 1 : partsOf(Math.ceil(n / UNIT), threads);
    const first = this.#launcher.block(DOTS_WORDS);
    this.#memory.words.set([a, b, c, m, n, k, parts], first);
    this.#launcher.launch(this.#fewRows(), first, parts);
  }
  #fewRows(): Kernel {
    const kind = this.#relaxed ? 'relaxed' : 'plain';
    const body = () => [{ name: 'kernel', body: dots(this.#relaxed) }];
    this.#fewRowsKernel ??= this.#library.functions(`products of few rows ${kind}`, body)('kernel');
    return this.#fewRowsKernel;
  }

  /**
   * Along what is larger, the result or B: the same rows of a weight are then read, derived and updated by the same thread. Along
   * both where there are too few units of the one.
   */
  #cut({ m, n, k }: ProductSizes, rowUnit: number): { readonly down: number; readonly across: number } {
    const { threads } = this.#launcher;
    if (threads === 1 || m * n * k < WORTH_SHARING) return { down: 1, across: 1 };
    const rowUnits = Math.ceil(m / rowUnit);
    const columnUnits = Math.ceil(n / UNIT);
    const [first, second] = m > k ? [rowUnits, columnUnits] : [columnUnits, rowUnits];
    const many = partsOf(first, threads);
    const more = first >= threads ? 1 : Math.min(second, threads);
    return m > k ? { down: many, across: more } : { down: more, across: many };
  }

  /** Packs all panels; the address of the first. */
  #packed(pack: Kernel, packing: Packing): number {
    const { count, k, width } = packing;
    const to = this.#room(4 * Math.ceil(count / width) * width * k);
    const first = this.#launcher.block(PACK_WORDS);
    const panels = this.#describe(first, to, packing);
    this.#launcher.launch(pack, first, panels, count * k >= WORTH_SHARING / PACKED_PER_PRODUCT);
    return to;
  }

  #room(bytes: number): number {
    return blockOf(this.#arena.make([bytes / 4], 'f32')).address;
  }

  /** Says at word `first` what is packed; gives the number of panels. */
  #describe(first: number, to: number, { from, count, k, width, alongMemory }: Packing): number {
    const { words } = this.#memory;
    const panels = Math.ceil(count / width);
    words[first + PACK.from] = from;
    words[first + PACK.row] = 4 * (alongMemory ? count : k);
    words[first + PACK.to] = to;
    words[first + PACK.n] = count;
    words[first + PACK.k] = k;
    return panels;
  }
}

/** As many parts for every thread, and no more than there are units. */
const partsOf = (units: number, threads: number): number =>
  units < threads ? units : threads * Math.min(PARTS_PER_THREAD, Math.floor(units / threads));

/** Panels of `width` rows or columns of a matrix, side by side for every k; `alongMemory` where these lie along memory. */
interface Packing {
  readonly from: number;
  readonly count: number;
  readonly k: number;
  readonly width: number;
  readonly alongMemory: boolean;
}
const DOTS_WORDS = Object.keys(DOTS).length;
const PACK_WORDS = Object.keys(PACK).length;
