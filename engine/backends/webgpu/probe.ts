import { bitsOf, type Launch, Writer } from './launch.ts';

/** What is no number, or infinite, and what is done with it here, by the names of what is brought along. */
const GIVEN = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, zero: 0, one: 1 };
const MAKE_NAN = ['nan + one', 'nan * zero', 'inf - inf', 'inf * zero', 'one / nan', 'sum_of(nan, one)', 'exp_of(nan)'];
const MAKE_INFINITY = ['inf + one', 'one / zero', 'inf * inf', 'log_of(inf)'];

/** What the probe brings along. */
export const probeWords = (): number[] => Object.values(GIVEN).map(bitsOf);

/**
 * `out ← 1` where what is no number, or infinite, stays so through arithmetic, and 0 where not: WGSL leaves that to the device. It is
 * given numbers that no compiler knows.
 */
export function probe(out: number, brought: number): Launch {
  const writer = new Writer();
  for (const [i, name] of Object.keys(GIVEN).entries())
    writer.line(`let ${name} = bitcast<f32>(brought[${writer.whole(brought)} + ${i}u]);`);
  writer.line('var kept = true;');
  for (const made of MAKE_NAN) writer.line(`kept = kept && is_nan(${made});`);
  for (const made of MAKE_INFINITY) writer.line(`kept = kept && !is_finite(${made}) && !is_nan(${made});`);
  writer.line(`memory[${writer.whole(out)}] = select(0u, 1u, kept);`);
  const launch = writer.perElement(1);
  const sum = `fn sum_of(x: f32, y: f32) -> f32 { var sum = 0.0; for (var n = 0u; n < 3u; n++) { sum += x * y; } return sum; }\n`;
  return { ...launch, source: launch.source.replace('@compute', `${sum}@compute`) };
}
