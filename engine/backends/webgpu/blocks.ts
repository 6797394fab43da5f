import type { Launch, Writer } from './launch.ts';
import { numbered } from './stages.ts';

/**
 * A block of the result by each workgroup, four rows and four columns of it by each invocation. What is needed of A and of B goes
 * through the memory of the workgroup, some steps along K at a time.
 *
 * Four elements that are neighbours in memory are one vector, there and on the way: along K, or, where an operand is read across its
 * rows, along the lines (rows of A, columns of B). Memory is bound once, as all arrays are in it and may not be bound twice where it is
 * written; but a kernel may see it as vectors, which it does if the rows of all three arrays begin at multiples of four words.
 * Else it loads four words one by one.
 */
export interface Block {
  readonly rows: number;
  readonly columns: number;
}
/** Steps along K at a time. */
export const DEPTH = 16;
const TILE = 4;

interface BlockOptions {
  readonly m: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly isAligned: boolean;
  /** Where the result is put as it is, in words, if that is all that is done of it. */
  readonly to: number | undefined;
  /** Matrices, and pieces of K of each. */
  readonly z: number;
}

/** The lines of an operand that a block needs: so many from `first` on. */
interface Side {
  readonly name: 'left' | 'right';
  readonly size: number;
  readonly at: string;
  readonly first: string;
  /** How many lines there are, as an expression. */
  readonly lines: string;
  readonly isAlongK: boolean;
}

/** Lines that `rows`, `columns`, `depth`, `begin`, `end`, `atA`, `atB` and `begins` come from stand in the writer. */
export function blockProduct(writer: Writer, block: Block, options: BlockOptions): Launch {
  const { m, n, transposeA, transposeB, isAligned, to, z } = options;
  const across = Math.ceil(n / block.columns);
  const groups = numbered(writer, across * Math.ceil(m / block.rows), z);
  writer.line(`let firstRow = block / ${writer.whole(across)} * ${block.rows}u;`);
  writer.line(`let firstColumn = block % ${writer.whole(across)} * ${block.columns}u;`);
  const [width, height] = [block.columns / TILE, block.rows / TILE];
  writer.line(`let row = lane / ${width}u; let column = lane % ${width}u;`);
  for (const r of tile) writer.line(`var sum${r} = vec4f();`);

  const left: Side = {
    name: 'left',
    size: block.rows,
    at: 'atA',
    first: 'firstRow',
    lines: 'rows',
    isAlongK: !transposeA,
  };
  const right: Side = {
    name: 'right',
    size: block.columns,
    at: 'atB',
    first: 'firstColumn',
    lines: 'columns',
    isAlongK: transposeB,
  };
  writer.line(`for (var done = begin; done < end; done += ${DEPTH}u) {`);
  for (const side of [left, right]) fill(writer, side, width * height);
  writer.line('  workgroupBarrier();');
  writer.line(`  for (var quad = 0u; quad < ${DEPTH / TILE}u; quad++) {`);
  const a = vectors(writer, left, 'row');
  const b = vectors(writer, right, 'column');
  for (const step of tile) {
    writer.line(
      `    let b${step} = ${right.isAlongK ? `vec4f(${tile.map((c) => b(c, step)).join(', ')})` : `right${step}`};`,
    );
    for (const r of tile) writer.line(`    sum${r} += ${a(r, step)} * b${step};`);
  }
  writer.line('  }');
  writer.line('  workgroupBarrier();');
  writer.line('}');
  store(writer, isAligned ? to : undefined);
  const shared = [left, right].map(
    ({ name, size }) => `var<workgroup> ${name}: array<vec4f, ${(DEPTH / TILE) * (size + 1)}>;`,
  );
  const element = isAligned ? 'vec4u' : 'u32';
  return writer.launch('', groups, [width * height, 1], `${QUADS[element]}${shared.join('\n')}`, element);
}

const tile = [0, 1, 2, 3] as const;
const PARTS = 'xyzw';

/** Four words from one on; where memory is seen as vectors it is a multiple of four. */
const QUADS = {
  u32: `fn quad_at(at: u32) -> vec4f {
  return bitcast<vec4f>(vec4u(memory[at], memory[at + 1u], memory[at + 2u], memory[at + 3u]));
}
`,
  vec4u: `fn quad_at(at: u32) -> vec4f { return bitcast<vec4f>(memory[at >> 2u]); }
`,
} as const;

/**
 * Brings what the next steps need. Steps beyond the last count as zeros, in both operands; lines beyond the last are whatever is
 * found there, and what comes of them is not stored.
 */
function fill(writer: Writer, { name, size, at, first, lines, isAlongK }: Side, invocations: number): void {
  const across = size / TILE;
  writer.line(`  for (var e = lane; e < ${across * DEPTH}u; e += ${invocations}u) {`);
  if (isAlongK) {
    const quads = DEPTH / TILE;
    writer.line(`    let line = e / ${quads}u; let part = e % ${quads}u; let step = done + part * ${TILE}u;`);
    writer.line(`    let found = quad_at(${at} + (${first} + line) * depth + step);`);
    // Lines are put so that those which neighbouring invocations want at once are neighbours.
    writer.line(`    ${name}[part * ${size + 1}u + line % ${TILE}u * ${across}u + line / ${TILE}u] =`);
    writer.line('      select(vec4f(), found, vec4u(step) + vec4u(0u, 1u, 2u, 3u) < vec4u(end));');
  } else {
    writer.line(`    let step = done + e / ${across}u;`);
    writer.line(`    let found = quad_at(${at} + step * ${lines} + ${first} + e % ${across}u * ${TILE}u);`);
    writer.line(`    ${name}[e] = select(vec4f(), found, step < end);`);
  }
  writer.line('  }');
}

/** Fetches what an invocation needs of an operand for four steps; the element of one of its lines in a step, as an expression. */
function vectors(
  writer: Writer,
  { name, size, isAlongK }: Side,
  place: string,
): (line: number, step: number) => string {
  const across = size / TILE;
  for (const i of tile) {
    const index = isAlongK ? `quad * ${size + 1}u + ${i * across}u` : `(quad * ${TILE}u + ${i}u) * ${across}u`;
    writer.line(`    let ${name}${i} = ${name}[${index} + ${place}];`);
  }
  return (line, step) => (isAlongK ? `${name}${line}.${PARTS[step]}` : `${name}${step}.${PARTS[line]}`);
}

/** `finish` of each element; or four at once `to` their place, where memory is seen as vectors. */
function store(writer: Writer, to: number | undefined): void {
  writer.line(`let j = firstColumn + column * ${TILE}u;`);
  for (const r of tile) {
    writer.line(`{ let i = firstRow + row * ${TILE}u + ${r}u; let place = begins + i * columns + j;`);
    if (to === undefined)
      for (const c of tile)
        writer.line(`  if (i < rows && j + ${c}u < columns) { finish(place + ${c}u, sum${r}.${PARTS[c]}); }`);
    else {
      const index = `(${writer.whole(to)} + place) >> 2u`;
      writer.line(`  if (i < rows && j < columns) { memory[${index}] = bitcast<vec4u>(sum${r}); }`);
    }
    writer.line('}');
  }
}
