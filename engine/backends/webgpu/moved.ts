import { joinedAxes, numel, type Shape } from '../../tensor/shape.ts';
import { type Launch, type Source, Writer } from './launch.ts';

/** An array that is read through the shape of a result, with a step in words for each of its axes. */
export type Read = Source & { readonly strides: readonly number[] };

/** Lines that find `name`, the index in words of what stands at element `i` of a result of `shape`. */
export function indexLines(writer: Writer, name: string, shape: Shape, { at, strides }: Read): string[] {
  const { sizes, strides: own } = joinedAxes(shape, [strides]);
  const steps = own[0] ?? [];
  const lines = [`var ${name} = ${writer.whole(at)};`];
  if (sizes.length === 1) return [...lines, `${name} += i * ${writer.whole(steps[0] ?? 0)};`];
  if (sizes.length > 1) lines.push(`{ var rest = i;`);
  for (let axis = sizes.length - 1; axis > 0; axis--) {
    const size = writer.whole(sizes[axis] ?? 1);
    lines.push(`  ${name} += (rest % ${size}) * ${writer.whole(steps[axis] ?? 0)}; rest = rest / ${size};`);
  }
  if (sizes.length > 1) lines.push(`  ${name} += rest * ${writer.whole(steps[0] ?? 0)}; }`);
  return lines;
}

/** Words as they are, from one place to another. */
export function moved(out: number, shape: Shape, from: Read): Launch {
  const writer = new Writer();
  for (const line of indexLines(writer, 'at', shape, from)) writer.line(line);
  writer.line(`memory[${writer.whole(out)} + i] = ${from.isBrought === true ? 'brought' : 'memory'}[at];`);
  return writer.perElement(numel(shape));
}
