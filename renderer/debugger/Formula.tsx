import 'katex/dist/katex.min.css';
import { useMemo } from 'react';
import css from './Debugger.module.css';
import { markupOf } from './latex.ts';

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
  const html = useMemo(() => markupOf(latex, block), [latex, block]);
  const style = block ? css.formula : css.symbol;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: KaTeX makes the markup, and trusts no command that could make other.
  return <span className={style} data-tone={tone} dangerouslySetInnerHTML={{ __html: html }} />;
}
