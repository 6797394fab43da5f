import type { Line, Part } from '../line.ts';
import type { Construction, Made } from './language.ts';

/** What is made, between what stands before and behind it; of what it holds, the line knows the nodes. */
export function madeLine(before: string, { construction, places }: Omit<Made, 'type'>, after: string): Line {
  const parts: Part[] = [];
  const text = before + flat(construction, before.length, parts) + after;
  return { text, places, parts };
}

function flat(construction: Construction, at: number, parts: Part[]): string {
  if (typeof construction === 'string') return construction;
  const { open, items, close } = construction;
  let text = open;
  for (const [i, { construction: inner, places }] of items.entries()) {
    if (i > 0) text += ', ';
    const start = at + text.length;
    const within: Part[] = [];
    text += flat(inner, start, within);
    parts.push({ start, end: at + text.length, places }, ...within);
  }
  return text + close;
}
