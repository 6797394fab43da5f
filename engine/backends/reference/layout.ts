import { numel, type Shape, stridesOf } from '../../tensor/shape.ts';
import { type Arena, elements, type StoredArray } from '../arena.ts';
import type { NDArray } from '../backend.ts';
import { checkedIndex, requireAsMany, slicedShape } from '../results.ts';

/** Operations that only move elements. */

export function copy(arena: Arena, x: NDArray, shape: Shape = x.shape): StoredArray {
  requireAsMany(x, shape);
  const out = arena.make(shape, x.dtype);
  elements(out).set(elements(x));
  return out;
}

export function permute(arena: Arena, x: NDArray, axes: readonly number[]): StoredArray {
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  const out = arena.make(shape, x.dtype);
  const from = elements(x);
  const to = elements(out);
  const own = stridesOf(x.shape);
  const strides = axes.map((axis) => own[axis] ?? 0);
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  const last = rank === 0 ? 1 : (shape[rank - 1] ?? 1);
  const step = strides[rank - 1] ?? 0;
  let source = 0;
  for (let at = 0; at < to.length; at += last) {
    for (let j = 0; j < last; j++) to[at + j] = from[source + j * step] as number;
    for (let axis = rank - 2; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      const next = (index[axis] ?? 0) + 1;
      const wrapped = next === size;
      index[axis] = wrapped ? 0 : next;
      source += (strides[axis] ?? 0) * (wrapped ? 1 - size : 1);
      if (!wrapped) break;
    }
  }
  return out;
}

/** An array seen as (outer, size, inner) around one axis. */
function around(shape: Shape, axis: number): { outer: number; size: number; inner: number } {
  return { outer: numel(shape.slice(0, axis)), size: shape[axis] ?? 1, inner: numel(shape.slice(axis + 1)) };
}

export function slice(arena: Arena, x: NDArray, axis: number, start: number, end: number): StoredArray {
  const { outer, size, inner } = around(x.shape, axis);
  const out = arena.make(slicedShape(x, axis, start, end), x.dtype);
  const from = elements(x);
  const length = (end - start) * inner;
  for (let o = 0; o < outer; o++) {
    const at = (o * size + start) * inner;
    elements(out).set(from.subarray(at, at + length), o * length);
  }
  return out;
}

/** Rows of so few elements are sooner copied than looked at through an object each. */
const NARROW = 32;

export function takeRows(arena: Arena, x: NDArray, index: ArrayLike<number>): StoredArray {
  const rows = x.shape[0] ?? 1;
  const width = numel(x.shape.slice(1));
  const out = arena.make([index.length, ...x.shape.slice(1)], x.dtype);
  const from = elements(x);
  const to = elements(out);
  for (let i = 0; i < index.length; i++) {
    const row = checkedIndex(index[i], rows);
    if (width > NARROW) to.set(from.subarray(row * width, (row + 1) * width), i * width);
    else for (let j = 0; j < width; j++) to[i * width + j] = from[row * width + j] ?? 0;
  }
  return out;
}

/** Calls `visit(position in index, position in x)` for every element of `index`. */
function visitIndexed(shape: Shape, axis: number, index: NDArray, visit: (i: number, at: number) => void): void {
  const strides = stridesOf(shape);
  const rank = shape.length;
  const picks = elements(index);
  const size = shape[axis] ?? 1;
  const position = new Array<number>(rank).fill(0);
  for (let i = 0; i < picks.length; i++) {
    let at = checkedIndex(picks[i], size) * (strides[axis] ?? 1);
    for (let d = 0; d < rank; d++) if (d !== axis) at += (position[d] ?? 0) * (strides[d] ?? 0);
    visit(i, at);
    for (let d = rank - 1; d >= 0; d--) {
      const next = (position[d] ?? 0) + 1;
      position[d] = next === index.shape[d] ? 0 : next;
      if (position[d] !== 0) break;
    }
  }
}

export function gather(arena: Arena, x: NDArray, axis: number, index: NDArray): StoredArray {
  const out = arena.make(index.shape, x.dtype);
  const from = elements(x);
  const to = elements(out);
  visitIndexed(x.shape, axis, index, (i, at) => {
    to[i] = from[at] as number;
  });
  return out;
}

export function scatterAdd(arena: Arena, shape: Shape, axis: number, index: NDArray, source: NDArray): StoredArray {
  const out = arena.make(shape, source.dtype);
  const from = elements(source);
  const to = elements(out).fill(0);
  visitIndexed(shape, axis, index, (i, at) => {
    to[at] = (to[at] as number) + (from[i] as number);
  });
  return out;
}
