/** How much text fits on a card, in characters of its figures; Chinese ones count for more. */

/** A card's line. */
export const LINE = 21;
/** What a card's header holds beside its icon: its letters are a little wider. */
const HEADER = 16;
/** Below this a kind says nothing any more. */
const LEAST_KIND = 5;

const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 1.7 : 1;
  return width;
}

/** A long id made from the kind says it already, and beside a long label there is no room to say anything. */
export function showsKind(label: string, kind: string): boolean {
  const says = label.length > 9 && label.toLowerCase().startsWith(kind.toLowerCase().replace(/[^a-z0-9]/g, ''));
  return !says && HEADER - widthOf(label) >= Math.min(LEAST_KIND, kind.length);
}
