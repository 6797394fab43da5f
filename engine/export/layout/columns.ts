/** Letters that take two columns, as those of East Asia do; and marks that take none. */
const WIDE =
  '\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4c6\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6b\\uff01-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1f64f}\\u{1f680}-\\u{1f6fc}\\u{1f900}-\\u{1faff}\\u{20000}-\\u{3fffd}';
const wide = new RegExp(`[${WIDE}]`, 'gu');
const none = /[\p{Mn}\p{Me}\p{Cf}]/gu;
const ASCII = /^[\x20-\x7e]*$/;

/** How many columns a text takes where letters all have one width. */
export function columns(text: string): number {
  if (ASCII.test(text)) return text.length;
  return [...text.replace(none, '')].length + (text.match(wide)?.length ?? 0);
}

/** A wide letter, and what must not stand at the beginning of a line behind it; or a word of others. */
export const PIECE = new RegExp(`(\\s*)([${WIDE}][、。，．：；！？）」』】》]*|[^\\s${WIDE}]+)`, 'gu');
