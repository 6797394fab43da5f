import { Body, type Local } from './assembler.ts';
import { kernelBody, word } from './kernel_body.ts';

/** What is read again and again by a matrix product is packed: its panels side by side for every k. */

/** Words of the block for packing: columns of B into panels, or rows of A into tiles. */
export const PACK = { from: 0, row: 1, to: 2, n: 3, k: 4 } as const;

/** Where that begins which is packed: element `at` of block `kAt`. */
export function packedFrom(
  body: Body,
  { from, row, at, kAt }: { from: Local; row: Local; at: Local; kAt: Local },
  alongMemory: boolean,
): Local {
  const [rows, elements] = alongMemory ? [kAt, at] : [at, kAt];
  const start = body.op('i32.add', from, body.op('i32.mul', rows, row));
  return body.op('i32.add', start, body.op('i32.shl', elements, body.i32(2)));
}

/** (block, part): packs panel `part` of the matrix that the block describes, for all of K. */
export function packOne(width: number, pack: number, alongMemory: boolean): Body {
  const { body, block, part } = kernelBody();
  const of = (name: keyof typeof PACK) => word(body, block, PACK[name]);
  const [from, row, first, n, k] = [of('from'), of('row'), of('to'), of('n'), of('k')] as const;
  const at = body.op('i32.mul', part, body.i32(width));
  const to = body.op('i32.add', first, body.op('i32.mul', at, body.op('i32.shl', k, body.i32(2))));
  const source = packedFrom(body, { from, row, at, kAt: body.i32(0) }, alongMemory);
  body.call(pack, source, row, to, body.op('i32.sub', n, at), k);
  return body;
}

/** (from, row, to, left, k): packs a panel in which what stands side by side lies along memory, where so many are left. */
export function packAlong(columns: number): Body {
  const { body, width, to, from, row, k } = packing();
  const source = body.variable(from);
  const left = body.variable(k);
  const whole = body.op('i32.ge_u', width, body.i32(columns));
  const vectors = columns - (columns % 4);
  const one = (j: number) => body.store('i32.store', to, body.load('i32.load', source, 4 * j), 4 * j);
  body.while(
    () => left,
    () => {
      body.if(
        whole,
        () => {
          for (let j = 0; j < vectors; j += 4)
            body.store('v128.store', to, body.load('v128.load', source, 4 * j), 4 * j);
          for (let j = vectors; j < columns; j++) one(j);
        },
        () => {
          for (let j = 0; j < columns; j++)
            body.if(
              body.op('i32.gt_u', width, body.i32(j)),
              () => one(j),
              () => body.store('i32.store', to, body.i32(0), 4 * j),
            );
        },
      );
      body.into(source, 'i32.add', source, row);
      body.into(to, 'i32.add', to, body.i32(4 * columns));
      body.into(left, 'i32.sub', left, body.i32(1));
    },
  );
  return body;
}

/** (from, row, to, left, k): packs a panel in which what stands side by side lies across memory: 4×4 at a time. */
export function packAcross(columns: number): Body {
  const { body, width, to, from, row, k } = packing();
  const heads = Array.from({ length: columns }, () => body.local('i'));
  for (const [j, head] of heads.entries()) {
    // Beyond the last one its neighbour is read again; what comes of it is never stored.
    body.set(head, heads[j - 1] ?? from);
    if (j > 0) body.if(body.op('i32.gt_u', width, body.i32(j)), () => body.into(head, 'i32.add', head, row));
  }
  const left = body.variable(k);
  const advance = (by: number) => {
    for (const head of heads) body.into(head, 'i32.add', head, body.i32(4 * by));
    body.into(to, 'i32.add', to, body.i32(4 * columns * by));
    body.into(left, 'i32.sub', left, body.i32(by));
  };
  const low = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
  const high = low.map((byte) => byte + 8);
  const lower = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
  const upper = lower.map((byte) => byte + 8);
  const one = (j: number, head: Local, at: number) =>
    body.store('i32.store', to, body.load('i32.load', head, 4 * at), 4 * (columns * at + j));
  body.while(
    () => body.op('i32.ge_u', left, body.i32(4)),
    () => {
      for (let j = 0; j < columns; j += 4) {
        const [h0, h1, h2, h3] = heads.slice(j, j + 4);
        if (h0 === undefined || h1 === undefined || h2 === undefined || h3 === undefined) {
          for (const [i, head] of heads.slice(j).entries()) for (let at = 0; at < 4; at++) one(j + i, head, at);
          continue;
        }
        const r0 = body.load('v128.load', h0);
        const r1 = body.load('v128.load', h1);
        const r2 = body.load('v128.load', h2);
        const r3 = body.load('v128.load', h3);
        const [t0, t1] = [body.shuffle(r0, r1, low), body.shuffle(r2, r3, low)] as const;
        const [t2, t3] = [body.shuffle(r0, r1, high), body.shuffle(r2, r3, high)] as const;
        const made = [
          body.shuffle(t0, t1, lower),
          body.shuffle(t0, t1, upper),
          body.shuffle(t2, t3, lower),
          body.shuffle(t2, t3, upper),
        ];
        for (const [i, vector] of made.entries()) body.store('v128.store', to, vector, 4 * (columns * i + j));
      }
      advance(4);
    },
  );
  body.while(
    () => left,
    () => {
      for (const [j, head] of heads.entries()) one(j, head, 0);
      advance(1);
    },
  );
  return body;
}

function packing() {
  const body = new Body(['i', 'i', 'i', 'i', 'i']);
  const [from, row, first, width, k] = body.params;
  if (!from || !row || !first || !width || !k) throw new Error('five parameters');
  return { body, from, row, k, to: body.variable(first), width };
}
