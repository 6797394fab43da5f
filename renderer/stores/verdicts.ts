import type { FunctionVerdict } from '../../engine/protocol/messages.ts';

/** Verdicts of gradcheck, kept across pages and outside of documents: by source and signature, the latest last. */
const KEY = 'gradloom.verdicts';
const MOST = 200;

let entries: [hash: string, verdict: FunctionVerdict][] | undefined;

function stored(): [string, FunctionVerdict][] {
  if (entries !== undefined) return entries;
  try {
    const value: unknown = JSON.parse(globalThis.localStorage?.getItem(KEY) ?? '[]');
    entries = Array.isArray(value) ? value.filter(isEntry).slice(-MOST) : [];
  } catch {
    entries = [];
  }
  return entries;
}

const numbers = (value: object, ...names: readonly string[]): boolean =>
  names.every((name) => name in value && typeof (value as Record<string, unknown>)[name] === 'number');

/** What failed is not kept: the code is run before it is trained, and then says so itself. */
function isEntry(entry: unknown): entry is [string, FunctionVerdict] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'object' || entry[1] === null)
    return false;
  const verdict = entry[1] as { readonly verdict?: unknown; readonly element?: unknown };
  if (!numbers(verdict, 'checked', 'elements', 'kinks')) return false;
  if (verdict.verdict === 'verified') return true;
  const { element } = verdict;
  const placed = Array.isArray(element) && element.every((n) => typeof n === 'number');
  return verdict.verdict === 'wrong' && placed && numbers(verdict, 'input', 'expected', 'got');
}

export function rememberedVerdict(key: string): FunctionVerdict | undefined {
  const hash = hashOf(key);
  return stored().findLast(([known]) => known === hash)?.[1];
}

export function rememberVerdict(key: string, verdict: FunctionVerdict): void {
  const hash = hashOf(key);
  const others = stored().filter(([known]) => known !== hash);
  // A number that is no number has no JSON.
  const kept = [...others, [hash, verdict] as [string, FunctionVerdict]].filter(isEntry);
  entries = kept.slice(-MOST);
  try {
    globalThis.localStorage?.setItem(KEY, JSON.stringify(entries));
  } catch {
    // A full or forbidden storage costs a check that is made again.
  }
}

/** FNV-1a over 64 bits: sources are long, and the storage is small. */
function hashOf(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < key.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(key.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(36);
}
