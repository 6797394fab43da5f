import { type Parameter, signatureOf, type TensorFunction } from './methods.ts';
import { functionProblem, ProblemError } from './problems.ts';
import type { TensorType } from './trace.ts';

/** A tensor while a function is traced: which value of which part it is. Only the recorder makes them. */
export class TracedValue implements TensorType {
  readonly part: object;
  readonly id: number;
  readonly shape: TensorType['shape'];
  readonly dtype: TensorType['dtype'];
  constructor(part: object, id: number, { shape, dtype }: TensorType) {
    this.part = part;
    this.id = id;
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** An object of the sandbox that is neither a tensor nor a list: what it is in words, and its properties. */
export class ForeignValue {
  readonly words: string;
  readonly property: (name: string) => Argument;
  constructor(words: string, property: (name: string) => Argument = () => undefined) {
    this.words = words;
    this.property = property;
  }
}

/** What crosses between the host and the sandbox. Text goes in only: what comes out as text is foreign. */
export type Argument = undefined | null | boolean | number | string | TracedValue | ForeignValue | readonly Argument[];

/** `a tensor`, `3`, `a string`: what was given instead. */
export function wordsFor(given: Argument): string {
  if (given instanceof TracedValue) return 'a tensor';
  if (given instanceof ForeignValue) return given.words;
  return typeof given === 'object' && given !== null ? 'an array' : String(given);
}

const isNumber = (x: Argument): x is number => typeof x === 'number' && !Number.isNaN(x);
const isWhole = (x: Argument): x is number => typeof x === 'number' && Number.isSafeInteger(x);
export const isList = (x: Argument): x is readonly Argument[] => Array.isArray(x);
const tensorOf = (dtype: string) => (x: Argument) => (x instanceof TracedValue && x.dtype === dtype ? x : undefined);

type Read = (x: Argument) => TracedValue | number | boolean | null | readonly number[] | object | undefined;

/** How each kind of parameter is read (undefined: it does not fit) and what it is called. */
const kinds: Readonly<Record<Parameter['kind'], { readonly words: string; readonly read: Read }>> = {
  tensor: { words: 'a tensor', read: (x) => (x instanceof TracedValue ? x : undefined) },
  operand: { words: 'a tensor or a number', read: (x) => (x instanceof TracedValue || isNumber(x) ? x : undefined) },
  exponent: { words: 'a tensor or a number', read: (x) => (x instanceof TracedValue || isNumber(x) ? x : undefined) },
  mask: { words: 'a mask, such as x.lt(0)', read: tensorOf('bool') },
  index: { words: 'a tensor of whole numbers', read: tensorOf('i32') },
  number: { words: 'a number', read: (x) => (isNumber(x) ? x : undefined) },
  bound: { words: 'a number or null', read: (x) => (x === null || isNumber(x) ? x : undefined) },
  axis: { words: 'a whole number', read: (x) => (isWhole(x) ? x : undefined) },
  axes: {
    words: 'an axis, a list of axes or null',
    // PyTorch takes an empty list for all axes.
    read: (x) =>
      x === null ? x : isWhole(x) ? [x] : isList(x) && x.every(isWhole) ? (x.length > 0 ? x : null) : undefined,
  },
  sizes: { words: 'a list of whole numbers', read: (x) => (isList(x) && x.every(isWhole) ? x : undefined) },
  flag: { words: 'true or false', read: (x) => (typeof x === 'boolean' ? x : undefined) },
  flags: { words: 'an object such as { transposeB: true }', read: readFlags },
};

function readFlags(x: Argument): object | undefined {
  if (!(x instanceof ForeignValue)) return undefined;
  const flags: Record<string, boolean> = {};
  for (const name of ['transposeA', 'transposeB']) {
    const value = x.property(name);
    if (typeof value === 'boolean') flags[name] = value;
    else if (value !== undefined) return undefined;
  }
  return flags;
}

/** What a call gives: inputs by the number of their parameter, and attributes. */
export interface Call {
  readonly inputs: readonly (TracedValue | number)[];
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** Reads the arguments of a call as its row says; `given` includes the tensor that a method is called on. @throws ProblemError */
export function readCall(row: TensorFunction, as: 'method' | 'free', given: readonly Argument[]): Call {
  const signature = signatureOf(row, as);
  const hidden = as === 'method' ? 1 : 0;
  if (given.length > row.parameters.length)
    throw new ProblemError(
      functionProblem('too-many-arguments', {
        call: row.name,
        takes: `${row.parameters.length - hidden}`,
        got: `${given.length - hidden}`,
        signature,
      }),
    );
  const inputs: (TracedValue | number)[] = [];
  const attrs: Record<string, unknown> = { ...row.attrs };
  for (const [i, parameter] of row.parameters.entries()) {
    const argument = given[i];
    if (argument === undefined && parameter.default !== undefined) continue;
    const { words, read } = kinds[parameter.kind];
    const value = read(argument);
    if (value === undefined)
      throw new ProblemError(
        functionProblem('argument', {
          call: row.name,
          parameter: parameter.name,
          expected: words,
          got: argument instanceof TracedValue ? `a tensor of ${argument.dtype}` : wordsFor(argument),
          signature,
        }),
      );
    if (value instanceof TracedValue || (parameter.kind === 'operand' && typeof value === 'number')) inputs.push(value);
    else if (parameter.kind === 'flags') Object.assign(attrs, value);
    else attrs[parameter.name] = value;
  }
  return { inputs: row.order ? row.order.flatMap((i) => inputs[i] ?? []) : inputs, attrs };
}
