import katex from 'katex';

/** A formula as markup; what is no sound LaTeX is set as it is, in an element of class `katex-error`. */
export const markupOf = (latex: string, block: boolean): string =>
  katex.renderToString(latex, { displayMode: block, throwOnError: false, output: 'htmlAndMathml' });
