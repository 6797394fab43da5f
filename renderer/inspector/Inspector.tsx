import { lazy, Suspense, useEffect } from 'react';
import { CommandButton } from '../app/CommandButton.tsx';
import { WireReason } from '../debugger/WireReason.tsx';
import { graphOf, moduleOf, useActiveTab } from '../stores/documents.ts';
import { shownPort } from '../stores/levels.ts';
import { useSelection } from '../stores/selection.ts';
import { useStanding } from '../stores/standing.ts';
import { DefinitionSettings } from './DefinitionSettings.tsx';
import { DocumentSettings } from './DocumentSettings.tsx';
import styles from './Inspector.module.css';
import { LeftRefusal } from './LeftRefusal.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import { useWords } from './words.ts';

// Formulas are set by a library that nobody waits for at the start, nor at the first stop: it comes when the window is idle.
const loadEntrySection = async () => ({ default: (await import('../debugger/EntrySection.tsx')).EntrySection });
const EntrySection = lazy(loadEntrySection);

/** What is selected, in full: its settings, what is wrong with it, its numbers. With nothing selected, the document. */
export function Inspector() {
  const words = useWords();
  const tab = useActiveTab();
  const selected = useSelection((s) => s.nodes);
  const wire = useSelection((s) => s.wire);
  const isStanding = useStanding((s) => tab !== undefined && s.standing[tab.id] !== undefined);
  useEffect(() => {
    // What fails here is tried again when it is needed, and said there.
    const idle = requestIdleCallback(() => void loadEntrySection().catch(() => undefined));
    return () => cancelIdleCallback(idle);
  }, []);
  if (!tab) return <aside className={styles.inspector} aria-label={words.inspector} />;
  const module = moduleOf(tab);
  const graph = graphOf(tab);
  const nodes = graph.nodes.filter((node) => selected.has(node.id));
  const [only] = nodes;
  const place = nodes.length > 1 ? '' : only ? `${tab.id}/${only.id}` : tab.id;
  return (
    <aside className={styles.inspector} aria-label={words.inspector} data-inspector="true">
      <Suspense fallback={null}>{isStanding && <EntrySection />}</Suspense>
      <LeftRefusal tab={tab} place={place} />
      {nodes.length > 1 ? (
        <>
          <h2 className={styles.title}>{words.manySelected(nodes.length)}</h2>
          <div className={styles.actions}>
            <CommandButton id="edit.group">{words.makeModule}</CommandButton>
            <CommandButton id="edit.repeat">{words.makeLoop}</CommandButton>
          </div>
        </>
      ) : only ? (
        <NodeInspector key={`${tab.id}/${only.id}`} tab={tab.id} node={only} document={graph} />
      ) : wire !== null ? (
        <>
          <h2 className={styles.title}>
            {words.wire}{' '}
            <small>
              {shownPort(graph.wires.find((w) => w.to === wire)?.from ?? '')} → {shownPort(wire)}
            </small>
          </h2>
          <WireReason tab={tab.id} from={graph.wires.find((w) => w.to === wire)?.from ?? ''} to={wire} />
        </>
      ) : module !== null ? (
        <DefinitionSettings key={`${tab.id}/${module}`} tab={tab} module={module} />
      ) : (
        <DocumentSettings key={tab.id} tab={tab.id} document={tab.document} />
      )}
    </aside>
  );
}
