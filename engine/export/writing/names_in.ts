import type { Line } from '../line.ts';

/** A name that stands for itself: no attribute of something, and no key of an object. What stands behind three dots is spread. */
const NAME = /(?<!(?<!\.\.)\.|[$\p{ID_Continue}])[$_\p{ID_Start}][$\p{ID_Continue}]*(?![$\p{ID_Continue}])(?!: )/gu;
/** The field of a class that a line declares, as it is declared. */
const FIELD = /^(?:readonly )?[$_\p{ID_Start}][$\p{ID_Continue}]*(?= = |[:;])/u;
const COMMENT = /^(#|\/\/|\/\*|\*)/;

/** The names that code uses, before it is laid out; what stands in comments is none. */
export function namesIn(code: readonly Line[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { text } of code) {
    const line = text.trimStart();
    if (COMMENT.test(line)) continue;
    for (const [name] of line.replace(FIELD, '').matchAll(NAME)) found.add(name);
  }
  return found;
}
