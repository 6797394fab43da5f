import type { FunctionVerdict } from '../../engine/protocol/messages.ts';
import { Remembered } from './remembered.ts';

/** Verdicts of gradcheck. */
const verdicts = new Remembered('gradloom.verdicts', 200, isKept);

const numbers = (value: object, ...names: readonly string[]): boolean =>
  names.every((name) => name in value && typeof (value as Record<string, unknown>)[name] === 'number');

/**
 * What failed is not kept: the code is run before it is trained, and then says so itself. Nor is a number that is no number: it
 * has no JSON.
 */
function isKept(value: unknown): value is FunctionVerdict {
  if (typeof value !== 'object' || value === null) return false;
  const verdict = value as { readonly verdict?: unknown; readonly element?: unknown };
  if (!numbers(verdict, 'checked', 'elements', 'kinks')) return false;
  if (verdict.verdict === 'verified') return true;
  const { element } = verdict;
  const placed = Array.isArray(element) && element.every((n) => typeof n === 'number');
  return verdict.verdict === 'wrong' && placed && numbers(verdict, 'input', 'expected', 'got');
}

export const rememberedVerdict = (key: string): FunctionVerdict | undefined => verdicts.get(key);

export const rememberVerdict = (key: string, verdict: FunctionVerdict): void => verdicts.set(key, verdict);
