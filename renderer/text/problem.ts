import type { Diagnostic } from '../../engine/graph/document.ts';

const sentence = (words: string): string => (/[.!?。！？]$/.test(words) ? words : `${words}.`);

/** A diagnostic in one line: place, what is wrong, what to do. */
export const problemLine = ({ node, message, hint }: Diagnostic): string =>
  `${node === undefined ? '' : `${node}: `}${sentence(message)} ${sentence(hint)}`;
