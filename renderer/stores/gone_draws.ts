import { checkDocument } from '../../engine/graph/check.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';

/** What the check says is not drawn, in the words of the diagnostic. */
const strangers = (document: GraphDocument): Set<unknown> =>
  new Set(checkDocument(document).diagnostics.flatMap((d) => (d.code === 'unknown-draw' ? [d.values?.draw] : [])));

/** Takes out of the list of draws what an edit took out of the network. What was strange before it is its user's to mend. */
export function withoutGone(before: GraphDocument, after: GraphDocument): GraphDocument {
  const { draws, ...run } = after.run;
  if (draws === undefined || (before.nodes === after.nodes && before.modules === after.modules)) return after;
  const there = strangers(before);
  const gone = strangers(after);
  const kept = draws.filter((draw) => there.has(JSON.stringify(draw)) || !gone.has(JSON.stringify(draw)));
  if (kept.length === draws.length) return after;
  return { ...after, run: kept.length === 0 ? run : { ...run, draws: kept } };
}
