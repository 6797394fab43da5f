import { goBack } from '../commands/blocks.ts';
import { useActiveTab } from '../stores/documents.ts';
import styles from './Breadcrumbs.module.css';
import { useWords } from './words.ts';

/** While a definition is on the canvas: the way to it, and back. */
export function Breadcrumbs() {
  const words = useWords();
  const tab = useActiveTab();
  if (tab === undefined || tab.scope.length === 0) return null;
  const steps = [tab.name, ...tab.scope.map(({ module }) => module)].map((name, length) => ({ name, length }));
  return (
    <nav className={styles.crumbs} aria-label={words.way} data-crumbs="true">
      {steps.map(({ name, length }) =>
        length === tab.scope.length ? (
          <b key={length} aria-current="location">
            {name}
          </b>
        ) : (
          <button key={length} type="button" onClick={() => goBack(length)}>
            {name}
          </button>
        ),
      )}
      <small>{words.definition}</small>
    </nav>
  );
}
