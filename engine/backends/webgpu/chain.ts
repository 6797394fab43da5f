import { broadcastStrides, numel, type Shape } from '../../tensor/shape.ts';
import { blockOf, type StoredArray } from '../arena.ts';
import type { NDArray, Operand } from '../backend.ts';
import { converted, loaded, stored, type Writer } from './launch.ts';
import { indexLines } from './moved.ts';
import type { Rule } from './rules.ts';

/** One call element by element: what it makes, from what. */
export interface Step {
  readonly rule: Rule;
  readonly of: readonly Operand[];
  readonly made: StoredArray;
}

/** What a step made goes there. */
export interface Output {
  readonly step: number;
  readonly target: StoredArray;
}

/**
 * Calls that are done one after another of each element: all of `size` elements, or of a single one, which every invocation finds for
 * itself and the first one writes.
 */
export interface Chain {
  readonly size: number;
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
}

/** How an operand's elements follow those of a result of `shape`. */
export type Movement = 'single' | 'alike' | 'strided';
export function movementOf({ shape: own }: NDArray, shape: Shape): Movement {
  const count = numel(own);
  return count === 1 ? 'single' : count === numel(shape) ? 'alike' : 'strided';
}

/** Where and how lines are written. */
export interface Writing {
  readonly writer: Writer;
  /** A result that is at hand as `value`. */
  readonly given?: NDArray | undefined;
}

/** A chain as lines that know the place of their element as `i`. */
export function linesOf({ size, steps, outputs }: Chain, { writer, given }: Writing): string[] {
  const lines: string[] = [];
  /** What is at hand, by name. */
  const known = new Map<NDArray, string>(given === undefined ? [] : [[given, 'value']]);
  const at = (x: NDArray) => blockOf(x).address;
  const load = (x: NDArray, shape: Shape): string => {
    const movement = movementOf(x, shape);
    const name = `a${lines.length}`;
    const source = { at: at(x), dtype: x.dtype };
    if (movement === 'strided') {
      lines.push(
        ...indexLines(writer, `at_${name}`, shape, { ...source, strides: broadcastStrides(x.shape, shape) }),
        `let ${name} = ${loaded(source, `at_${name}`)};`,
      );
      return name;
    }
    const index = movement === 'single' ? writer.whole(source.at) : `${writer.whole(source.at)} + i`;
    lines.push(`let ${name} = ${loaded(source, index)};`);
    known.set(x, name);
    return name;
  };
  const names = steps.map(({ rule, of, made }, s) => {
    const operands = of.map((x, o) => {
      const type = rule.types[o] ?? 'f32';
      if (typeof x === 'number')
        return type === 'f32'
          ? writer.float(x)
          : type === 'i32'
            ? `bitcast<i32>(${writer.whole(x)})`
            : `(${writer.whole(x)} != 0u)`;
      return converted(known.get(x) ?? load(x, made.shape), x.dtype, type);
    });
    const name = `s${s}`;
    const given = operands.map((operand, o) => `let ${rule.names[o]} = ${operand};`).join(' ');
    lines.push(`var ${name}: ${made.dtype}; { ${given} ${name} = ${converted(rule.value, rule.made, made.dtype)}; }`);
    known.set(made, name);
    return name;
  });
  for (const { step, target } of outputs) {
    const store = `put(${writer.whole(at(target))} + i, ${stored(target.dtype, names[step] ?? '')});`;
    lines.push(numel(target.shape) === 1 && size > 1 ? `if (i == 0u) { ${store} }` : store);
  }
  return lines;
}
