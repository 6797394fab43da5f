import type { LocalText } from './ports.ts';

interface Common {
  readonly label?: LocalText;
  readonly help?: LocalText;
  /** May change during a run, from the next iteration on (learning rate, momentum). */
  readonly live?: boolean;
  /** Shown behind the field: `rows`, `classes`. */
  readonly unit?: string;
  /** Only of interest where another setting has this value; elsewhere it is kept, not shown. */
  readonly when?: { readonly setting: string; readonly is: SettingValue };
}

/**
 * One setting of a node kind: the inspector's field, the bounds that check enforces, and the document's value.
 * `null` as the default of an int means "inferred from what is wired".
 */
export type Setting =
  | (Common & { readonly type: 'int'; readonly default: number | null; readonly min?: number; readonly max?: number })
  | (Common & {
      readonly type: 'float';
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      /** The bound itself is not allowed. */
      readonly exclusiveMin?: boolean;
      readonly exclusiveMax?: boolean;
    })
  | (Common & { readonly type: 'bool'; readonly default: boolean })
  | (Common & { readonly type: 'choice'; readonly default: string; readonly options: readonly string[] })
  /** A list of sizes. `null`: absent (all axes). */
  | (Common & { readonly type: 'ints'; readonly default: readonly number[] | null; readonly min?: number })
  | (Common & { readonly type: 'text'; readonly default: string })
  /** JavaScript of the user's own, which runs in the sandbox only. */
  | (Common & { readonly type: 'code'; readonly default: string })
  /** A file, named in the document's `data`. */
  | (Common & { readonly type: 'file'; readonly default: string })
  /** The id of a node that holds a parameter. */
  | (Common & { readonly type: 'parameter'; readonly default: string })
  /** Ids of nodes that hold parameters, blocks included. `null`: all. */
  | (Common & { readonly type: 'parameters'; readonly default: null });

export type SettingsSchema = Readonly<Record<string, Setting>>;
export type SettingValue = number | boolean | string | null | readonly number[] | readonly string[];
export type Settings = Readonly<Record<string, SettingValue>>;

/** The values of `given`, completed by the defaults of `schema`. */
export function withDefaults(schema: SettingsSchema, given: Readonly<Record<string, unknown>>): Settings {
  const out: Record<string, SettingValue> = {};
  for (const [name, setting] of Object.entries(schema)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    out[name] = value === undefined ? setting.default : (value as SettingValue);
  }
  return out;
}

/** What can be wrong with a value, in English; other languages have tables of their own. */
const reasons = {
  number: 'expected a number',
  whole: 'expected a whole number',
  'at-least': 'expected at least {bound}',
  'more-than': 'expected more than {bound}',
  'at-most': 'expected at most {bound}',
  'less-than': 'expected less than {bound}',
  boolean: 'expected true or false',
  'one-of': 'expected one of {bound}',
  list: 'expected a list of whole numbers',
  'list-at-least': 'expected a list of whole numbers of at least {bound}',
  text: 'expected text',
  nodes: 'expected a list of nodes',
  fixed: 'it cannot change during a run',
} as const;
export type SettingReason = keyof typeof reasons;

/** Why a value does not fit, and the bound or the options that it should keep to. */
export interface SettingProblem {
  readonly reason: SettingReason;
  readonly bound?: number | string;
}

/** `expected at least 1`. */
export const settingProblemText = ({ reason, bound }: SettingProblem): string =>
  reasons[reason].replace('{bound}', String(bound));

/** Why `value` does not fit `setting`, or undefined if it does. */
export function settingProblem(setting: Setting, value: unknown): SettingProblem | undefined {
  switch (setting.type) {
    case 'int':
    case 'float': {
      if (value === null && setting.default === null) return undefined;
      if (typeof value !== 'number' || !Number.isFinite(value)) return { reason: 'number' };
      if (setting.type === 'int' && !Number.isInteger(value)) return { reason: 'whole' };
      const low = setting.type === 'float' && setting.exclusiveMin === true;
      const high = setting.type === 'float' && setting.exclusiveMax === true;
      if (setting.min !== undefined && (value < setting.min || (low && value === setting.min)))
        return { reason: low ? 'more-than' : 'at-least', bound: setting.min };
      if (setting.max !== undefined && (value > setting.max || (high && value === setting.max)))
        return { reason: high ? 'less-than' : 'at-most', bound: setting.max };
      return undefined;
    }
    case 'bool':
      return typeof value === 'boolean' ? undefined : { reason: 'boolean' };
    case 'choice':
      return typeof value === 'string' && setting.options.includes(value)
        ? undefined
        : { reason: 'one-of', bound: setting.options.join(', ') };
    case 'ints': {
      if (value === null && setting.default === null) return undefined;
      const fits = (n: unknown) => Number.isInteger(n) && (setting.min === undefined || (n as number) >= setting.min);
      if (Array.isArray(value) && value.every(fits)) return undefined;
      return setting.min === undefined ? { reason: 'list' } : { reason: 'list-at-least', bound: setting.min };
    }
    case 'text':
    case 'code':
    case 'file':
    case 'parameter':
      return typeof value === 'string' ? undefined : { reason: 'text' };
    case 'parameters':
      return value === null || (Array.isArray(value) && value.every((id) => typeof id === 'string'))
        ? undefined
        : { reason: 'nodes' };
    default:
      return setting satisfies never;
  }
}

const outOfBounds: ReadonlySet<SettingReason> = new Set(['at-least', 'more-than', 'at-most', 'less-than']);

/**
 * Values that code gives for `schema`, completed by the defaults. Bounds are those of the canvas: code may go beyond them.
 * @throws RangeError for a value of another type, or one that is not among the options; it speaks of `owner`
 */
export function settingsOf(owner: string, schema: SettingsSchema, given: Readonly<Record<string, unknown>>): Settings {
  const settings = withDefaults(schema, given);
  for (const [name, setting] of Object.entries(schema)) {
    const problem = settingProblem(setting, settings[name]);
    if (problem !== undefined && !outOfBounds.has(problem.reason))
      throw new RangeError(`${owner}: ${name}: ${settingProblemText(problem)}; got ${String(settings[name])}`);
  }
  return settings;
}

/** Settings that are sound by themselves, but not beside each other. `code` is the diagnostic's, `values` fill it. */
export class SettingsClash extends Error {
  readonly code: 'loop-bounds' | 'loop-untied' | 'nesterov-dampening';
  readonly values: Readonly<Record<string, number>>;
  constructor(code: SettingsClash['code'], values: SettingsClash['values'] = {}) {
    super(`settings clash: ${code}`);
    this.code = code;
    this.values = values;
  }
}
