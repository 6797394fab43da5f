import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../engine/tensor/safetensors/encode.ts';
import { SafetensorsError } from '../../engine/tensor/safetensors/safetensors_error.ts';
import { numel } from '../../engine/tensor/shape.ts';

const RUNS = process.env.GRADLOOM_SOAK ? 20_000 : 500;

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const tensors = fc.uniqueArray(
  shapes.chain((shape) => {
    const size = { minLength: numel(shape), maxLength: numel(shape) };
    return fc.record({
      name: fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__'),
      shape: fc.constant(shape),
      values: fc.oneof(
        fc.float32Array(size),
        fc.int32Array(size),
        fc.array(fc.boolean(), size).map((bits) => Uint8Array.from(bits, Number)),
      ),
    });
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);

describe('safetensors', () => {
  it('come back as they were written, in their order, to the bit', () => {
    fc.assert(
      fc.property(tensors, (written) => {
        const read = [...decodeSafetensors(encodeSafetensors(written))];
        expect(read.map(([name, { shape }]) => [name, shape])).toEqual(written.map(({ name, shape }) => [name, shape]));
        for (const [i, [, { values }]] of read.entries()) expect(values).toEqual(written[i]?.values);
      }),
      { numRuns: RUNS },
    );
  });

  it('of a damaged file are read or refused, and never larger than it', () => {
    const headerLength = (bytes: Uint8Array) => 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const cut = fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) });
    const flips = fc.array(
      fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), bits: fc.integer({ min: 1, max: 255 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    // A digit for another makes the wildest sizes of what is still JSON.
    const digits = fc.array(fc.tuple(fc.nat(), fc.stringMatching(/^[-0-9eE.]{0,20}$/)), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(
        tensors,
        fc.oneof(
          cut,
          flips,
          digits.map((changes) => ({ changes })),
        ),
        (written, damage) => {
          const whole = encodeSafetensors(written);
          const bytes = damaged(whole, headerLength(whole), damage);
          let read: ReturnType<typeof decodeSafetensors>;
          try {
            read = decodeSafetensors(bytes);
          } catch (error) {
            if (error instanceof SafetensorsError) return;
            throw error;
          }
          const size = [...read.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
          // The widest are bytes that are read as 32-bit integers.
          expect(size).toBeLessThanOrEqual(4 * bytes.length);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

type Damage =
  | { readonly keep: number }
  | readonly { readonly at: number; readonly bits: number }[]
  | { readonly changes: readonly (readonly [which: number, text: string])[] };

function damaged(whole: Uint8Array, headerEnd: number, damage: Damage): Uint8Array {
  if ('keep' in damage) return whole.slice(0, Math.floor(damage.keep * whole.length));
  if ('changes' in damage) {
    let text = new TextDecoder().decode(whole.subarray(8, headerEnd));
    for (const [which, put] of damage.changes) {
      const numbers = [...text.matchAll(/\d+/g)];
      const found = numbers[which % Math.max(1, numbers.length)];
      if (found !== undefined) text = text.slice(0, found.index) + put + text.slice(found.index + found[0].length);
    }
    const header = new TextEncoder().encode(text);
    const bytes = new Uint8Array(8 + header.length + whole.length - headerEnd);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(header, 8);
    bytes.set(whole.subarray(headerEnd), 8 + header.length);
    return bytes;
  }
  const bytes = whole.slice();
  for (const { at, bits } of damage) {
    const place = Math.floor(at * headerEnd);
    bytes[place] = (bytes[place] ?? 0) ^ bits;
  }
  return bytes;
}
