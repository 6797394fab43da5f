import type { Tally } from '../backend.ts';
import { floatOf, type Launch, Writer } from './launch.ts';
import { tree } from './stages.ts';

/**
 * What there is to say of the elements of an array, in two passes over it, each by some workgroups that leave what they found, a part
 * of the whole, to be read: extremes, then the spread around the mean and the histogram. Each workgroup of the second pass joins what
 * all of the first have found, so that nothing need be read in between.
 *
 * A device has f32 alone. So that no square leaves its range, the second pass scales by a power of two to what is about 1; and what is
 * lost in the sum of the first pass is found again, as the second adds up how far elements lie from the mean that came of it.
 * Extremes and zeros are told by bits: a device may take the smallest floats for 0, and may assume that there is no NaN.
 */

/** Invocations of a workgroup, and parts at most, which as many of them join. */
const LANES = 256;
const MOST_PARTS = 64;
/** Elements that are worth a workgroup. */
const LEAST_ELEMENTS = 4096;

/** Words that each part has of the first pass, and of the second, where the histogram follows. */
const FOUND = ['finite', 'zeros', 'low', 'high', 'odd', 'sum'] as const;
const SPREAD = ['shift', 'scale', 'drift', 'squares', 'deviations'] as const;
const TYPES: Partial<Record<(typeof FOUND)[number], string>> = { sum: 'f32' };

/** Bits of `odd`: which elements there are that are not finite. */
const ODD = { nan: 1, above: 2, below: 4 } as const;

const partsOf = (count: number): number => Math.max(1, Math.min(MOST_PARTS, Math.ceil(count / LEAST_ELEMENTS)));

/** The words that a tally of `count` elements is made of. */
export const tallyWords = (count: number, bins: number): number =>
  partsOf(count) * (FOUND.length + SPREAD.length + bins);

/** Tallies `count` f32 that begin at `x`, with a histogram of `bins`; what `tallied` makes a `Tally` of begins at `out`. */
export function tally(out: number, x: number, count: number, bins: number): Launch[] {
  const parts = partsOf(count);
  return [findExtremes(out, x, count, parts), findSpread(out + parts * FOUND.length, out, x, count, parts, bins)];
}

/** Floats as whole numbers that are in the same order. */
const ORDERED = `fn ordered(word: u32) -> u32 { return select(word | 0x80000000u, ~word, (word >> 31u) == 1u); }
fn unordered(place: u32) -> u32 { return select(~place, place & 0x7fffffffu, (place >> 31u) == 1u); }
`;
const NOTHING = 'Found(0u, 0u, 0xffffffffu, 0u, 0u, 0.0)';
const FOUND_TYPE = `${ORDERED}struct Found { ${FOUND.map((name) => `${name}: ${TYPES[name] ?? 'u32'}`).join(', ')} }
fn joined(a: Found, b: Found) -> Found {
  return Found(a.finite + b.finite, a.zeros + b.zeros, min(a.low, b.low), max(a.high, b.high), a.odd | b.odd, a.sum + b.sum);
}
`;

/** Goes through what each workgroup has to, `body` for each word. */
function eachElement(writer: Writer, x: number, count: number, parts: number, body: readonly string[]): void {
  const span = writer.whole(Math.ceil(count / parts));
  writer.line(`let end = min((group.x + 1u) * ${span}, ${writer.whole(count)});`);
  writer.line(`for (var n = group.x * ${span} + lane; n < end; n += ${LANES}u) {`);
  writer.line(`  let word = memory[${writer.whole(x)} + n];`);
  for (const text of body) writer.line(`  ${text}`);
  writer.line('}');
}

function findExtremes(out: number, x: number, count: number, parts: number): Launch {
  const writer = new Writer();
  writer.line(`var found = ${NOTHING};`);
  eachElement(writer, x, count, parts, [
    'let size = word & 0x7fffffffu;',
    'if (size < 0x7f800000u) {',
    '  let place = ordered(word);',
    '  found.finite++;',
    '  if (size == 0u) { found.zeros++; }',
    '  found.low = min(found.low, place); found.high = max(found.high, place);',
    '  found.sum += bitcast<f32>(word);',
    '} else {',
    `  let kind = select(${ODD.below}u, ${ODD.above}u, word == size);`,
    `  found.odd |= select(kind, ${ODD.nan}u, size > 0x7f800000u);`,
    '}',
  ]);
  writer.line('parts[lane] = found;');
  tree(writer, LANES);
  writer.line(`if (lane == 0u) { let at = ${writer.whole(out)} + group.x * ${FOUND.length}u;`);
  for (const [i, name] of FOUND.entries()) writer.line(`  memory[at + ${i}u] = bitcast<u32>(parts[0].${name});`);
  writer.line('}');
  return writer.launch('', [parts, 1, 1], [LANES, 1], `${FOUND_TYPE}var<workgroup> parts: array<Found, ${LANES}>;`);
}

/** Joins what the parts of the first pass have found, into `parts[0]`, for all invocations to see after the next barrier. */
function joinFound(writer: Writer, from: number, parts: number): void {
  writer.line(`var own = ${NOTHING};`);
  writer.line(`if (lane < ${writer.whole(parts)}) { let at = ${writer.whole(from)} + lane * ${FOUND.length}u;`);
  for (const [i, name] of FOUND.entries())
    writer.line(`  own.${name} = bitcast<${TYPES[name] ?? 'u32'}>(memory[at + ${i}u]);`);
  writer.line('}');
  writer.line(`if (lane < ${MOST_PARTS}u) { parts[lane] = own; }`);
  tree(writer, MOST_PARTS);
}

function findSpread(out: number, found: number, x: number, count: number, parts: number, bins: number): Launch {
  const writer = new Writer();
  joinFound(writer, found, parts);
  writer.line(`for (var bin = lane; bin < ${bins}u; bin += ${LANES}u) { atomicStore(&histogram[bin], 0u); }`);
  writer.line('workgroupBarrier();');
  for (const text of [
    'let all = parts[0];',
    'let low = bitcast<f32>(unordered(all.low)); let high = bitcast<f32>(unordered(all.high));',
    // 2^(127 − e), where the largest is about 2^(e − 127).
    'let exponent = bitcast<u32>(max(abs(low), abs(high))) >> 23u;',
    'let scale = bitcast<f32>(clamp(254u - min(exponent, 253u), 1u, 253u) << 23u);',
    'let mean = all.sum / f32(max(all.finite, 1u));',
    'let shift = select(0.5 * low + 0.5 * high, mean, is_finite(mean)) * scale;',
    'let bottom = low * scale;',
    'let range = high * scale - bottom;',
    'var spread = Spread(0.0, 0.0, 0.0);',
  ])
    writer.line(text);
  eachElement(writer, x, count, parts, [
    'if ((word & 0x7f800000u) != 0x7f800000u) {',
    '  let y = bitcast<f32>(word) * scale;',
    '  spread = added(spread, Spread(y - shift, y * y, (y - shift) * (y - shift)));',
    // Where all are equal, all are in the first.
    `  let place = select(0.0, (y - bottom) / range * ${bins}.0, range > 0.0);`,
    `  atomicAdd(&histogram[min(u32(place), ${bins - 1}u)], 1u);`,
    '}',
  ]);
  writer.line('spreads[lane] = spread;');
  tree(writer, LANES, 1, 'spreads', 'added');
  leaveSpread(writer, out, bins);
  return writer.launch('', [parts, 1, 1], [LANES, 1], `${FOUND_TYPE}${SPREAD_TYPE}${spreadMemory(bins)}`);
}

/** Writes what a workgroup of the second pass leaves. */
function leaveSpread(writer: Writer, out: number, bins: number): void {
  writer.line(`let at = ${writer.whole(out)} + group.x * ${SPREAD.length + bins}u;`);
  writer.line('if (lane == 0u) {');
  const made = ['shift', 'scale', 'spreads[0].drift', 'spreads[0].squares', 'spreads[0].deviations'];
  for (const [i, value] of made.entries()) writer.line(`  memory[at + ${i}u] = bitcast<u32>(${value});`);
  writer.line('}');
  writer.line(`for (var bin = lane; bin < ${bins}u; bin += ${LANES}u) {`);
  writer.line(`  memory[at + ${SPREAD.length}u + bin] = atomicLoad(&histogram[bin]);`);
  writer.line('}');
}

const SPREAD_TYPE = `struct Spread { drift: f32, squares: f32, deviations: f32 }
fn added(a: Spread, b: Spread) -> Spread {
  return Spread(a.drift + b.drift, a.squares + b.squares, a.deviations + b.deviations);
}
`;
const spreadMemory = (bins: number): string => `var<workgroup> parts: array<Found, ${MOST_PARTS}>;
var<workgroup> spreads: array<Spread, ${LANES}>;
var<workgroup> histogram: array<atomic<u32>, ${bins}>;`;

/** The tally that the words from `out` on tell of when `tally` is done: what the parts found is joined in f64. */
export function tallied(words: Uint32Array, count: number, bins: number): Tally {
  const parts = Array.from({ length: partsOf(count) }, (_, part) => part);
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const second = (part: number) => parts.length * FOUND.length + part * (SPREAD.length + bins);
  const found = (name: (typeof FOUND)[number]) =>
    parts.map((part) => words[part * FOUND.length + FOUND.indexOf(name)] ?? 0);
  const spread = (name: (typeof SPREAD)[number]) =>
    parts.map((part) => floats[second(part) + SPREAD.indexOf(name)] ?? 0);
  const counted = (bin: number) => parts.map((part) => words[second(part) + SPREAD.length + bin] ?? 0);

  const finite = total(found('finite'));
  const odd = found('odd').reduce((all, bits) => all | bits);
  const [shift = 0] = spread('shift');
  const [scale = 1] = spread('scale');
  const drift = total(spread('drift'));
  const isEmpty = finite === 0;
  return {
    finite,
    zeros: total(found('zeros')),
    low: isEmpty ? Number.POSITIVE_INFINITY : unordered(Math.min(...found('low'))),
    high: isEmpty ? Number.NEGATIVE_INFINITY : unordered(Math.max(...found('high'))),
    sum: isEmpty ? 0 : (finite * shift + drift) / scale,
    squares:
      (odd & ODD.nan) !== 0 ? Number.NaN : odd !== 0 ? Infinity : isEmpty ? 0 : total(spread('squares')) / scale ** 2,
    rest: restOf(odd),
    // Around the mean there is nothing but what lies around the shift, less what lies between the two.
    deviations: isEmpty ? 0 : Math.max(0, total(spread('deviations')) - drift ** 2 / finite) / scale ** 2,
    bins: Array.from({ length: bins }, (_, bin) => total(counted(bin))),
  };
}

const total = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);

/** What there is to say of elements that are not finite. */
function restOf(odd: number): Tally['rest'] {
  if ((odd & ODD.nan) !== 0) return { sum: Number.NaN, min: Number.NaN, max: Number.NaN };
  const min = (odd & ODD.below) !== 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const max = (odd & ODD.above) !== 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return { sum: odd === 0 ? 0 : min + max, min, max };
}

/** The float of a place in the order that the kernels have. */
const unordered = (place: number): number => floatOf(place >>> 31 === 1 ? place & 0x7fffffff : ~place);
