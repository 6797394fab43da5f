import type { DType } from '../tensor/dtype.ts';
import type { CodeValue, FunctionCode, FunctionPart, Operation } from './script.ts';

/** How many samples a batch has, and how many the last of an epoch. */
export interface BatchSizes {
  readonly size: number;
  readonly rest: number;
}

/**
 * A function of the user's own for batches of both sizes: `code` is what it does with one of `size` samples, `last` with one of
 * `rest`. Numbers in it that differ are computed from the rows of what it is given. Undefined where it does something else besides,
 * or where there is no simple rule for such a number.
 */
export function forBothSizes(code: FunctionCode, last: FunctionCode, sizes: BatchSizes): FunctionCode | undefined {
  try {
    return {
      ...code,
      forward: new Pair(code.forward, last.forward, sizes).merged(code.saved, last.saved),
      backward: new Pair(code.backward, last.backward, sizes).merged([], []),
    };
  } catch (error) {
    if (error instanceof Otherwise) return undefined;
    throw error;
  }
}

/** The two do something else, and not only with other numbers. */
class Otherwise extends Error {}

type Result = CodeValue | null;

/** Half of a function, as it is for either size. */
class Pair {
  readonly #part: FunctionPart;
  readonly #last: FunctionPart;
  readonly #sizes: BatchSizes;
  /** By what makes a value, in either: the inputs, then each operation. Constants are made by nothing. */
  readonly #made: ReadonlyMap<Result, number>;
  readonly #lastMade: ReadonlyMap<Result, number>;
  /** What counts rows, and what follows from that. */
  readonly #counting: Operation[] = [];
  readonly #counted = new Map<string, CodeValue>();

  constructor(part: FunctionPart, last: FunctionPart, sizes: BatchSizes) {
    this.#part = part;
    this.#last = last;
    this.#sizes = sizes;
    this.#made = numbered(part);
    this.#lastMade = numbered(last);
  }

  /** @throws Otherwise */
  merged(saved: readonly CodeValue[], lastSaved: readonly CodeValue[]): FunctionPart {
    for (const [result, wanted] of pairs([...this.#part.results, ...saved], [...this.#last.results, ...lastSaved])) {
      this.#same(result, wanted);
      if (result?.constant !== wanted?.constant) throw new Otherwise();
    }
    const body = pairs(this.#part.body, this.#last.body).map(([operation, last]): Operation => {
      if (operation.op !== last.op) throw new Otherwise();
      const inputs = pairs(operation.inputs, last.inputs).map(([input, wanted]) => this.#input(input, wanted));
      return { ...operation, inputs, attrs: this.#attributes(operation, last) };
    });
    return { ...this.#part, body: [...this.#counting, ...body] };
  }

  #same(value: Result, wanted: Result): void {
    if (this.#made.get(value) !== this.#lastMade.get(wanted)) throw new Otherwise();
  }

  #input(input: CodeValue, wanted: CodeValue): CodeValue {
    this.#same(input, wanted);
    if (input.constant === wanted.constant) return input;
    return this.#number(input.constant ?? Number.NaN, wanted.constant ?? Number.NaN, input.dtype);
  }

  #attributes({ attrs }: Operation, last: Operation): Operation['attrs'] {
    return Object.fromEntries(
      pairs(Object.entries(attrs), Object.entries(last.attrs)).map(([[name, value], [lastName, wanted]]) => {
        if (name !== lastName) throw new Otherwise();
        return [name, this.#attribute(value, wanted)];
      }),
    );
  }

  #attribute(value: unknown, wanted: unknown): unknown {
    if (Object.is(value, wanted)) return value;
    if (Array.isArray(value) && Array.isArray(wanted))
      return pairs(value, wanted).map(([a, b]) => this.#attribute(a, b));
    if (typeof value === 'number' && typeof wanted === 'number') return this.#number(value, wanted, 'f32');
    throw new Otherwise();
  }

  /** The number that is `value` for a whole batch and `wanted` for the last: whoever reads it, it is counted once. */
  #number(value: number, wanted: number, dtype: DType): CodeValue {
    const attrs = ruleFor(value, wanted, this.#sizes);
    if (attrs === undefined) throw new Otherwise();
    if (Object.keys(attrs).length === 0) return this.#rows(dtype);
    return this.#count('ofRows', [this.#rows('f32')], attrs, dtype);
  }

  #rows(dtype: DType): CodeValue {
    const { size, rest } = this.#sizes;
    for (const [input, last] of pairs(this.#part.inputs, this.#last.inputs)) {
      const axis = input.shape.findIndex((length, i) => length === size && last.shape[i] === rest);
      if (axis >= 0) return this.#count('rows', [input], { axis }, dtype);
    }
    throw new Otherwise();
  }

  #count(op: string, inputs: readonly CodeValue[], attrs: Operation['attrs'], dtype: DType): CodeValue {
    const key = JSON.stringify([op, attrs, dtype]);
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const made: CodeValue = { shape: [], dtype, isNumber: true };
    this.#counted.set(key, made);
    const place = this.#part.body[0]?.place;
    if (place === undefined) throw new Otherwise();
    this.#counting.push({ kind: 'operation', op, attrs, place, inputs, outputs: [made] });
    return made;
  }
}

const numbered = ({ inputs, body }: FunctionPart): Map<Result, number> =>
  new Map([...inputs, ...body.flatMap(({ outputs }) => outputs)].map((value, i) => [value, i]));

/** @throws Otherwise unless there are as many of both */
function pairs<T>(all: readonly T[], last: readonly T[]): (readonly [T, T])[] {
  if (all.length !== last.length) throw new Otherwise();
  return all.map((value, i) => [value, last[i] as T]);
}

/**
 * What makes one number of `size` and the other of `rest`: nothing, `over`, a number divided by them, or so many `times` with
 * something `plus`. Only these two sizes ever come, so that a rule that holds for both is right.
 */
function ruleFor(value: number, wanted: number, { size, rest }: BatchSizes): Operation['attrs'] | undefined {
  if (value === size && wanted === rest) return {};
  const over = Math.round(value * size);
  if (over / size === value && over / rest === wanted) return { over };
  const times = (value - wanted) / (size - rest);
  const plus = value - times * size;
  return Number.isSafeInteger(times) && times * rest + plus === wanted ? { times, plus } : undefined;
}
