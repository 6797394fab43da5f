import type { DType } from '../../tensor/dtype.ts';
import type { ReduceOp } from '../backend.ts';
import { converted, type Finish, type Launch, loaded, type Source, Writer } from './launch.ts';

/** From so many elements on, a result is gathered by a workgroup instead of one invocation. */
const MANY = 256;
const GATHERERS = 64;

/** How what was gathered and one more are joined; `best` and `x` are their names. */
const joins: Record<Exclude<ReduceOp, 'argmax'>, string> = {
  sum: 'best + x',
  sumsq: 'best + x',
  max: 'select(max(best, x), x, NAN)',
  min: 'select(min(best, x), x, NAN)',
};

/** A reduction of (outer, count, inner) over its middle axis. */
export interface Around {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** In which type the results are made of elements of `dtype`. */
export const reducedIn = (op: ReduceOp, dtype: DType): DType => (op === 'argmax' || dtype !== 'f32' ? 'i32' : 'f32');

/** op(x); the elements are gathered in an order that depends on the shape alone. */
export function reduction(op: ReduceOp, finish: Finish, x: Source, around: Around): Launch {
  const { outer, count, inner } = around;
  const type: DType = x.dtype === 'f32' ? 'f32' : 'i32';
  const isMany = count >= MANY && op !== 'argmax';
  const writer = new Writer();
  writer.finish(reducedIn(op, x.dtype), finish);
  const result = isMany ? 'group.y * groups.x + group.x' : 'i';
  const innerSize = writer.whole(inner);
  const size = writer.whole(count);
  const from = writer.whole(x.at);
  writer.line(`let result = ${result};`);
  writer.line(`let start = ${from} + (result / ${innerSize}) * ${size} * ${innerSize} + result % ${innerSize};`);
  const element = (n: string) => {
    const value = converted(loaded(x, `start + (${n}) * ${innerSize}`), x.dtype, type);
    return op === 'sumsq' ? `square(${value})` : value;
  };
  const gathered = type === 'f32' ? 'f32' : 'i32';
  if (op === 'argmax') {
    writer.line(`var best = ${element('0u')}; var chosen = 0u;`);
    writer.line(`for (var n = 1u; n < ${size}; n++) {`);
    writer.line(`  if (${type === 'f32' ? 'is_nan(best)' : 'false'}) { break; }`);
    writer.line(`  let x = ${element('n')};`);
    writer.line(`  if (x > best${type === 'f32' ? ' || is_nan(x)' : ''}) { best = x; chosen = n; }`);
    writer.line('}');
    writer.line('finish(result, i32(chosen));');
    return writer.perElement(outer * inner);
  }
  const isSum = op === 'sum' || op === 'sumsq';
  // What is no number stays; that of the best so far is kept by asking for it.
  const nan = type === 'f32' ? 'is_nan(x)' : 'false';
  const kept = type === 'f32' ? '!is_nan(best)' : 'true';
  const join = isSum ? `best = ${joins[op]};` : `if (${kept}) { best = ${joins[op].replace('NAN', nan)}; }`;
  const first = isSum ? `${gathered}(0)` : element('0u');
  const square = `\nfn square(x: ${gathered}) -> ${gathered} { return x * x; }\n`;
  if (!isMany) {
    writer.line(`var best = ${first};`);
    writer.line(`for (var n = ${isSum ? '0u' : '1u'}; n < ${size}; n++) { let x = ${element('n')}; ${join} }`);
    writer.line('finish(result, best);');
    const launch = writer.perElement(outer * inner);
    return { ...launch, source: launch.source.replace('@compute', `${square}@compute`) };
  }
  writer.line(`var best = ${first};`);
  writer.line(`for (var n = lane; n < ${size}; n += ${GATHERERS}u) { let x = ${element('n')}; ${join} }`);
  writer.line('parts[lane] = best;');
  for (let half = GATHERERS / 2; half >= 1; half /= 2) {
    writer.line('workgroupBarrier();');
    writer.line(`if (lane < ${half}u) { let x = parts[lane + ${half}u]; ${join} parts[lane] = best; }`);
  }
  writer.line(`if (lane == 0u && result < ${writer.whole(outer * inner)}) { finish(result, best); }`);
  const results = outer * inner;
  const across = Math.min(results, 65535);
  return writer.launch(
    '',
    [across, Math.ceil(results / across), 1],
    [GATHERERS, 1],
    `${square}var<workgroup> parts: array<${gathered}, ${GATHERERS}>;`,
  );
}

/** `out ← 1` where any of `count` elements is NaN or infinite, and 0 where none is. */
export function anyOdd(out: number, x: Source, count: number): Launch {
  const writer = new Writer();
  writer.line(`var odd = 0u;`);
  writer.line(`for (var n = lane; n < ${writer.whole(count)}; n += 256u) {`);
  writer.line(`  if (!is_finite(${loaded(x, `${writer.whole(x.at)} + n`)})) { odd = 1u; }`);
  writer.line('}');
  writer.line('if (odd != 0u) { atomicStore(&any, 1u); }');
  writer.line('workgroupBarrier();');
  writer.line(`if (lane == 0u) { memory[${writer.whole(out)}] = atomicLoad(&any); }`);
  return writer.launch('', [1, 1, 1], [256, 1], 'var<workgroup> any: atomic<u32>;');
}
