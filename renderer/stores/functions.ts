import { create } from 'zustand';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { type FunctionTraces, type FunctionUse, functionKey } from '../../engine/graph/functions.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { withDefaults } from '../../engine/nodes/settings.ts';
import type { FunctionReport, FunctionVerdict } from '../../engine/protocol/messages.ts';
import { rememberedVerdict, rememberVerdict } from './verdicts.ts';

interface Functions {
  /** What the engine said of a source and a signature, by `functionKey`. */
  readonly reports: ReadonlyMap<string, FunctionReport>;
  /** Keys that the engine is asked about. */
  readonly asked: ReadonlySet<string>;
  /**
   * Sources that may run: those that the user saved, checked or trained in this page, and those that new nodes have. Opening a
   * document allows nothing.
   */
  readonly allowed: ReadonlySet<string>;
  ask(key: string): void;
  report(key: string, report: FunctionReport): void;
  /** The engine did not live to answer: its source is not run again by itself. */
  fail(key: string, source: string): void;
  allow(sources: Iterable<string>): void;
}

/** Functions of the user's own: what is known of them, and what may be run. */
export const useFunctions = create<Functions>((set) => ({
  reports: new Map(),
  asked: new Set(),
  allowed: new Set([...nodeKinds.values()].flatMap(defaultCode)),
  ask: (key) => set(({ asked }) => ({ asked: new Set(asked).add(key) })),
  report: (key, report) => {
    rememberVerdict(key, report.verdict);
    set(({ reports, asked }) => ({
      reports: new Map(reports).set(key, report),
      asked: without(asked, key),
    }));
  },
  fail: (key, source) =>
    set(({ asked, allowed }) => ({ asked: without(asked, key), allowed: without(allowed, source) })),
  allow: (sources) =>
    set(({ allowed }) => {
      const all = new Set([...allowed, ...sources]);
      return all.size === allowed.size ? {} : { allowed: all };
    }),
}));

const without = (set: ReadonlySet<string>, gone: string): ReadonlySet<string> =>
  new Set([...set].filter((one) => one !== gone));

/** The code that new nodes of a kind have: it is no one's but ours. */
function defaultCode({ settings }: NodeKind): string[] {
  return Object.values(settings).flatMap((setting) => (setting.type === 'code' ? [setting.default] : []));
}

/** What the check looks functions up in. */
export const knownTraces: FunctionTraces = (source, signature) =>
  useFunctions.getState().reports.get(functionKey(source, signature))?.traced;

/** What is known of one use of a function. `unknown`: its code was not run yet. */
export type UseState = FunctionVerdict | { readonly verdict: 'checking' | 'unknown' };

/** The same object every time: components compare. */
const checking: UseState = { verdict: 'checking' };
const unknown: UseState = { verdict: 'unknown' };

/** Verdicts outlive the page, traces do not: an old verdict stands until the code is run again. */
export function stateOf({ source, signature }: FunctionUse, { reports, asked }: Functions): UseState {
  const key = functionKey(source, signature);
  if (asked.has(key)) return checking;
  return reports.get(key)?.verdict ?? rememberedVerdict(key) ?? unknown;
}

/** From what needs attention most. */
const gravity: readonly UseState['verdict'][] = ['failed', 'wrong', 'checking', 'unknown', 'verified'];

/** Of several uses of a node (in instances of its definition) the one that needs attention most. */
export function gravest(uses: readonly FunctionUse[], functions: Functions): UseState | undefined {
  const states = uses.map((use) => stateOf(use, functions));
  return gravity.flatMap((verdict) => states.find((state) => state.verdict === verdict) ?? [])[0];
}

const known = new WeakMap<GraphDocument['nodes'], ReadonlySet<string>>();

/** Every source that a document holds, in its definitions too. */
export function sourcesOf({ nodes, modules }: GraphDocument): ReadonlySet<string> {
  const lists = [nodes, ...Object.values(modules).map((definition) => definition.nodes)];
  const all = lists.flatMap((list) => {
    const found = known.get(list) ?? new Set(list.flatMap((node) => codeOf(node, modules)?.source ?? []));
    known.set(list, found);
    return [...found];
  });
  return new Set(all);
}

const settingOf = (kind: NodeKind): string | undefined =>
  Object.entries(kind.settings).find(([, { type }]) => type === 'code')?.[0];

/** Does a kind of node hold code of the user's own? */
export const holdsCode = (kind: NodeKind): boolean => settingOf(kind) !== undefined;

/** The setting of a node that is code, and its value. */
export function codeOf(
  node: GraphDocument['nodes'][number],
  modules: GraphDocument['modules'],
): { readonly setting: string; readonly source: string } | undefined {
  const kind = kindOf(node, modules);
  const setting = kind && settingOf(kind);
  if (kind === undefined || setting === undefined) return undefined;
  return { setting, source: String(withDefaults(kind.settings, node.settings)[setting]) };
}
