import { keyOf } from '../../engine/graph/breakpoints.ts';
import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import panel from '../inspector/Inspector.module.css';
import { templateOf } from '../stores/addresses.ts';
import { breakpointsOf, isAbout, isUpdate, placesAt, toggleBreakpoint } from '../stores/breakpoints.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveTab, useDocuments } from '../stores/documents.ts';
import { useStanding } from '../stores/standing.ts';
import { useAddress } from '../stores/useAddress.ts';
import { BreakpointRow } from './BreakpointRow.tsx';
import css from './Breakpoints.module.css';
import { useWords } from './words.ts';

/** Where a run can stop at a node, and how those breakpoints that are set are armed. */
export function BreakpointSection({
  node,
  document,
}: {
  readonly node: DocumentNode;
  readonly document: GraphDocument;
}) {
  const words = useWords();
  const tab = useActiveTab();
  const address = templateOf(useAddress(node.id));
  const parameters = useDiagnosis().parameters.get(node.id) ?? [];
  const hits = useStanding((state) => state.standing[tab?.id ?? '']?.stop.hits);
  const all = tab === undefined ? [] : breakpointsOf(tab.document);
  const places = placesAt(
    node,
    document,
    address,
    parameters.map(({ name }) => name),
  );
  if (places.length === 0) return null;
  const set = new Set(all.map(keyOf));
  return (
    <section className={panel.section}>
      <h3>{words.breakpoints}</h3>
      <div className={css.places}>
        {places.map((place) => (
          <button
            key={keyOf(place)}
            type="button"
            aria-pressed={set.has(keyOf(place))}
            onClick={() => useDocuments.getState().editWhole((d) => toggleBreakpoint(d, place))}
          >
            {words.place(place, tab !== undefined && isUpdate(place, tab.document))}
          </button>
        ))}
      </div>
      {all.map((breakpoint) =>
        isAbout(breakpoint, address) ? (
          <BreakpointRow key={keyOf(breakpoint)} breakpoint={breakpoint} hits={hits?.[keyOf(breakpoint)] ?? 0} />
        ) : null,
      )}
    </section>
  );
}
