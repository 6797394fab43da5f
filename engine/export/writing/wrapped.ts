import { columns, PIECE } from '../layout/columns.ts';

/** Text in lines that are not wider than `width`, unless a word is. Between letters of East Asia a line may end anywhere. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const [, space = '', piece = ''] of paragraph.matchAll(PIECE)) {
      const longer = line === '' ? piece : line + (space === '' ? '' : ' ') + piece;
      const isTooWide = line !== '' && columns(longer) > width;
      if (isTooWide) lines.push(line);
      line = isTooWide ? piece : longer;
    }
    return [...lines, line];
  });
}

/** A comment that begins with a sign, in lines no longer than what is read at a glance. */
export function wrappedComment(text: string, sign: string, width: number, column: number): string[] {
  const room = Math.min(width - 10, width - column - sign.length - 1);
  return wrapped(text.slice(sign.length), room).map((line) => `${sign} ${line}`.trimEnd());
}
