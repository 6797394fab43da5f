import type { Line } from '../line.ts';
import type { Place } from '../script.ts';
import type { Language } from './language.ts';

/** Lines as a formatter leaves them: each statement in as many as it takes where it stands. */
export function formatted(content: readonly Line[], language: Pick<Language, 'laid'>): Line[] {
  return content.flatMap((line) => {
    const text = line.text.trimStart();
    const column = line.text.length - text.length;
    const [only = '', ...more] = laidOut(text, column, language);
    if (more.length === 0)
      return [{ text: only === text ? line.text : ' '.repeat(column) + only, places: line.places }];
    const texts = [only, ...more];
    const placesAt =
      line.parts === undefined || line.parts.length === 0 ? undefined : placesOfLines({ ...line, text }, texts);
    return texts.map((one, i) => ({ text: ' '.repeat(column) + one, places: placesAt?.[i] ?? line.places }));
  });
}

/** A layout is never worth the code: where it does not have what the statement has, and in its order, that stays in one line. */
function laidOut(text: string, column: number, { laid }: Pick<Language, 'laid'>): readonly string[] {
  try {
    const texts = laid(text, column);
    return COMMENT.test(text) || withoutLayout(texts.join(' ')) === withoutLayout(text) ? texts : [text];
  } catch {
    return [text];
  }
}

const COMMENT = /^(#|\/\/)/;
/** All but spaces, and the commas and brackets that a layout may add. */
const withoutLayout = (text: string): string => text.replaceAll(/[\s(),]/g, '');

/** The nodes that each line comes from: those of what begins in it, or the one that holds that. */
function placesOfLines({ text, places, parts = [] }: Line, laid: readonly string[]): (readonly Place[])[] {
  let at = 0;
  return laid.map((line) => {
    const start = behindSpace(text, at);
    for (const letter of line.replace(/\s+/g, '')) {
      at = behindSpace(text, at);
      // What is not in the text was added: a comma behind the last of a list.
      if (text.startsWith(letter, at)) at += letter.length;
    }
    const part = parts.findLast((one) => one.start <= start && start < one.end) ?? {
      start: 0,
      end: text.length,
      places,
    };
    const isWhole = part.start === start && part.end <= at;
    return isWhole ? part.places : part.places.slice(-1);
  });
}

function behindSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}
