/** Text in lines that are not longer than `width`, unless a word is. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(/\s+/).filter((one) => one !== '')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && longer.length > width) lines.push(line);
      line = line !== '' && longer.length > width ? word : longer;
    }
    return [...lines, line];
  });
}
