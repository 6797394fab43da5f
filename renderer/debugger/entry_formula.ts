import { operations } from '../../engine/ops/index.ts';
import { matmul } from '../../engine/ops/matmul.ts';
import { broadcast } from '../../engine/ops/shared.ts';
import type { EntryReport, NoGradient, TensorReport } from '../../engine/protocol/messages.ts';
import { formatShape } from '../../engine/tensor/shape.ts';

/** A tensor of an entry under the name that its formula gives it. */
export interface Named {
  /** LaTeX: `\bar Y`. */
  readonly symbol: string;
  readonly tensor: TensorReport;
}

/** What an entry does, as mathematics and as tensors. */
export interface EntryFormula {
  /** LaTeX, one line for each result. */
  readonly lines: readonly string[];
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
}

/** Symbols of inputs, in the order in which operations take them. */
const SYMBOLS = ['C', 'A', 'X', 'B', 'T'] as const;

/** The formula of an entry, with shapes beneath its symbols, and the names of what it reads and makes. */
export function formulaOf(entry: EntryReport): EntryFormula {
  const { phase, op } = entry;
  const found =
    op === 'accumulate'
      ? accumulation(entry)
      : entry.update !== undefined
        ? { lines: entry.update.lines, inputs: [], outputs: [] }
        : phase === 'backward'
          ? backward(entry)
          : forward(entry);
  // Parameters without a gradient are left alone: the formula is not about them.
  const [first, ...others] = entry.update?.parameters.filter(({ tensors }) => tensors.length > 0) ?? [];
  const parts = first?.tensors ?? [];
  const shapes = new Map(
    [...found.inputs, ...found.outputs, ...parts].map(({ symbol, tensor }) => [symbol, sizesOf(tensor)]),
  );
  const isOne = others.every(({ tensors }) => isSameShape(tensors[0]?.tensor, parts[0]?.tensor));
  return { ...found, lines: found.lines.map((line) => annotated(line, shapes, isOne ? '' : ',\\,\\ldots')) };
}

const sizesOf = ({ statistics, shape }: TensorReport): readonly number[] | undefined => statistics?.shape ?? shape;
const isSameShape = (a: TensorReport | undefined, b: TensorReport | undefined): boolean =>
  `${a && sizesOf(a)}` === `${b && sizesOf(b)}`;

/** `64×100`; undefined of a single number, and where it is not known. */
export function shapeOf(tensor: TensorReport): string | undefined {
  const sizes = sizesOf(tensor);
  return sizes === undefined || sizes.length === 0 ? undefined : formatShape(sizes);
}

function forward({ op, phase, attrs = {}, inputs, outputs }: EntryReport): EntryFormula {
  const record = operations.get(op);
  if (phase === 'loss')
    return {
      lines: ['L = Y'],
      inputs: named(inputs, ['Y']),
      outputs: named(outputs, ['L']),
    };
  if (record === undefined) {
    const symbols = inputs.map((_, i) => numbered('X', i, inputs.length));
    const made = outputs.map((_, i) => numbered('Y', i, outputs.length));
    const line = inputs.length === 0 ? [] : [`${made.join(', ')} = ${nameOf(op)}(${symbols.join(', ')})`];
    return { lines: line, inputs: named(inputs, symbols), outputs: named(outputs, made) };
  }
  const formula = record.formulaFor?.(attrs) ?? record.formula;
  return {
    lines: [formula.forward],
    inputs: named(inputs, symbolsIn(formula.forward, inputs.length)),
    outputs: named(outputs, ['Y']),
  };
}

/** Reads the gradients of outputs and what was saved; makes what it adds to the gradients of inputs. */
function backward({ op, attrs = {}, inputs, outputs }: EntryReport): EntryFormula {
  const record = operations.get(op);
  const made = outputs.map(({ ref }) => (ref.of === 'contribution' ? ref.input : 0));
  if (record === undefined) {
    const given = inputs.filter(({ ref }) => ref.of === 'gradient');
    const saved = inputs.filter(({ ref }) => ref.of !== 'gradient');
    const read = [
      ...given.map((_, i) => numbered('\\bar Y', i, given.length)),
      ...saved.map((_, i) => numbered('S', i, saved.length)),
    ];
    const arity = Math.max(...made.map((i) => i + 1), 1);
    const results = made.map((i) => numbered('\\bar X', i, arity));
    return {
      lines: [`${results.join(', ')} = ${nameOf(op)}'(${read.join(', ')})`],
      inputs: named([...given, ...saved], read),
      outputs: named(outputs, results),
    };
  }
  const formula = record.formulaFor?.(attrs) ?? record.formula;
  const arity = Math.max(formula.backward.length, ...made.map((i) => i + 1));
  const symbols = symbolsIn(formula.forward, arity);
  const saved = record.saves.filter((name) => !name.startsWith('intermediate'));
  const read = inputs.map(({ ref }, i) => {
    if (ref.of === 'gradient') return '\\bar Y';
    const name = saved[i - inputs.filter((one) => one.ref.of === 'gradient').length] ?? '';
    return name.startsWith('input') ? (symbols[Number(name.slice(5))] ?? 'X') : 'Y';
  });
  const whole = inputs.find(({ ref }) => ref.of === 'gradient');
  const axesOf = (output: TensorReport | undefined) =>
    record.shape === broadcast && whole && output ? broadcastAxes(sizesOf(output), sizesOf(whole)) : [];
  return {
    lines: made.flatMap((i, at) => {
      const line = formula.backward[i];
      return line ? [summedOver(axesOf(outputs[at]), line)] : [];
    }),
    inputs: named(inputs, read),
    outputs: named(
      outputs,
      made.map((i) => `\\bar ${symbols[i] ?? 'X'}`),
    ),
  };
}

/** The axes of `whole` along which an operand of this shape was broadcast. */
function broadcastAxes(shape: readonly number[] | undefined, whole: readonly number[] | undefined): number[] {
  if (shape === undefined || whole === undefined) return [];
  const added = whole.length - shape.length;
  return [...whole.keys()].filter((axis) => axis < added || shape[axis - added] !== whole[axis]);
}

/** `\\bar B = \\bar Y`, of an operand that served several places along these axes: their gradients come together. */
function summedOver(axes: readonly number[], line: string): string {
  if (axes.length === 0) return line;
  const [left = '', right = ''] = line.split(' = ');
  const sum = `\\sum_{\\mathrm{dim}\\,=\\,${axes.join(',\\,')}}`;
  return `${left} = ${sum} ${/[-+ ]/.test(right.replace('\\bar ', '')) ? `(${right})` : right}`;
}

/** The gradients that a backward entry does not make, by the names that the formula gives them, and why. */
export function withheldBy({
  op,
  attrs = {},
  withoutGradient = [],
}: EntryReport): { readonly symbol: string; readonly why: NoGradient }[] {
  const record = operations.get(op);
  const formula = record?.formulaFor?.(attrs) ?? record?.formula;
  const symbols = formula && symbolsIn(formula.forward, SYMBOLS.length);
  return withoutGradient.map(({ input, why }) => ({ symbol: `\\bar ${symbols?.[input] ?? `X_{${input + 1}}`}`, why }));
}

function accumulation({ parameter, inputs, outputs }: EntryReport): EntryFormula {
  const target = parameter === undefined ? '\\bar X' : '\\bar W';
  return {
    lines: [`${target} \\mathrel{+}= g`],
    inputs: named(inputs, [`${target}_{0}`, 'g']),
    outputs: named(outputs, [target]),
  };
}

/** One side of a matrix product. */
export interface Factor {
  readonly tensor: TensorReport;
  readonly symbol: string;
  readonly transposed: boolean;
}

/** The two matrices whose product a tensor is that an entry makes; undefined where it is none. */
export function factorsOf(entry: EntryReport, symbol: string): readonly [Factor, Factor] | undefined {
  if (entry.op !== 'matmul' || entry.phase === 'update') return undefined;
  const formula = matmul.formulaFor?.(entry.attrs ?? {}) ?? matmul.formula;
  const { inputs } = entry.phase === 'backward' ? backward(entry) : forward(entry);
  const line = [formula.forward, ...formula.backward].find((one) => one.startsWith(`${symbol} = `));
  const [left, right] = [
    ...(line ?? '').slice(symbol.length + 3).matchAll(/((?:\\bar )?[A-Z])(\^\{\\mathsf T\})?/g),
  ].flatMap(([, name, transposed]): Factor[] => {
    const found = inputs.find((one) => one.symbol === name);
    const isMatrix = found?.tensor.statistics?.shape.length === 2;
    return found === undefined || !isMatrix
      ? []
      : [{ tensor: found.tensor, symbol: found.symbol, transposed: transposed !== undefined }];
  });
  return left === undefined || right === undefined ? undefined : [left, right];
}

/** A row or a column of a matrix. */
export interface Line {
  readonly tensor: TensorReport;
  readonly at: { readonly row: number } | { readonly column: number };
}

/** What makes an element of a product: a row of the left and a column of the right, as they stand in the tensors themselves. */
export function linesOf(
  [left, right]: readonly [Factor, Factor],
  { row, column }: { readonly row: number; readonly column: number },
): readonly [Line, Line] {
  return [
    { tensor: left.tensor, at: left.transposed ? { column: row } : { row } },
    { tensor: right.tensor, at: right.transposed ? { row: column } : { column } },
  ];
}

/** Do two entries mean the same array? */
export const sameRef = (a: TensorReport['ref'], b: TensorReport['ref']): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const named = (tensors: readonly TensorReport[], symbols: readonly string[]): Named[] =>
  tensors.map((tensor, i) => ({ symbol: symbols[i] ?? numbered('X', i, tensors.length), tensor }));

const numbered = (symbol: string, i: number, of: number): string => (of === 1 ? symbol : `${symbol}_{${i + 1}}`);

/** What stands for an operation that has no formula; a function of the user's own is f, as its name stands above. */
const nameOf = (op: string): string =>
  op.startsWith('function ') ? 'f' : `\\operatorname{${op.replaceAll('_', '\\_')}}`;

/** The symbols of an operation's inputs in its formula. */
function symbolsIn(formula: string, count: number): string[] {
  const plain = formula.replaceAll(/\\mathsf\s*\{?T\}?/g, '').replaceAll(/\\[a-zA-Z]+(\{[a-zA-Z]*\})?/g, ' ');
  return SYMBOLS.filter((symbol) => plain.includes(symbol)).slice(0, Math.max(1, count));
}

/**
 * Sets each symbol's shape beneath it where it first stands on its own: not in an exponent, and not as one element of it. What
 * finds no such place is told beside the tensors. An exponent stays with its symbol, and of a transposed matrix the shape is told
 * as it stands there, so that the sizes of a product meet. `more` follows each shape: there are others.
 */
function annotated(line: string, shapes: ReadonlyMap<string, readonly number[] | undefined>, more: string): string {
  let out = line;
  for (const [symbol, sizes] of shapes) {
    if (sizes === undefined) continue;
    const at = placeOfSymbol(out, symbol);
    if (at === undefined) continue;
    const end = at + symbol.length;
    const [exponent = ''] = /^\^(\{[^{}]*\}|\w)|^'/.exec(out.slice(end)) ?? [];
    const told = exponent === TRANSPOSED ? transposed(sizes) : sizes;
    const shape = told.length === 0 ? '\\text{scalar}' : told.join('\\times ');
    // The long shapes of an update stand alone in their lines: they take no room from the symbols beside them.
    const label = more === '' ? shape : `\\mathclap{${shape}${more}}`;
    const set = `\\;\\underset{${label}}{${symbol}${exponent}}`;
    out = `${out.slice(0, at)}${set}${out.slice(end + exponent.length)}`;
  }
  return out;
}

const TRANSPOSED = '^{\\mathsf T}';

const transposed = (sizes: readonly number[]): number[] => [...sizes.slice(0, -2), ...sizes.slice(-2).toReversed()];

function placeOfSymbol(line: string, symbol: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '{') depth++;
    else if (line[i] === '}') depth--;
    if (depth > 0 || !line.startsWith(symbol, i)) continue;
    const after = line[i + symbol.length] ?? '';
    const before = line.slice(0, i);
    const isPart = /[_A-Za-z]/.test(after) || /[A-Za-z^_]$/.test(before) || /\\(bar|hat|mathsf) *$/.test(before);
    if (!isPart) return i;
  }
  return undefined;
}
