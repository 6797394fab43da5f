/** Names and numbers as Python writes them. */

import { JOINERS } from '../names.ts';
import { Named } from '../writing/named.ts';
import { wrapped } from '../writing/wrapped.ts';

const RESERVED =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield';
const BUILT_IN =
  'print range zip len super torch random struct Path load_file self ctx enumerate bytearray float weights key';
/** What the script calls its own things. */
const OWN = 'step rows batches read_idx radius angle upper lower train';
/** Attributes of `torch.nn.Module` that a layer of that name would hide. */
const MODULE =
  'add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad';

const words = (...lists: readonly string[]): readonly string[] => lists.flatMap((list) => list.split(' '));

/** Names that are taken before anything is named. */
export const taken = { local: words(BUILT_IN, OWN), attribute: words(MODULE) } as const;
const reserved = new Set(words(RESERVED));

/** Of any script: Python reads identifiers of all languages, in this normal form. */
const letters = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(JOINERS, '')
    .replace(/[^\p{ID_Continue}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .normalize('NFKC');

const startsWell = (name: string): boolean => /^[\p{ID_Start}_]/u.test(name);
const allowed = (name: string): string => (reserved.has(name) ? `${name}_` : name);

/** `dIn` → `d_in`, `MyReLU` → `my_relu`, `2nd` → `_2nd`, `lambda` → `lambda_`; empty where nothing is left. */
export function snake(text: string): string {
  const name = letters(text)
    .replace(/(\p{Ll}|\d)(\p{Lu})(?!\p{Lu})/gu, '$1_$2')
    .toLowerCase();
  return name === '' ? '' : allowed(startsWell(name) ? name : `_${name}`);
}

/** `dynamic-net` → `DynamicNet`; empty where nothing is left. */
export function pascal(text: string): string {
  const name = letters(text)
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  return name === '' ? '' : allowed(startsWell(name) ? name : `_${name}`);
}

/** `1e-4`, `0.9`, `64`. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return `float('${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}')`;
  const size = Math.abs(value);
  if (Object.is(value, -0)) return '-0.0';
  return size !== 0 && size < 1e-3 ? value.toExponential() : String(value).replace('e+', 'e');
}

/** A number that stands for a tensor of floats: `2.0`. */
export const float = (value: number): string =>
  Object.is(value, -0)
    ? '-0.0'
    : Number.isInteger(value)
      ? Math.abs(value) < 1e15
        ? value.toFixed(1)
        : value.toExponential().replace('e+', 'e')
      : number(value);

/** Of a setting or an attribute. */
export function literal(value: unknown): string {
  if (value instanceof Named) return value.name;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null || value === undefined) return 'None';
  return Array.isArray(value) ? tuple(value.map(literal)) : `'${String(value).replace(/[\\']/g, '\\$&')}'`;
}

export const tuple = (items: readonly string[]): string =>
  items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;

/** Of a line, and what stands in a body is further in by this. */
export const WIDTH = 88;
export const INDENT = '    ';

/** Each paragraph in one line: it is wrapped where it stands. */
export const comments = (notes: readonly string[]): string[] =>
  notes.flatMap((note) => note.split('\n').map((text) => `# ${text.trim().replace(/\s+/g, ' ')}`.trimEnd()));

/** A docstring; whatever stands in the text, it ends where it should. */
export function docstring(paragraphs: readonly string[], column = 0): string[] {
  const safe = paragraphs.map((text) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"'));
  const within = (width: number) => safe.flatMap((text, i) => [...(i === 0 ? [] : ['']), ...wrapped(text, width)]);
  const lines = within(WIDTH - column - '""""'.length);
  // Where it is one line, the quotes at its end stand in it, too, apart from one of the text.
  const end = lines[0]?.endsWith('"') ? ' """' : '"""';
  const [first = '', ...rest] = lines.length === 1 ? within(WIDTH - column - '"""'.length - end.length) : lines;
  return rest.length === 0 ? [`"""${first}${end}`] : [`"""${first}`, ...rest, '"""'];
}
