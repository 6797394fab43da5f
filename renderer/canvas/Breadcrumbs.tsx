import { useActiveTab, useDocuments } from '../stores/documents.ts';
import styles from './Breadcrumbs.module.css';
import { useWords } from './words.ts';

/** While a definition is on the canvas: the way to it, and back. */
export function Breadcrumbs() {
  const words = useWords();
  const tab = useActiveTab();
  if (tab === undefined || tab.scope.length === 0) return null;
  const steps = [
    { name: tab.name, scope: [] },
    ...tab.scope.map((step, i) => ({ name: step.module, scope: tab.scope.slice(0, i + 1) })),
  ];
  return (
    <nav className={styles.crumbs} aria-label={words.way} data-crumbs="true">
      {steps.map(({ name, scope }, i) =>
        i === steps.length - 1 ? (
          <b key={scope.length} aria-current="location">
            {name}
          </b>
        ) : (
          <button key={scope.length} type="button" onClick={() => useDocuments.getState().enter(scope)}>
            {name}
          </button>
        ),
      )}
      <small>{words.definition}</small>
    </nav>
  );
}
