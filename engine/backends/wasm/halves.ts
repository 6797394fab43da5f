import type { Body, Local } from './assembler.ts';

/** Lanes of a shuffle that brings the upper half of a vector down. */
export const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/** Four floats as two pairs of f64. */
export const halvesOf = (body: Body, x: Local): Local[] =>
  [x, body.shuffle(x, x, HIGH_HALF)].map((half) => body.op('f64x2.promote_low_f32x4', half));
