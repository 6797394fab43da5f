import { withoutTexts } from '../nodes/source_ports.ts';
import type { SourcePlace } from './problems.ts';

/** A source whose loops tell when they go round. */
export interface MarkedSource {
  readonly source: string;
  /** The function that each loop calls with its number, in every iteration. */
  readonly mark: string;
  /** Where the loops begin, by number. */
  readonly places: readonly SourcePlace[];
}

const HEAD = /(?<![\w$.])(for|while)\s*\(/g;

/**
 * The same code, and every `while` and every `for` with two semicolons calls a function before its condition or after its last
 * expression. Whatever else looks like a loop makes code that cannot be run, or that marks nothing.
 */
export function markLoops(source: string): MarkedSource {
  const code = withoutTexts(source);
  let mark = 'mark';
  while (code.includes(mark)) mark += '_';
  const places: SourcePlace[] = [];
  const inserts: { at: number; text: string }[] = [];
  for (const { 0: head, 1: word, index } of code.matchAll(HEAD)) {
    const start = index + head.length;
    const { end, semicolons } = bracketFrom(code, start);
    const call = `${mark}(${places.length})`;
    if (word === 'while') inserts.push({ at: start, text: `${call},` });
    else if (semicolons.length === 2) {
      const empty = code.slice((semicolons[1] ?? 0) + 1, end).trim() === '';
      inserts.push({ at: end, text: empty ? call : `,${call}` });
    } else continue;
    places.push(placeAt(source, index));
  }
  let marked = '';
  let from = 0;
  for (const { at, text } of inserts.toSorted((a, b) => a.at - b.at)) {
    marked += source.slice(from, at) + text;
    from = at;
  }
  return { source: marked + source.slice(from), mark, places };
}

/** Where the bracket that opened before `start` closes, and the semicolons directly in it. */
function bracketFrom(code: string, start: number): { end: number; semicolons: readonly number[] } {
  const semicolons: number[] = [];
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    const at = code[i] ?? '';
    if ('([{'.includes(at)) depth++;
    else if (')]}'.includes(at) && depth-- === 0) return { end: i, semicolons };
    else if (at === ';' && depth === 0) semicolons.push(i);
  }
  return { end: code.length, semicolons };
}

/** Line and column of a position, from 1. */
export function placeAt(source: string, index: number): SourcePlace {
  const lines = source.slice(0, index).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
