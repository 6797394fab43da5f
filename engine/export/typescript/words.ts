/** Names and numbers as TypeScript writes them. */

import { JOINERS } from '../names.ts';
import { Named } from '../writing/named.ts';
import { wrapped } from '../writing/wrapped.ts';

const RESERVED =
  'abstract any arguments as async await boolean break case catch class const continue debugger declare default delete do else enum eval export extends false finally for from function get if implements import in infer instanceof interface is keyof let module namespace never new null number object of package private protected public readonly require return set static string super switch symbol this throw true try type typeof undefined unknown using var void while with yield';
/** What the engine calls its things, and what a project calls its own. */
export const ENGINE = [
  'autograd',
  'batches',
  'data',
  'full',
  'loadWeights',
  'manualSeed',
  'nn',
  'noGrad',
  'ones',
  'optim',
  'rand',
  'randn',
  'random',
  'steps',
  'tensor',
  'uniform',
  'useDevice',
  'where',
  'zeros',
] as const;
const OWN = 'step rows ctx console Tensor URL Array Infinity NaN train test loaded loadData loadData2 loadData3';
/** What the language has for its own: Biome wants none of these hidden. */
const GLOBAL =
  'AggregateError ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Int16Array Int32Array Int8Array Intl JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet constructor decodeURI decodeURIComponent encodeURI encodeURIComponent escape globalThis hasOwnProperty isFinite isNaN isPrototypeOf parseFloat parseInt propertyIsEnumerable toLocaleString toString unescape valueOf';
/** Attributes of `nn.Module` that a layer of that name would hide, and of every object. */
const MODULE =
  'training forward children namedChildren everyParameter namedParameters ownParameters parameters zeroGrad train eval stateDict loadStateDict extraRepr constructor toString valueOf hasOwnProperty';

const words = (...lists: readonly string[]): readonly string[] => lists.flatMap((list) => list.split(' '));

/** What code calls by its name in the engine: its data sets only where it has some. */
export const engineNames = (hasDataSets: boolean): readonly string[] =>
  ENGINE.filter((name) => hasDataSets || name !== 'data');

/** Names that are taken before anything is named. */
export const taken = (hasDataSets: boolean) => ({
  local: [...words(OWN, GLOBAL), ...engineNames(hasDataSets)],
  attribute: words(MODULE),
});
const reserved = new Set(words(RESERVED));

/** The words of a text: of letters of any script, digits, and changes from small letters to capitals. */
const parts = (text: string): string[] =>
  text
    .normalize('NFC')
    .replace(JOINERS, '')
    .replace(/[^\p{ID_Continue}]+/gu, '_')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .split('_')
    .filter((word) => word !== '');

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
const startsWell = (name: string): boolean => /^[\p{ID_Start}_]/u.test(name);

function identifier(name: string): string {
  const whole = startsWell(name) ? name : `_${name}`;
  return name === '' ? '' : reserved.has(whole) ? `${whole}_` : whole;
}

/** `d_in` → `dIn`, `MyReLU` → `myReLU`, `MSELoss` → `mseLoss`, `2nd` → `_2nd`, `class` → `class_`; empty where nothing is left. */
export function camel(text: string): string {
  const [first = '', ...rest] = parts(text);
  return identifier([first.toLowerCase(), ...rest.map(capital)].join(''));
}

/** `dynamic-net` → `DynamicNet`; empty where nothing is left. */
export const pascal = (text: string): string => identifier(parts(text).map(capital).join(''));

/** `1e-4`, `0.9`, `64`. */
export function number(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  return size !== 0 && size < 1e-3 ? value.toExponential() : String(value).replace('e+', 'e');
}

/** Of a setting or an attribute. */
export function literal(value: unknown): string {
  if (value instanceof Named) return value.name;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean' || value === null || value === undefined) return String(value ?? null);
  return Array.isArray(value) ? `[${value.map(literal).join(', ')}]` : quoted(String(value));
}

export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;

/** Of a line, and what stands in a body is further in by this. */
export const WIDTH = 100;
export const INDENT = '  ';

/** Each paragraph in one line: it is wrapped where it stands. */
export const comments = (notes: readonly string[]): string[] =>
  notes.flatMap((note) => note.split('\n').map((text) => `// ${text.trim().replace(/\s+/g, ' ')}`.trimEnd()));

/** A comment that documents what follows; whatever stands in the text, it ends where it should. */
export function docComment(paragraphs: readonly string[]): string[] {
  const lines = paragraphs.flatMap((text, i) => [...(i === 0 ? [] : ['']), ...wrapped(text, WIDTH - 8)]);
  const safe = lines.map((line) => line.replaceAll('*/', '*\\/'));
  const [only = ''] = safe;
  return safe.length === 1 ? [`/** ${only} */`] : ['/**', ...safe.map((line) => ` * ${line}`.trimEnd()), ' */'];
}
