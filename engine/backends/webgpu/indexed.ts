import { numel, type Shape, stridesOf } from '../../tensor/shape.ts';
import { type Launch, type Source, type Target, Writer } from './launch.ts';

/** What stands where an index leads nowhere: no number. The reference backend throws, which a device cannot. */
const NOWHERE = '0x7fc00000u';

/** The place in an array of `shape` that position `i` of an index of `own` speaks of, its place along `axis` left out. */
function besideAxis(writer: Writer, shape: Shape, axis: number, own: Shape): void {
  const strides = stridesOf(shape);
  writer.line('var beside = 0u; var rest = i;');
  for (let d = own.length - 1; d >= 0; d--) {
    const size = writer.whole(own[d] ?? 1);
    if (d !== axis) writer.line(`beside += (rest % ${size}) * ${writer.whole(strides[d] ?? 0)};`);
    writer.line(`rest = rest / ${size};`);
  }
}

/** `out[i][j] = x[index[i][j]][j]` for axis 0. */
export function gathered(out: number, x: number, shape: Shape, axis: number, index: Source, own: Shape): Launch {
  const writer = new Writer();
  besideAxis(writer, shape, axis, own);
  const step = writer.whole(stridesOf(shape)[axis] ?? 1);
  writer.line(`let chosen = memory[${writer.whole(index.at)} + i];`);
  writer.line(`var word = ${NOWHERE};`);
  writer.line(
    `if (chosen < ${writer.whole(shape[axis] ?? 1)}) { word = memory[${writer.whole(x)} + beside + chosen * ${step}]; }`,
  );
  writer.line(`memory[${writer.whole(out)} + i] = word;`);
  return writer.perElement(numel(own));
}

/** Nothing but zeros. */
export function zeros(out: Target, count: number): Launch {
  const writer = new Writer();
  writer.line(`memory[${writer.whole(out.at)} + i] = 0u;`);
  return writer.perElement(count);
}

/**
 * `out[index[i][j]][j] += source[i][j]` for axis 0, in that order: each line along the axis is one invocation's, so that nobody else
 * adds to what it adds to.
 */
export function scattered(out: Target, shape: Shape, axis: number, index: Source, source: Source, own: Shape): Launch {
  const writer = new Writer();
  const count = own[axis] ?? 1;
  const others = own.map((size, d) => (d === axis ? 1 : size));
  besideAxis(writer, shape, axis, others);
  const step = writer.whole(stridesOf(shape)[axis] ?? 1);
  // Where the line begins in the index and in the source.
  const ownStrides = stridesOf(own);
  writer.line('var line = 0u; var left = i;');
  for (let d = own.length - 1; d >= 0; d--) {
    const size = writer.whole(others[d] ?? 1);
    writer.line(`line += (left % ${size}) * ${writer.whole(ownStrides[d] ?? 0)}; left = left / ${size};`);
  }
  const type = out.dtype === 'f32' ? 'f32' : 'i32';
  writer.line(`for (var n = 0u; n < ${writer.whole(count)}; n++) {`);
  writer.line(`  let here = line + n * ${writer.whole(ownStrides[axis] ?? 1)};`);
  writer.line(`  let chosen = memory[${writer.whole(index.at)} + here];`);
  writer.line(`  if (chosen < ${writer.whole(shape[axis] ?? 1)}) {`);
  writer.line(`    let to = ${writer.whole(out.at)} + beside + chosen * ${step};`);
  writer.line(
    `    memory[to] = bitcast<u32>(bitcast<${type}>(memory[to]) + bitcast<${type}>(memory[${writer.whole(source.at)} + here]));`,
  );
  writer.line('  }');
  writer.line('}');
  return writer.perElement(numel(others));
}

/** Rows of axis 0, each of `width` words, in the order that was brought along. */
export function rows(out: number, x: number, width: number, brought: number, count: number): Launch {
  const writer = new Writer();
  const across = writer.whole(width);
  writer.line(`let row = brought[${writer.whole(brought)} + i / ${across}];`);
  writer.line(`memory[${writer.whole(out)} + i] = memory[${writer.whole(x)} + row * ${across} + i % ${across}];`);
  return writer.perElement(count * width);
}
