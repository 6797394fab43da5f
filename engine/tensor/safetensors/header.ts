import { formatShape, numel, type Shape } from '../shape.ts';
import { type ElementTypeName, elementTypes, isElementType } from './element_types.ts';
import { SafetensorsError } from './safetensors_error.ts';

/** What a header says of a tensor. Bytes are counted from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: ElementTypeName;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** No tensor: what writers note of the file, in strings. */
export const METADATA = '__metadata__';

const LENGTH_BYTES = 8;
const AGAIN = 'Save or download the file again: it is damaged or incomplete, or no safetensors file';

const damaged = (code: `safetensors-${string}`, message: string, hint = AGAIN) =>
  new SafetensorsError(code, message, hint);

/**
 * The tensors of a file in the order of their values, which fill it without gaps, and where the values begin. Whatever the header
 * says has been held against the length of the file.
 * @throws SafetensorsError
 */
export function readHeader(bytes: Uint8Array): { readonly entries: readonly TensorEntry[]; readonly start: number } {
  const text = headerText(bytes);
  const start = LENGTH_BYTES + text.length;
  const entries = Object.entries(parseHeader(text))
    .filter(([name, entry]) => !isMetadata(name, entry))
    .map(([name, entry]) => tensorEntry(name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkLayout(entries, bytes.length - start);
  return { entries, start };
}

function headerText(bytes: Uint8Array): Uint8Array {
  if (bytes.length < LENGTH_BYTES)
    throw damaged(
      'safetensors-truncated',
      `It has ${bytes.length} bytes; a safetensors file begins with the ${LENGTH_BYTES} bytes of its header’s length`,
    );
  // As a number it may be off where it is beyond all files.
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const left = bytes.length - LENGTH_BYTES;
  if (length > left)
    throw damaged('safetensors-truncated', `Its header is to be ${length} bytes long, but only ${left} follow`);
  return bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}

function parseHeader(text: Uint8Array): Readonly<Record<string, unknown>> {
  const noHeader = (reason: string) => damaged('safetensors-header', `Its header is no JSON object: ${reason}`);
  let json: string;
  let header: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
    header = JSON.parse(json);
  } catch (error) {
    throw noHeader(error instanceof SyntaxError ? error.message : 'it is not UTF-8');
  }
  if (!json.startsWith('{') || !isRecord(header)) throw noHeader(`it begins with ${json.slice(0, 1)}`);
  const twice = repeatedKey(json);
  if (twice !== undefined) throw damaged('safetensors-duplicate', `Two of its tensors are named ${twice}`);
  return header;
}

/** A key that the outermost object has more than once: `JSON.parse` keeps the last without a word. `json` is valid. */
function repeatedKey(json: string): string | undefined {
  const seen = new Set<unknown>();
  let depth = 0;
  for (const [token, string] of json.matchAll(/[{}[\]]|("(?:[^"\\]|\\.)*")\s*:?/g)) {
    if (string === undefined) depth += token === '{' || token === '[' ? 1 : -1;
    else if (depth === 1 && token.endsWith(':')) {
      const key: unknown = JSON.parse(string);
      if (seen.has(key)) return String(key);
      seen.add(key);
    }
  }
  return undefined;
}

function isMetadata(name: string, entry: unknown): boolean {
  if (name !== METADATA) return false;
  if (!isRecord(entry) || Object.values(entry).some((value) => typeof value !== 'string'))
    throw damaged('safetensors-header', `Its ${METADATA} is to be an object of strings`);
  return true;
}

function tensorEntry(name: string, entry: unknown): TensorEntry {
  const wrong = (what: string) => damaged('safetensors-tensor', `${name} has no ${what}`);
  if (!isRecord(entry)) throw wrong('dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') throw wrong('dtype that is a string');
  if (!isSizes(shape)) throw wrong('shape that is a list of sizes');
  if (!isSizes(offsets)) throw wrong('data_offsets that are two counts of bytes');
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0) throw wrong('data_offsets that are two');
  if (!isElementType(dtype))
    throw damaged(
      'safetensors-type',
      `${name} has elements of type ${dtype}, which are not read here`,
      `Save it as one of ${Object.keys(elementTypes).join(', ')}`,
    );
  const needed = numel(shape) * elementTypes[dtype].bytes;
  if (end - begin !== needed)
    throw damaged(
      'safetensors-shape',
      `${name} is ${dtype} of ${formatShape(shape)}, which takes ${needed} bytes, but has the bytes from ${begin} to ${end}`,
    );
  return { name, dtype, shape, begin, end };
}

/** The format demands that values lie one after another and that nothing else is in the file. */
function checkLayout(entries: readonly TensorEntry[], length: number): void {
  const wrong = (message: string) => damaged('safetensors-layout', message);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin < at) throw wrong(`The values of ${name} begin at byte ${begin}, within those of another tensor`);
    if (begin > at) throw wrong(`The bytes from ${at} to ${begin}, before the values of ${name}, belong to no tensor`);
    if (end > length)
      throw wrong(`The values of ${name} end at byte ${end}, but the file has ${length} bytes of values`);
    at = end;
  }
  if (at < length) throw wrong(`The bytes from ${at} to ${length}, its last, belong to no tensor`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
