import type { Body, Local } from './assembler.ts';
import { kernelBody, word } from './kernel_body.ts';
import { range, UNIT } from './parts.ts';

/**
 * C ← A · Bᵀ for a few rows: each element is the product of two runs of memory, so that nothing is packed. Four sums run side by
 * side along K and are joined at the end: the order of a sum depends on K alone.
 */

/** Words of the block: addresses in bytes, sizes in elements; parts are of columns. */
export const DOTS = { a: 0, b: 1, c: 2, m: 3, n: 4, k: 5, parts: 6 } as const;

/** So many columns at a time: their sums do not wait for one another. */
const COLUMNS = 4;

/** (block, part): all rows of one part of the columns. */
export function dots(relaxed: boolean): Body {
  const { body, block, part } = kernelBody();
  const of = (name: keyof typeof DOTS) => word(body, block, DOTS[name]);
  const add = (x: Local, y: Local) => body.op('i32.add', x, y);
  const bytes = (elements: Local) => body.op('i32.shl', elements, body.i32(2));
  const [a, b, c, m, n, k] = [of('a'), of('b'), of('c'), of('m'), of('n'), of('k')] as const;
  const run = bytes(k);
  const columns = range(body, part, of('parts'), n, body.i32(UNIT));

  const row = body.variable(a);
  const out = body.variable(c);
  const rows = body.variable(m);
  const head = body.local('i');
  const target = body.local('i');
  const left = body.local('i');

  const some = (count: number): void => {
    const sums = Array.from({ length: count }, () => body.variable(body.zero()));
    const x = body.variable(row);
    const ys: Local[] = [];
    for (const _ of sums) ys.push(body.variable(ys.length === 0 ? head : add(ys.at(-1) ?? head, run)));
    const depth = body.variable(k);
    const step = (elements: 4 | 1) => {
      const load = elements === 4 ? 'v128.load' : 'v128.load32_zero';
      const given = body.load(load, x);
      for (const [j, sum] of sums.entries()) {
        const by = body.load(load, ys[j] ?? x);
        if (relaxed) body.into(sum, 'f32x4.relaxed_madd', given, by, sum);
        else body.into(sum, 'f32x4.add', sum, body.op('f32x4.mul', given, by));
      }
      for (const cursor of [x, ...ys]) body.into(cursor, 'i32.add', cursor, body.i32(4 * elements));
      body.into(depth, 'i32.sub', depth, body.i32(elements));
    };
    body.while(
      () => body.op('i32.ge_u', depth, body.i32(4)),
      () => step(4),
    );
    body.while(
      () => depth,
      () => step(1),
    );
    for (const [j, sum] of sums.entries()) {
      const halves = body.op(
        'f32x4.add',
        sum,
        body.shuffle(sum, sum, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]),
      );
      const whole = body.op(
        'f32x4.add',
        halves,
        body.shuffle(halves, halves, [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]),
      );
      body.store('f32.store', target, body.lane('f32x4.extract_lane', whole, 0), 4 * j);
    }
    body.into(head, 'i32.add', head, body.op('i32.mul', run, body.i32(count)));
    body.into(target, 'i32.add', target, body.i32(4 * count));
    body.into(left, 'i32.sub', left, body.i32(count));
  };
  body.while(
    () => rows,
    () => {
      body.set(head, add(b, body.op('i32.mul', columns.first, run)));
      body.set(target, add(out, bytes(columns.first)));
      body.set(left, body.op('i32.sub', columns.end, columns.first));
      for (const count of [COLUMNS, 1])
        body.while(
          () => body.op('i32.ge_u', left, body.i32(count)),
          () => some(count),
        );
      body.into(row, 'i32.add', row, run);
      body.into(out, 'i32.add', out, bytes(n));
      body.into(rows, 'i32.sub', rows, body.i32(1));
    },
  );
  return body;
}
