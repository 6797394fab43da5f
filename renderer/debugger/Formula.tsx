import 'katex/dist/katex.min.css';
import katex from 'katex';
import { useMemo } from 'react';
import css from './Debugger.module.css';

/** A formula, set by KaTeX. It is our own text: no user's markup comes in. */
export function Formula({
  latex,
  tone,
  block = false,
}: {
  readonly latex: string;
  readonly tone: 'fwd' | 'bwd' | 'plain';
  readonly block?: boolean;
}) {
  const html = useMemo(
    () => katex.renderToString(latex, { displayMode: block, throwOnError: false, output: 'htmlAndMathml' }),
    [latex, block],
  );
  const style = block ? css.formula : css.symbol;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: KaTeX makes the markup, and trusts no command that could make other.
  return <span className={style} data-tone={tone} dangerouslySetInnerHTML={{ __html: html }} />;
}
